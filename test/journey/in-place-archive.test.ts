/** Old items move to the archive area; nothing else about them changes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDispositionRun, dispose } from '../../src/archive/disposition/index.ts'
import { parseItemId } from '../../src/archive/index.ts'
import {
  createArchivePolicy,
  disableArchive,
  enableArchive,
  type InPlaceArchiveParts,
  lastArchiveRun,
  listArchiveMailboxes,
  listArchivePolicies,
  runArchive,
  tagItem,
} from '../../src/compliance/in-place-archive/index.ts'
import { installFaults, SimulatedCrash } from '../../src/platform/faults.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

let firm: Firm
let parts: InPlaceArchiveParts
let ids: ReadonlyMap<string, number>
beforeAll(async () => {
  firm = await openFirm()
  parts = firm.centre
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  const old = Array.from({ length: 20 }, (_, place) => ({
    ...groupText(`旧消息${place}`),
    msgtime: Date.parse('2024-01-15T08:00:00Z') + place * 1_000,
  }))
  const recent = Array.from({ length: 5 }, (_, place) => groupText(`新消息${place}`))
  await captureWecom(firm, old, { custodian: '+8613900000001' }, 'old.jsonl')
  await firm.run('wechat')
  await captureWecom(firm, recent, { custodian: '+8613900000001' }, 'recent.jsonl')
  await firm.run('wechat')
  ids = new Map((await listArchiveMailboxes(parts)).map(({ address, id }) => [address, id]))
}, 120_000)
afterAll(() => firm?.close())

const run = () => runArchive(parts, { requestedBy: 'test' })
const areas = async () => {
  const { rows } = await firm.pool.query(
    'select address, area, count(*)::int as items from item join mailbox on mailbox.id = mailbox_id group by 1, 2 order by 1, 2',
  )
  return rows.map(({ address, area, items }) => `${address.split('@')[0]} ${area} ${items}`)
}
const coldSegments = async () =>
  (await firm.pool.query('select count(*)::int as count from segment where cold_at is not null')).rows[0]
    .count

describe('in-place archiving', () => {
  it('has the default policy of two years, and moves nothing of a mailbox without an archive', async () => {
    expect((await listArchivePolicies(parts))[0]).toMatchObject({
      name: 'Default archive policy',
      builtIn: true,
    })
    expect(await run()).toMatchObject({ moved: 0, coldObjects: 0 })
  })

  it('moves what is older than two years, keeps its content warm while another mailbox needs it', async () => {
    const li = ids.get('li@firm.example')!
    expect(await enableArchive(parts, [li], 'Default archive policy', 'ada')).toBe(1)
    expect(await enableArchive(parts, [li], 'Default archive policy', 'ada')).toBe(0)
    expect(await run()).toMatchObject({ moved: 20, coldObjects: 0 })
    expect(await areas()).toEqual(['li 0 5', 'li 1 20', 'wang 0 25', 'zhang 0 25'])
    expect(await run()).toMatchObject({ moved: 0 })
  })

  it('leaves an item with the tag "never" where it is, and moves the rest of all mailboxes after any crash', async () => {
    const rest = [ids.get('wang@firm.example')!, ids.get('zhang@firm.example')!]
    await enableArchive(parts, rest, 'Default archive policy', 'ada')
    const [never] = (await firm.search('旧消息3')).filter(({ mailbox }) => mailbox === 'wang@firm.example')
    await tagItem(parts, never!.id, 'Personal never move to archive')
    await expect(tagItem(parts, never!.id, 'No such tag')).rejects.toMatchObject({
      code: 'archive-policy-refused',
    })
    for (const point of ['archive.month-before-commit', 'archive.month-moved', 'archive.object-cold']) {
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(run().finally(() => faults.remove())).rejects.toThrow(SimulatedCrash)
      if (point === 'archive.month-moved') await tagItem(parts, never!.id, null)
    }
    await run()
    expect(await areas()).toEqual(['li 0 5', 'li 1 20', 'wang 0 5', 'wang 1 20', 'zhang 0 5', 'zhang 1 20'])
    expect(await coldSegments()).toBe(1)
    expect(await firm.problems()).toEqual([])
  })

  it('changes nothing for search and reading', async () => {
    const found = await firm.search('旧消息7')
    expect(found.map(({ area, mailbox }) => `${area} ${mailbox}`).sort()).toEqual([
      ...['archive li@firm.example', 'archive wang@firm.example', 'archive zhang@firm.example'],
    ])
    expect(await firm.email(found[0]!.id)).toContain('Subject:')
    expect((await firm.item(found[0]!.id)).area).toBe('archive')
    expect((await listArchiveMailboxes(parts)).map(({ archiveItems }) => archiveItems)).toEqual([20, 20, 20])
    expect(await lastArchiveRun(parts)).toMatchObject({ moved: expect.any(Number) })
  })

  it('sends what lives on of a cold segment to the cold tier again after a disposition', async () => {
    const disposing = { ...firm.centre, random: systemRandom }
    const id = await createDispositionRun(firm.pool, {
      ...{ reason: 'retention', requestedBy: 'test', asOf: disposing.clock.now() },
    })
    const gone = parseItemId((await firm.search('旧消息5'))[0]!.id).messageId
    await firm.pool.query(
      'insert into disposition_item (run_id, message_id, mailbox_id) select $1, message_id, mailbox_id from item where message_id = $2',
      [id, gone],
    )
    expect(await dispose(disposing, id)).toMatchObject({ disposed: 3 })
    expect(await coldSegments()).toBe(0)
    expect(await run()).toMatchObject({ moved: 0, coldObjects: 1 })
    expect(await coldSegments()).toBe(1)
    expect(await firm.problems()).toEqual([])
  })

  it('follows a folder tag, and stops when the archive is disabled', async () => {
    const tags = [
      { name: 'never', kind: 'default', folder: null, afterDays: null },
      { name: 'a day', kind: 'folder', folder: 'WeChat Archiver', afterDays: 1 },
    ] as const
    await createArchivePolicy(parts, { name: 'Quick', tags }, 'ada')
    await expect(createArchivePolicy(parts, { name: 'Quick', tags }, 'ada')).rejects.toMatchObject({
      code: 'archive-policy-refused',
    })
    await expect(
      createArchivePolicy(parts, { name: 'Twice', tags: [tags[0], { ...tags[0], name: 'again' }] }, 'ada'),
    ).rejects.toMatchObject({ message: expect.stringContaining('the whole mailbox') })
    firm.setClock('2027-03-20T12:00:00Z')
    const [li, wang] = [ids.get('li@firm.example')!, ids.get('wang@firm.example')!]
    await enableArchive(parts, [li], 'Quick', 'ada')
    expect(await disableArchive(parts, [wang])).toBe(1)
    // A run never looks ahead of the clock.
    const later = await runArchive(parts, { requestedBy: 'test', asOf: Date.parse('2050-01-01') })
    expect(later).toMatchObject({ asOf: '2027-03-20T12:00:00.000Z', moved: 5 })
    expect(await firm.problems()).toEqual([])
  })
})
