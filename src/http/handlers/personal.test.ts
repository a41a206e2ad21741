/** Messages that are personal: hidden at once from everybody, and decided on by two people. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'
import { parseItemId } from '../../archive/index.ts'
import { ada, type CoverageWorld, openCoverageWorld } from '../../coverage/coverage-world.fixture.ts'
import { refreshCoverage } from '../../coverage/index.ts'
import { matchingOf, parseQuery, searchStatistics } from '../../search/index.ts'
import { inviteUsers } from '../../site/activation/index.ts'
import { registeredUsers } from '../../site/index.ts'

let world: CoverageWorld
let portal: Portal

beforeAll(async () => {
  world = await openCoverageWorld()
  portal = await openPortal(world.firm, {
    people: {
      rita: ['RecordManagement'],
      dora: ['Disposition Management'],
      dan: ['Disposition Management'],
      sam: ['Compliance Search', 'Preview', 'Export'],
    },
  })
  await world.capture('the doctor called', 'price is 95', 'dinner at eight', 'and my passport number')
  await world.firm.run('whatsapp')
}, 60_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

const itemOf = async (word: string) => (await world.firm.search(word))[0]!.id
const messageOf = (id: string) => parseItemId(id).messageId.toString(36)
const kept = async (id: string) =>
  (await world.firm.pool.query('select * from held_items($1)', [[parseItemId(id).messageId]])).rowCount

describe('a message that is called personal', () => {
  it('is found and read by nobody from then on, but by who decides about it', async () => {
    const id = await itemOf('doctor')
    const sam = portal.as('sam')
    expect((await sam.readItem({ params: { id }, query: {} })).id).toBe(id)
    await expect(sam.flagPersonal({ params: { id }, body: { reason: 'private' } })).rejects.toMatchObject({
      status: 403,
    })
    await portal.as('rita').flagPersonal({ params: { id }, body: { reason: 'Her health.' } })
    expect(await world.firm.search('doctor')).toEqual([])
    expect(await world.firm.search()).toHaveLength(3)
    const all = await searchStatistics(world.firm.pool, parseQuery('', { now: 0 }))
    expect(all.count).toBe(3)
    for (const read of [
      () => sam.readItem({ params: { id }, query: {} }),
      () => sam.readRaw({ params: { id } }),
      () => sam.readEmail({ params: { id } }),
      () => sam.downloadEmail({ params: { id } }),
      () => world.firm.item(id),
      () => world.firm.raw(id),
    ])
      await expect(read()).rejects.toThrow(/no item/)
    const near = await sam.readConversation({ params: { id: await itemOf('95') }, query: {} })
    expect(near.messages.map(({ text }) => text).join()).not.toMatch(/doctor/)
    expect(near.messages).toHaveLength(3)
    const [hidden] = await portal.as('dora').listPersonal()
    expect(hidden).toMatchObject({
      message: messageOf(id),
      mailbox: 'ada@firm.example',
      state: 'hidden',
      flaggedBy: 'rita',
    })
    await expect(sam.listPersonal()).rejects.toMatchObject({ status: 403 })
    await expect(portal.as('rita').listPersonal()).rejects.toMatchObject({ status: 403 })
  })

  it('is still found by holds and policies, and kept as a held one is', async () => {
    expect((await matchingOf(world.firm.pool, parseQuery('doctor', { now: 0 }), undefined)).hidden).toEqual(
      [],
    )
    const [hidden] = await portal.as('dora').listPersonal()
    const { rows } = await world.firm.pool.query('select * from held_items($1)', [
      [[...hidden!.message].reduce((id, digit) => id * 36n + BigInt(Number.parseInt(digit, 36)), 0n)],
    ])
    expect(rows).toHaveLength(1)
  })

  it('is released by two people, and by no one of them alone', async () => {
    const [hidden] = await portal.as('dora').listPersonal()
    const params = { message: hidden!.message }
    const decide = (name: string, agreed: boolean) =>
      portal.as(name).decidePersonal({ params, body: { agreed } })
    await expect(decide('dan', true)).rejects.toMatchObject({ code: 'approval-refused' })
    const body = { to: 'release', reason: 'It is about the deal.' } as const
    await portal.as('dora').proposePersonal({ params, body })
    await expect(decide('dora', true)).rejects.toMatchObject({ code: 'approval-refused' })
    await expect(portal.as('dan').proposePersonal({ params, body })).rejects.toMatchObject({
      code: 'approval-refused',
    })
    await decide('dan', false)
    expect(await world.firm.search('doctor')).toEqual([])
    await portal.as('dan').proposePersonal({ params, body })
    await decide('dora', true)
    expect(await world.firm.search('doctor')).toHaveLength(1)
    await expect(decide('dan', true)).rejects.toMatchObject({ code: 'item-not-found' })
    const audited = await portal.audited('decide-personal')
    expect(audited.filter(({ outcome }) => outcome === 'succeeded').map(({ actor }) => actor)).toEqual([
      'dan',
      'dora',
    ])
  })

  it('is deleted only when two people have said so', async () => {
    const id = await itemOf('dinner')
    await portal.as('rita').flagPersonal({ params: { id }, body: { reason: 'Private dinner.' } })
    const params = { message: messageOf(id) }
    expect(await kept(id)).toBe(1)
    await portal.as('dora').proposePersonal({ params, body: { to: 'delete', reason: 'No business.' } })
    expect(await kept(id)).toBe(1)
    await portal.as('dan').decidePersonal({ params, body: { agreed: true } })
    expect(await kept(id)).toBe(0)
    const { rows } = await world.firm.pool.query(
      'select area, recoverable_folder from item where message_id = $1',
      [parseItemId(id).messageId],
    )
    expect(rows).toEqual([{ area: 2, recoverable_folder: 2 }])
    expect(await world.firm.search('dinner')).toEqual([])
    // One person cannot write both names into the row either.
    await expect(
      world.firm.pool.query(
        `update personal_flag set proposed = 'delete', proposed_by = 'x', proposed_reason = 'xxx', proposed_at = now(),
                decided_by = 'x', released_at = null, deleted_at = now()`,
      ),
    ).rejects.toThrow(/check constraint/)
  })

  it('is hidden by the registered user herself, with her link and the minute in which it was said', async () => {
    const { site, account } = world.firm
    const user = (await registeredUsers(site, account)).find(({ mobile }) => mobile === ada)!
    const { invited } = await inviteUsers(site, account, {
      users: [user.id],
      origin: 'https://a.example',
      mailer: null,
    })
    const token = invited[0]!.link!.split('#')[1]!
    const { sentAt } = (await world.firm.search('passport'))[0]!
    await portal.as('sam').reportPersonal({ body: { token, from: sentAt, minutes: 1 } })
    await expect(
      portal.as('sam').reportPersonal({ body: { token, from: '2030-01-01T00:00:00Z', minutes: 1 } }),
    ).rejects.toMatchObject({ code: 'bad-request' })
    await expect(
      portal.as('sam').reportPersonal({ body: { token: 'x'.repeat(43), from: sentAt, minutes: 1 } }),
    ).rejects.toMatchObject({ code: 'link-refused' })
    await refreshCoverage(world.firm.centre, await world.account())
    expect(await world.firm.search('passport')).toEqual([])
    expect(await world.firm.search('95')).toHaveLength(1)
    const [flag] = await portal.as('dora').listPersonal()
    expect(flag).toMatchObject({ flaggedBy: 'ada@firm.example', state: 'hidden' })
    // What was released stays so, however often the site tells of the report.
    const params = { message: flag!.message }
    await portal.as('dora').proposePersonal({ params, body: { to: 'release', reason: 'Business.' } })
    await portal.as('dan').decidePersonal({ params, body: { agreed: true } })
    await refreshCoverage(world.firm.centre, await world.account())
    expect(await world.firm.search('passport')).toHaveLength(1)
  })
})
