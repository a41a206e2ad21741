/** After an older backup came back: holds and dispositions of the time since, by the newer log. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDispositionRun, dispose } from '../../src/archive/disposition/index.ts'
import { parseItemId, verifyArchive } from '../../src/archive/index.ts'
import { signCheckpoint } from '../../src/archive/log/index.ts'
import {
  type BackupParts,
  backUp,
  dispositionSuspension,
  type ReplayOptions,
  replayLog,
  restore,
  resumeDisposition,
} from '../../src/backup/index.ts'
import { type NewHold, placeHold, releaseHold } from '../../src/compliance/holds/index.ts'
import { decodeRecord } from '../../src/pipeline-sources.ts'
import { installFaults, SimulatedCrash } from '../../src/platform/faults.ts'
import { createLocalObjectStore } from '../../src/platform/object-store/local-object-store.ts'
import type { ObjectStore } from '../../src/platform/object-store/object-store.ts'
import { createKysely } from '../../src/platform/postgres/index.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { createTestDatabase } from '../postgres.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

let firm: Firm
let folder: string
let parts: BackupParts
let ids: Record<'zhang' | 'li' | 'wang', number>
const by = { username: 'ada' }
const hold: NewHold = {
  ...{ name: 'Old', query: null, days: null, note: null, owner: null, url: null, caseName: null },
  ...{ confidential: false, readers: [] },
}

beforeAll(async () => {
  firm = await openFirm()
  folder = await mkdtemp(join(tmpdir(), 'holdfast-replay-'))
  parts = { ...firm.centre, random: systemRandom, ownerUrl: firm.ownerUrl }
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  await captured('之前', 'before.jsonl')
  const { rows } = await firm.pool.query('select id, address from mailbox')
  ids = Object.fromEntries(rows.map(({ id, address }) => [address.split('@')[0], id])) as typeof ids
  const old = await placeHold(firm.centre, hold, [ids.li], by)
  await signCheckpoint(firm.centre)
  await backUp(parts, { folder: join(folder, 'backups') })

  // Since: two holds, a release, a disposition of what was there and one of what came later.
  await placeHold(firm.centre, { ...hold, name: 'Zhang', days: 400 }, [ids.zhang], by)
  await placeHold(firm.centre, { ...hold, name: 'Query', query: '之前1', confidential: true }, [ids.li], by)
  await releaseHold(firm.centre, { hold: old, mailboxIds: null, reason: 'over' }, by, { secondPerson: false })
  await captured('之后', 'after.jsonl')
  await disposeOf(ids.wang, ['之前3', '之前4', '之后2'])
  await signCheckpoint(firm.centre)
}, 120_000)
afterAll(async () => {
  await firm?.close()
  if (folder) await rm(folder, { recursive: true })
})

async function captured(text: string, file: string): Promise<void> {
  const texts = Array.from({ length: 8 }, (_, place) => groupText(`${text}${place}`))
  await captureWecom(firm, texts, { custodian: '+8613900000001' }, file)
  await firm.run('wechat')
}

async function disposeOf(mailbox: number, texts: readonly string[]): Promise<void> {
  const run = await createDispositionRun(firm.pool, {
    ...{ reason: 'purge', requestedBy: 'test', asOf: firm.centre.clock.now() },
  })
  for (const text of texts) {
    const [item] = (await firm.search(text)).filter((one) => one.mailbox === 'wang@firm.example')
    await firm.pool.query(
      'insert into disposition_item (run_id, message_id, mailbox_id) values ($1, $2, $3)',
      [run, parseItemId(item!.id).messageId, mailbox],
    )
  }
  expect(await dispose({ ...parts, random: systemRandom }, run)).toMatchObject({ disposed: texts.length })
}

async function restored(objects: ObjectStore) {
  const database = await createTestDatabase()
  const queries = createKysely(database.pool)
  const here = { ...parts, objects, queries, pool: database.pool, ownerUrl: database.ownerUrl }
  await restore(here, { folder: join(folder, 'backups') })
  const replay = (options: ReplayOptions = {}) =>
    replayLog(
      {
        ...here,
        placeHold: ({ mailboxIds, ...rest }) => placeHold(here, { ...hold, ...rest }, mailboxIds, by),
      },
      options,
    )
  const column = async (statement: string) =>
    (await database.pool.query<{ value: unknown }>(statement)).rows.map(({ value }) => value)
  return { here, replay, column, drop: () => database.drop() }
}

const expected = {
  releases: 1,
  dispositions: { logged: 3, backAgain: 2, disposed: 2, kept: 0, notHere: 1 },
}

describe('a replay of the newer log', () => {
  it('places holds again, disposes again, tells people the rest, and only then may they go on', async () => {
    // The object store outlived the database: its log is newer than the backup.
    const one = await restored(firm.centre.objects)
    const itemsOfWang = `select count(*)::int as value from item where mailbox_id = ${ids.wang}`
    expect(await one.column(itemsOfWang)).toEqual([8])
    await expect(resumeDisposition(one.here, 'Ada', 'Ben')).rejects.toThrow('was not replayed')

    const dry = await one.replay({ dryRun: true })
    expect(dry.dispositions).toMatchObject({ backAgain: 2, disposed: 0 })
    expect(await one.column(itemsOfWang)).toEqual([8])
    expect(await one.column('select count(*)::int as value from hold')).toEqual([1])

    for (const point of ['replay.hold-placed', 'replay.run-filled']) {
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(one.replay().finally(() => faults.remove())).rejects.toThrow(SimulatedCrash)
    }
    const done = await one.replay()
    expect(done).toMatchObject(expected)
    expect(done.holds).toMatchObject([
      { kind: 'litigation', mailboxes: 1, unknownMailboxes: [] },
      { kind: 'query', mailboxes: 1, unknownMailboxes: [] },
    ])
    expect(done.others).toMatchObject({ import: 24 })
    expect(done.forPeople.map((text) => text.split(' ').slice(0, 3).join(' '))).toEqual([
      expect.stringMatching(/^Hold \d+ had/),
      expect.stringMatching(/^Hold \d+ was/),
      '1 items came',
    ])
    expect(await one.column(itemsOfWang)).toEqual([6])
    // The query's hold covers its whole mailbox now, and nobody sees more of a confidential one than before.
    expect(
      await one.column(
        `select days || ' ' || confidential as value from hold where name like '%of the log%' and days is not null`,
      ),
    ).toEqual(['400 false'])
    expect(
      await one.column(
        `select confidential as value from hold where name like '%of the log%' and days is null`,
      ),
    ).toEqual([true])
    expect(await one.column(`select mailbox_id as value from hold_in_force order by 1`)).toEqual(
      [ids.zhang, ids.li, ids.li].sort((a, b) => a - b),
    )
    // Again: nothing is done twice.
    expect((await one.replay()).dispositions).toMatchObject({ backAgain: 0, disposed: 0 })
    expect(await one.column('select count(*)::int as value from hold')).toEqual([3])

    await resumeDisposition(one.here, 'Ada', 'Ben')
    expect(await dispositionSuspension(one.here)).toBeNull()
    await signCheckpoint(one.here)
    const { problems } = await verifyArchive(one.here, { full: true, decode: decodeRecord })
    expect(problems.filter(({ code }) => code !== 'object-unknown')).toEqual([])
    await one.drop()
  })

  it('takes a copy of the newer log from elsewhere, and no other one', async () => {
    // The firm's own store was restored over above: a copy of what it had lies aside in it.
    const [kept] = await Array.fromAsync(firm.centre.objects.list('former-log/'))
    const former = kept!.name.split('/').slice(0, 2).join('/')
    const copy = join(folder, 'copy')
    const store = await createLocalObjectStore({ folder: copy })
    for await (const { name } of firm.centre.objects.list(`${former}/`))
      await store.put(name.slice(former.length + 1), await firm.centre.objects.get(name))
    const two = await restored(await createLocalObjectStore({ folder: join(folder, 'objects-2') }))
    await expect(two.replay()).rejects.toThrow('no newer log')
    const bundles = await Array.fromAsync(store.list('log/tile/entries/'))
    const bundle = bundles.sort((one, other) => other.bytes - one.bytes)[0]!.name
    const bytes = await readFile(join(copy, bundle))
    const changed = Buffer.from(bytes)
    changed[changed.length - 20]! ^= 1
    await writeFile(join(copy, bundle), changed)
    await expect(two.replay({ folder: copy })).rejects.toThrow()
    expect(await two.column('select count(*)::int as value from hold')).toEqual([1])
    await writeFile(join(copy, bundle), bytes)
    expect(await two.replay({ folder: copy })).toMatchObject(expected)
    await resumeDisposition(two.here, 'Ada', 'Ben')
    await two.drop()
  })
})
