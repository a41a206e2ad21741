/** Disposition over HTTP: two stages of people, each once; what went is listed and proven; two let it go on after a restore. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'
import { provenEntry } from '../../../test/journey/proven-entry.ts'
import { dispositionSuspension, suspensionName } from '../../backup/index.ts'
import {
  ada,
  ben,
  type HoldsWorld,
  openHoldsWorld,
  plainHold,
} from '../../compliance/holds/holds-world.fixture.ts'
import { placeHold } from '../../compliance/holds/index.ts'
import {
  createRetentionLabel,
  type DisposalCertificate,
  type NewRetentionLabel,
  runRetention,
  setDefaultLabel,
} from '../../compliance/retention/index.ts'

let world: HoldsWorld
let portal: Portal

beforeAll(async () => {
  world = await openHoldsWorld()
  const { centre } = world.firm
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on', 'nothing of note', 'bye'])
  await world.chat(ben, 'two', ['kept by a hold'])
  const [adas, bens] = [await world.mailboxId('ada@firm.example'), await world.mailboxId('ben@firm.example')]
  const label: NewRetentionLabel = {
    ...{ name: 'Deal chat', action: 'delete', period: { count: 1, unit: 'days' }, starts: 'created' },
    ...{ record: 'none', query: null, early: true, reviewStages: [] },
  }
  const stages = [
    ['rita', 'rex'],
    ['Second readers', 'rita'],
  ]
  await createRetentionLabel(centre, { ...label, reviewStages: stages }, 'test')
  await createRetentionLabel(
    centre,
    { ...label, name: 'Keep', action: 'retain', period: null, reviewStages: [] },
    'test',
  )
  await createRetentionLabel(centre, { ...label, name: 'No review', reviewStages: [] }, 'test')
  await setDefaultLabel(centre, [adas], 'Deal chat')
  await setDefaultLabel(centre, [bens], 'No review')
  await placeHold(centre, plainHold, [bens], { username: 'anna' })
  portal = await openPortal(world.firm, {
    people: {
      // The first one has the number of the first account there is: a role group can have her as its member.
      sara: ['Disposition Management', 'RecordManagement'],
      rita: ['Disposition Management'],
      rex: ['Disposition Management'],
      ron: ['Retention Management'],
      rolf: ['Retention Management'],
      ivy: ['Preview'],
    },
  })
  await world.firm.asOwner(
    `with made as (insert into role_group (name, built_in, roles, created_at)
       values ('Second readers', false, '{Disposition Management}', now()) returning id)
     insert into role_group_member (role_group_id, user_id, added_by, added_at) select id, 1, 'test', now() from made`,
  )
  await run()
}, 120_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

const run = () => runRetention(world.firm.centre, { requestedBy: 'schedule' })
const waiting = async (username: string, stage: 1 | 2) => {
  const { items } = await portal.as(username).listDispositionReviews({ query: {} })
  const found = items.find((one) => one.stage === stage)
  if (!found) return []
  const page = { params: { label: found.labelId, stage }, query: { limit: 3 } }
  const first = await portal.as(username).listReviewItems(page)
  if (first.next === null) return first.items.map(({ item }) => item)
  const rest = await portal.as(username).listReviewItems({ ...page, query: { limit: 3, cursor: first.next } })
  expect(rest.next).toBeNull()
  return [...first.items, ...rest.items].map(({ item }) => item)
}
const approve = (username: string, items: string[], stage: number) =>
  portal
    .as(username)
    .decideDisposition({ body: { items, stage, decision: { act: 'approve' }, reason: 'of no use' } })

describe('the endpoints of disposition', () => {
  it('show what waits to whose turn it is, page by page, and to who manages records', async () => {
    const { items } = await portal.as('rita').listDispositionReviews({ query: {} })
    expect(items).toEqual([
      {
        ...{ labelId: 1, label: 'Deal chat', stage: 1, stages: 2, reviewers: ['rita', 'rex'], items: 4 },
        waitingSince: '2026-03-20T12:00:00.000Z',
      },
    ])
    expect(new Set(await waiting('rita', 1)).size).toBe(4)
    expect(await waiting('sara', 1)).toEqual([])
    const everybodys = await portal.as('sara').listDispositionReviews({ query: { of: 'everybody' } })
    expect(everybodys.items).toMatchObject([{ stage: 1, items: 4 }])
    await expect(
      portal.as('rex').listDispositionReviews({ query: { of: 'everybody' } }),
    ).rejects.toMatchObject({ status: 403, code: 'not-allowed' })
    await expect(portal.as('ron').listDispositionReviews({ query: {} })).rejects.toMatchObject({
      status: 403,
    })
    await expect(portal.as('ivy').readDisposition()).rejects.toMatchObject({ status: 403 })
    expect(await portal.as('rita').readDisposition()).toMatchObject({ waitingForMe: 4, suspension: null })
    expect(await portal.as('ron').readDisposition()).toMatchObject({ waitingForMe: null })
  })

  it('take a decision from whose turn it is alone, once a person, with a reason, for all items or none', async () => {
    const items = await waiting('rita', 1)
    await expect(approve('sara', items, 1)).rejects.toMatchObject({ status: 409, code: 'retention-refused' })
    await expect(approve('ron', items, 1)).rejects.toMatchObject({ status: 403 })
    await expect(
      portal
        .as('rita')
        .decideDisposition({ body: { items, stage: 1, decision: { act: 'approve' }, reason: ' ' } }),
    ).rejects.toMatchObject({ status: 400 })
    await expect(approve('rita', [items[0]!, 'zz-1'], 1)).rejects.toThrow('does not wait for your decision')
    expect(await waiting('rita', 1)).toHaveLength(4)
    // Two at once: one of them decides, and the stage after it is nobody's by that.
    const two = await Promise.allSettled([approve('rita', [items[0]!], 1), approve('rex', [items[0]!], 1)])
    expect(two.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await waiting('sara', 2)).toEqual([items[0]])
    await approve('rita', items.slice(1, 3), 1)
    const second = await waiting('sara', 2)
    expect(second).toHaveLength(3)
    const ritas = second.find((item) => item !== items[0])!
    expect(await waiting('rita', 2)).not.toContain(ritas)
    await expect(approve('rita', [ritas], 2)).rejects.toThrow('You approved an earlier stage')
    expect(await approve('sara', second, 2)).toEqual({ changed: 3 })
    expect(
      (await portal.audited('review-disposition')).filter(({ outcome }) => outcome === 'refused'),
    ).not.toEqual([])
  })

  it('keep an item longer, or by another label, and remember who said so', async () => {
    const [item] = await waiting('rex', 1)
    const decide = (decision: { act: 'extend'; until: string } | { act: 'relabel'; label: string }) =>
      portal
        .as('rex')
        .decideDisposition({ body: { items: [item!], stage: 1, decision, reason: 'a lawsuit may come' } })
    await expect(decide({ act: 'extend', until: '2026-03-19T00:00:00Z' })).rejects.toThrow('a time to come')
    await decide({ act: 'extend', until: '2026-03-21T00:00:00Z' })
    expect(await waiting('rex', 1)).toEqual([])
    world.firm.setClock('2026-03-21T12:00:00Z')
    expect(await waiting('rex', 1)).toEqual([item])
    await expect(decide({ act: 'relabel', label: 'Nonsense' })).rejects.toThrow('no retention label')
    expect((await portal.as('rex').listRelabels()).labels).toContain('Keep')
    await decide({ act: 'relabel', label: 'Keep' })
    expect(await waiting('rex', 1)).toEqual([])
    const history = await portal.as('rita').listDispositionDecisions({ query: { item: item! } })
    expect(history.items).toMatchObject([
      { act: 'relabel', by: 'rex', label: 'Keep', comment: 'a lawsuit may come' },
      { act: 'extend', by: 'rex', until: '2026-03-21T00:00:00.000Z' },
    ])
    const own = await portal.as('rita').listDispositionDecisions({ query: {} })
    expect(new Set(own.items.map(({ by }) => by))).toEqual(new Set(['rita']))
    const all = await portal.as('sara').listDispositionDecisions({ query: { limit: 5 } })
    expect(all.items).toHaveLength(5)
    expect(all.next).not.toBeNull()
  })

  it('list what went and what was kept and why, and prove it to whoever has the key', async () => {
    await run()
    const { runs, nextRunAt, lastRun } = await portal.as('ron').readDisposition()
    expect(runs[0]).toMatchObject({ state: 'done', disposed: 3, kept: 0, requestedBy: 'schedule' })
    expect(nextRunAt).toBe('2026-03-22T12:00:00.000Z')
    const one = await portal.as('ron').readDispositionRun({ params: { id: runs[0]!.id } })
    expect(one.outcomes).toEqual([{ state: 'disposed', basisKind: 'label', basis: 'Deal chat', items: 3 }])
    const { items, next } = await portal.as('ron').listDisposed({ query: { limit: 2 } })
    expect(items).toMatchObject([{ state: 'disposed', mailbox: 'ada@firm.example', basis: 'Deal chat' }, {}])
    const last = await portal.as('ron').listDisposed({ query: { limit: 2, cursor: next! } })
    expect(last).toMatchObject({ items: [{}], next: null })
    const found = async (query: Parameters<Client['listDisposed']>[0]['query']) =>
      (await portal.as('ron').listDisposed({ query })).items.length
    expect(await found({ mailbox: 'ada@firm.example', basisKind: 'label', basis: 'Deal chat' })).toBe(3)
    expect(await found({ mailbox: 'ben@firm.example' })).toBe(0)
    expect(await found({ run: runs[0]!.id, state: 'kept-by-hold' })).toBe(0)
    expect(await found({ from: '2026-03-21T00:00:00Z', to: '2026-03-22T00:00:00Z' })).toBe(3)
    expect(await found({ to: '2026-03-21T00:00:00Z' })).toBe(0)
    const csv = await (await portal.as('ron').exportDisposed({ query: {} })).text()
    expect(csv.trim().split('\r\n')).toHaveLength(4)

    const download = await portal.as('ron').downloadDisposalProof({ params: { id: items[0]!.item } })
    expect(download.headers.get('content-disposition')).toContain('attachment')
    const certificate = (await download.json()) as DisposalCertificate
    expect(certificate).toMatchObject({
      ...{ item: items[0]!.item, basis: { kind: 'label', name: 'Deal chat' } },
      decisions: [{ stage: 1 }, { stage: 2, by: 'sara' }],
    })
    const { imported, disposed, verifierKey, sequence } = certificate.log
    expect(verifierKey).toBe((await portal.as('ron').readIntegrityLog()).verifierKey)
    expect(provenEntry(disposed.proof, verifierKey)).toMatchObject({
      ...{ kind: 'disposition', of: imported.leaf, n: sequence, facts: { label: 1, run: runs[0]!.id } },
    })
    expect(provenEntry(imported.proof, verifierKey)).toMatchObject({ kind: 'import', n: sequence })
    expect(() => provenEntry(disposed.proof.replace(/index \d+/, 'index 0'), verifierKey)).toThrow()
    // Held: no part of the run, but counted as kept by it.
    const [held] = await world.firm.search('hold')
    expect(lastRun).toMatchObject({ due: 4, disposed: 3, kept: 1 })
    await expect(portal.as('ron').downloadDisposalProof({ params: { id: held!.id } })).rejects.toMatchObject({
      status: 404,
    })
  })

  it('let dispositions go on after a restore by two people, never by one', async () => {
    const [ron, rolf] = [portal.as('ron'), portal.as('rolf')]
    const ask = (withoutLog = true) => ron.askToResume({ body: { reason: 'all was told again', withoutLog } })
    await expect(ask()).rejects.toMatchObject({ code: 'approval-refused' })
    const suspended = JSON.stringify({
      since: '2026-03-21T10:00:00.000Z',
      backup: '2026-03-20T10:00:00.000Z',
    })
    await world.firm.pool.query('insert into installation values ($1, $2)', [suspensionName, suspended])
    expect((await ron.readDisposition()).suspension).toMatchObject({ request: null })
    await expect(portal.as('rita').askToResume({ body: { reason: 'all is well' } })).rejects.toMatchObject({
      status: 403,
    })
    await expect(ask(false)).rejects.toThrow('was not replayed')
    await ask()
    expect((await ron.readDisposition()).suspension?.request).toMatchObject({
      askedBy: 'ron',
      mayDecide: false,
    })
    expect((await rolf.readDisposition()).suspension?.request).toMatchObject({ mayDecide: true })
    const decide = (who: typeof ron, decision: 'done' | 'declined' | 'withdrawn') =>
      who.decideResumption({ body: { decision } })
    await expect(decide(ron, 'done')).rejects.toMatchObject({ status: 403, code: 'approval-refused' })
    await expect(decide(rolf, 'withdrawn')).rejects.toMatchObject({ code: 'approval-refused' })
    await decide(rolf, 'declined')
    await expect(decide(rolf, 'done')).rejects.toMatchObject({ code: 'approval-refused' })
    expect(await dispositionSuspension(world.firm.centre)).not.toBeNull()
    await ask()
    await decide(rolf, 'done')
    expect((await ron.readDisposition()).suspension).toBeNull()
    expect(await portal.audited('resume-disposition')).toMatchObject([
      { details: { by: 'ron', approvedBy: 'rolf' } },
    ])
  })
})

type Client = ReturnType<Portal['as']>
