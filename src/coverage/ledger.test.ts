/** The gap ledger and the day's counts at the centre, over HTTP from a site. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ada, type CoverageWorld, openCoverageWorld } from './coverage-world.fixture.ts'
import { coverageDays } from './days.ts'
import { acceptGap, listGaps } from './gaps.ts'
import { usersOnRoutes } from './people.ts'
import { refreshCoverage } from './refresh.ts'

let world: CoverageWorld
beforeAll(async () => {
  world = await openCoverageWorld()
})
afterAll(() => world?.close())

const refresh = async () => refreshCoverage(world.firm.centre, await world.account())
const gaps = async (filter = {}) =>
  (await listGaps(world.firm.centre, (await world.account()).id, filter, { limit: 50 })).gaps
const day = async (date: string) =>
  (await coverageDays(world.firm.centre, (await world.account()).id, date, date))[0]

describe('the ledger at the centre', () => {
  it('opens what the site sealed, names the person, and closes what the site closes', async () => {
    await world.tell(
      {
        gap: {
          reason: 'sequence-jump',
          key: '4',
          explanation: 'Messages 4 to 6 were never given.',
          custodian: ada,
        },
      },
      { gap: { reason: 'media-omitted', key: 'b', explanation: 'A picture was left out.' } },
    )
    await refresh()
    expect(await gaps()).toMatchObject([
      { reason: 'media-omitted', severity: 'low', state: 'open', user: null },
      {
        ...{ reason: 'sequence-jump', severity: 'high', state: 'open', source: 'wecom-archive' },
        ...{ user: { name: 'Ada Trader' }, explanation: 'Messages 4 to 6 were never given.', ageDays: 0 },
      },
    ])
    world.firm.setClock('2026-03-21T13:00:00Z')
    await world.tell({ closed: { reason: 'sequence-jump', key: '4', by: 'They came in the end.' } })
    await refresh()
    expect(await gaps({ state: 'closed' })).toMatchObject([
      { reason: 'sequence-jump', closed: { at: '2026-03-21T13:00:00.000Z', by: 'They came in the end.' } },
    ])
    expect(await gaps({ state: 'open' })).toMatchObject([{ reason: 'media-omitted', ageDays: 1 }])
  })

  it('keeps nothing in clear that the site sealed', async () => {
    const rows = await world.rows('select gap::text as row from gap')
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toMatch(/picture|never given/)
  })

  it('takes a person’s acceptance once, with its reason, in the audit too, and lists it ever after', async () => {
    const [open] = await gaps({ state: 'open' })
    const how = { by: 'dora', reason: ' Left out by the sender, agreed with compliance. ' }
    await expect(acceptGap(world.firm.centre, open!.id, { by: 'dora', reason: ' ' })).rejects.toMatchObject({
      code: 'bad-request',
    })
    await acceptGap(world.firm.centre, open!.id, how)
    expect(await gaps({ state: 'accepted' })).toMatchObject([
      { id: open!.id, accepted: { by: 'dora', reason: 'Left out by the sender, agreed with compliance.' } },
    ])
    await expect(acceptGap(world.firm.centre, open!.id, how)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    await expect(acceptGap(world.firm.centre, '999', how)).rejects.toMatchObject({ code: 'not-found' })
    await refresh()
    expect(await gaps()).toHaveLength(2)
    const audited = await world.rows(`select target from audit_event where operation = 'accept-gap'`)
    expect(audited).toEqual([{ target: `gap ${open!.id}` }])
  })

  it('is read page by page, newest first', async () => {
    const { id } = await world.account()
    const first = await listGaps(world.firm.centre, id, {}, { limit: 1 })
    const second = await listGaps(world.firm.centre, id, {}, { limit: 1, cursor: first.next! })
    expect([first.gaps[0]!.reason, second.gaps[0]!.reason, second.next]).toEqual([
      'media-omitted',
      'sequence-jump',
      null,
    ])
  })
})

describe('a day', () => {
  it('goes from captured to indexed, each number from its own place', async () => {
    world.firm.setClock('2026-03-22T10:00:00Z')
    await world.capture('one', 'two', 'three')
    await refresh()
    const counts = { expected: 3, captured: 3, transferred: 0, imported: 0, indexed: 0, notImported: 0 }
    expect(await day('2026-03-22')).toMatchObject({ ...counts, state: 'under-way' })
    await world.firm.run('whatsapp')
    await refresh()
    const whole = { ...counts, transferred: 3, imported: 3, indexed: 3 }
    expect(await day('2026-03-22')).toMatchObject({ ...whole, state: 'complete' })
    expect(await day('2026-03-19')).toMatchObject({ expected: 0, captured: 0, state: 'complete' })
  })

  it('misses what a gap stands for, and what lost its entry in the index', async () => {
    await world.tell({ gap: { reason: 'media-lost', key: 'm', explanation: 'Gone.' } })
    await refresh()
    expect(await day('2026-03-22')).toMatchObject({ expected: 4, captured: 3, state: 'gaps' })
    const { firm } = world
    await firm.pool.query(`update message set words = '' where id = (select min(id) from message)`)
    expect(await day('2026-03-22')).toMatchObject({ imported: 3, indexed: 2, state: 'under-way' })
    firm.setClock('2026-03-24T10:00:00Z')
    expect(await day('2026-03-22')).toMatchObject({ state: 'behind' })
  })

  it('counts what nobody’s mailbox took as an exception, once', async () => {
    const { firm } = world
    const file = await firm.file(
      'WhatsApp Chat with Eve.txt',
      '19/03/2026, 09:00 - +44 7700 900150: anybody?\n',
    )
    await firm.capture('whatsapp-export', [file], { timezone: 'Europe/London', dateOrder: 'dmy' })
    await firm.run('whatsapp')
    await refresh()
    const counts = { captured: 1, transferred: 1, imported: 0, indexed: 0, notImported: 1 }
    expect(await day('2026-03-24')).toMatchObject({ ...counts, state: 'exceptions' })
  })
})

it('people stand with their last message and what is missing of them', async () => {
  await world.tell({
    gap: { reason: 'undecryptable', key: 'u', explanation: 'One was not readable.', custodian: ada },
  })
  await refresh()
  expect(await usersOnRoutes(world.firm.centre, (await world.account()).id)).toMatchObject([
    { name: 'Ada Trader', source: 'wecom-archive', status: 'never', openGaps: 1 },
    { name: 'Ben Broker', source: null, status: 'never', lastAt: null },
    {
      ...{ name: 'Ada Trader', source: 'whatsapp-export', status: 'new', records: 3, openGaps: 0 },
      lastAt: '2026-03-22T10:00:00.000Z',
    },
  ])
})

it('a site that cannot be asked is noted with its account, and what was told stays', async () => {
  await world.firm.stopSite()
  await expect(refresh()).rejects.toMatchObject({ code: 'site-unreachable' })
  expect(await world.account()).toMatchObject({
    name: 'Firm',
    toldAt: '2026-03-24T10:00:00.000Z',
    problem: { code: 'site-unreachable' },
  })
  expect(await gaps()).toHaveLength(4)
  await world.firm.startSite()
  await refresh()
  expect(await world.account()).toMatchObject({ problem: null })
})

it('who takes part in what is archived is captured, by whatever way in that names no device', async () => {
  const { firm } = world
  const file = await firm.file(
    'WhatsApp Chat with Team.txt',
    '23/03/2026, 09:00 - +44 7700 900002: here I am\n',
  )
  await firm.capture('whatsapp-export', [file], { timezone: 'Europe/London', dateOrder: 'dmy' })
  await firm.run('whatsapp')
  await refresh()
  const users = await usersOnRoutes(firm.centre, (await world.account()).id)
  expect(users.find(({ name }) => name === 'Ben Broker')).toMatchObject({
    ...{ source: null, status: 'active', lastAt: '2026-03-23T09:00:00.000Z' },
  })
})
