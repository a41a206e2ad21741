/** Keys in escrow: locked as long as holds and retention say, and enough for an officer who has nothing else. */
import { hash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { createDispositionRun, dispose } from '../../src/archive/disposition/index.ts'
import {
  beginEscrow,
  type EscrowParts,
  escrowStatus,
  isBegun,
  type RecoverOptions,
  recover,
  syncEscrow,
  verifyRecovery,
} from '../../src/archive/escrow/index.ts'
import { parseItemId } from '../../src/archive/index.ts'
import { logKey, openNote, readCheckpoint, signCheckpoint } from '../../src/archive/log/index.ts'
import { isIncluded, leafHash } from '../../src/archive/log/merkle.ts'
import { backUp } from '../../src/backup/index.ts'
import { placeHold, releaseHold } from '../../src/compliance/holds/index.ts'
import {
  approvePolicy,
  askForPolicy,
  changeRetentionPolicy,
  createRetentionPolicy,
  simulatePolicy,
  turnOffPolicy,
} from '../../src/compliance/retention/index.ts'
import { createAzureEscrowStore } from '../../src/platform/escrow-store/azure-escrow-store.ts'
import { createLocalEscrowStore } from '../../src/platform/escrow-store/local-escrow-store.ts'
import { installFaults, SimulatedCrash } from '../../src/platform/faults.ts'
import { createLocalObjectStore } from '../../src/platform/object-store/local-object-store.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { generateKeyPair } from '../../src/platform/sealing/index.ts'
import { type AzureWorm, startAzureWorm } from '../azure-worm.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

const officer = generateKeyPair(systemRandom)
let firm: Firm
let worm: AzureWorm
let folder: string
let parts: EscrowParts
let retention: Parameters<typeof createRetentionPolicy>[0] & { random: typeof systemRandom }
let published: string

const setClock = (time: string) => {
  firm.setClock(time)
  worm.now = Date.parse(time)
}
const sync = (locks = true) => syncEscrow(parts, { locks })
const locks = async () =>
  (
    await firm.pool.query<{ locked_until: Date | null; held: boolean }>(
      'select locked_until, held from escrow_copy where retired_at is null order by id',
    )
  ).rows.map(({ locked_until, held }) => ({ until: locked_until?.toISOString().slice(0, 10) ?? null, held }))

beforeAll(async () => {
  firm = await openFirm()
  folder = await mkdtemp(join(tmpdir(), 'holdfast-escrow-'))
  worm = await startAzureWorm({ now: firm.centre.clock.now() })
  const access = { kind: 'connection-string', connectionString: worm.connectionString } as const
  const escrow = await createAzureEscrowStore({ container: 'escrow', access, mode: 'locked' })
  parts = { ...firm.centre, random: systemRandom, escrow, officerKey: officer.publicKey }
  retention = { ...firm.centre, random: systemRandom }
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  await firm.connect('whatsapp')
  await captureWecom(
    firm,
    Array.from({ length: 12 }, (_, place) => groupText(`第${place}条`)),
    {
      custodian: '+8613900000001',
    },
  )
  await firm.run('wechat')
  const zip = new ZipFile()
  const lines = ['02/03/2026, 10:00 - Carl: plan.bin (file attached)', '02/03/2026, 10:01 - 张三: agreed']
  zip.addBuffer(Buffer.from(`${lines.join('\n')}\n`), 'WhatsApp Chat with Carl.txt')
  zip.addBuffer(systemRandom.bytes(200_000) as Buffer, 'plan.bin', { compress: false })
  zip.end()
  await firm.capture(
    'whatsapp-export',
    [await firm.file('WhatsApp Chat with Carl.zip', await buffer(zip.outputStream))],
    { custodian: '+8613900000001', custodianName: '张三', timezone: 'UTC', dateOrder: 'dmy' },
  )
  await firm.run('whatsapp')
  await createRetentionPolicy(
    retention,
    {
      ...{ name: 'Seven', action: 'retain', period: { count: 7, unit: 'years' }, starts: 'created' },
      ...{ scope: 'all', mailboxIds: [], early: false, basis: '' },
    },
    'ada',
  )
  await simulatePolicy(retention, 'Seven')
  await askForPolicy(retention, 'Seven', 'ada')
  await approvePolicy(retention, 'Seven', 'ben')
  published = (await logKey(firm.centre)).verifierKey
}, 120_000)
afterAll(async () => {
  await firm?.close()
  await worm?.close()
  if (folder) await rm(folder, { recursive: true })
})

let recoveries = 0
/** With nothing but the escrow, the objects and the private key. */
async function recoverFrom(
  objectsFolder: string,
  rest: Partial<RecoverOptions> = {},
  privateKey = officer.privateKey,
) {
  recoveries += 1
  const to = join(folder, `recovered-${recoveries}`)
  const objects = await createLocalObjectStore({ folder: objectsFolder, readOnly: true })
  const done = await recover(
    { escrow: parts.escrow, objects, privateKey },
    { folder: to, verifierKey: published, ...rest },
  )
  return { ...done, folder: to }
}

describe('the escrow', () => {
  it('is begun for one officer, and gets every key, locked until retention ends', async () => {
    expect(await isBegun(parts)).toBe(false)
    await beginEscrow(parts)
    await expect(
      isBegun({ ...parts, officerKey: generateKeyPair(systemRandom).publicKey }),
    ).rejects.toMatchObject({
      code: 'escrow-refused',
    })
    expect(await sync()).toMatchObject({ copied: 3, deleted: 0, waiting: 0 })
    // The last message of both days was sent on 2 March.
    for (const lock of await locks()) expect(lock).toEqual({ until: '2033-03-03', held: false })
    expect(await escrowStatus(parts)).toMatchObject({
      protection: 'locked',
      worm: true,
      keys: 3,
      missing: 0,
      free: 0,
    })
    expect(await sync()).toMatchObject({ copied: 0, relocked: 0 })
  })

  it('lengthens locks with retention, and never shortens one', async () => {
    const period = (count: number) => ({ period: { count, unit: 'years' as const } })
    await changeRetentionPolicy(retention, 'Seven', period(10))
    expect((await sync()).relocked).toBeGreaterThan(0)
    for (const lock of await locks()) expect(lock.until).toBe('2036-03-03')
    await firm.asOwner(`update retention_policy set period = 3 where name = 'Seven'`)
    expect(await sync()).toMatchObject({ relocked: 0 })
    for (const lock of await locks()) expect(lock.until).toBe('2036-03-03')
  })

  it('holds without an end what is held, until the 30 days after its release are over', async () => {
    const { rows } = await firm.pool.query<{ id: number }>(
      `select id from mailbox where address like 'zhang@%'`,
    )
    const hold = await placeHold(
      firm.centre,
      {
        ...{ name: 'Zhang', query: null, days: null, note: null, owner: null, url: null, caseName: null },
        ...{ confidential: false, readers: [] },
      },
      [rows[0]!.id],
      { username: 'ada' },
    )
    await sync()
    for (const lock of await locks()) expect(lock.held).toBe(true)
    await releaseHold(
      firm.centre,
      { hold, mailboxIds: null, reason: 'over' },
      { username: 'ada' },
      { secondPerson: false },
    )
    expect(await sync()).toMatchObject({ relocked: 0 })
    await firm.asOwner(`update delay_hold set began_at = began_at - interval '31 days'`)
    expect((await sync()).relocked).toBeGreaterThan(0)
    for (const lock of await locks()) expect(lock).toEqual({ until: '2036-03-03', held: false })
  })

  it('is gone on with after a crash at any step, and no copy is unknown', async () => {
    await captureWecom(firm, [groupText('后来')], { custodian: '+8613900000001' }, 'later.jsonl')
    await firm.run('wechat')
    for (const point of ['escrow.copy-noted', 'escrow.copy-written']) {
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      // The second finds the copy of the first, and stops when it has written it.
      await expect(sync().finally(() => faults.remove())).rejects.toThrow(SimulatedCrash)
    }
    await sync()
    expect(await escrowStatus(parts)).toMatchObject({ missing: 0, keys: 4 })
    const there = (await Array.fromAsync(parts.escrow.list('keys/'))).map(({ name }) => name)
    const { rows } = await firm.pool.query<{ name: string }>('select name from escrow_copy order by name')
    expect(there).toEqual(rows.map(({ name }) => name))
  })
})

describe('the officer', () => {
  it('recovers every item as EML with proofs from a backup, with no database and no key of the service', async () => {
    await signCheckpoint(firm.centre)
    const backups = join(folder, 'backups')
    await backUp({ ...parts, ownerUrl: firm.ownerUrl }, { folder: backups })
    const done = await recoverFrom(join(backups, 'objects'))
    const { message } = await firm.counts()
    expect(done).toMatchObject({ disposed: 0, unreadable: [], notOpened: [] })
    expect(done.items).toHaveLength(message)
    const all = await firm.search()
    for (const item of all) {
      const { messageId } = parseItemId(item.id)
      const recovered = done.items.find((one) => one.message === String(messageId))!
      const email = await readFile(join(done.folder, recovered.file))
      expect(email.toString()).toBe(await firm.email(item.id))
      expect(recovered.mailboxes).toContain(item.mailbox)
      for (const proof of recovered.proofs)
        expectProven(await readFile(join(done.folder, proof.file), 'utf8'), recovered.salt, email)
    }
    expect(await verifyRecovery(done.folder, published)).toMatchObject({ ok: true, proven: message })
    const changed = join(done.folder, done.items[0]!.file)
    await writeFile(changed, `${await readFile(changed, 'utf8')} `)
    expect(await verifyRecovery(done.folder, published)).toMatchObject({ ok: false, proven: message - 1 })
    // One proof for each mailbox that it was imported into.
    expect(done.items.flatMap(({ proofs }) => proofs)).toHaveLength(all.length)
    const large = done.items.map(async ({ file }) => (await readFile(join(done.folder, file))).byteLength)
    expect(Math.max(...(await Promise.all(large)))).toBeGreaterThan(200_000)
  })

  it('is held to a mailbox and to times, and is nobody else', async () => {
    const objects = join(folder, 'backups', 'objects')
    const wang = await recoverFrom(objects, { mailbox: 'wang@firm.example' })
    expect(wang.items).toHaveLength(13)
    expect((await recoverFrom(objects, { to: Date.parse('2026-03-01') })).items).toEqual([])
    await expect(recoverFrom(objects, {}, generateKeyPair(systemRandom).privateKey)).rejects.toMatchObject({
      code: 'key-refused',
    })
    const strange = 'holdfast.invalid/log/0000000000000000+00000000+AQ=='
    await expect(recoverFrom(objects, { verifierKey: strange })).rejects.toMatchObject({
      code: 'bad-public-key',
    })
  })

  it('reads what a database superuser has unmade', async () => {
    for (const table of ['block', 'attachment']) {
      await firm.asOwner(`alter table ${table} disable trigger user`)
      await firm.asOwner(`create table spoiled_${table} as select id, wrapped_key from ${table}`)
      await firm.asOwner(`update ${table} set wrapped_key = decode(repeat('00', 45), 'hex')`)
    }
    await expect(firm.email((await firm.search('第3条'))[0]!.id)).rejects.toThrow()
    const done = await recoverFrom(join(firm.folder, 'objects'))
    expect(done).toMatchObject({ unreadable: [], notOpened: [] })
    expect(done.items).toHaveLength((await firm.counts()).message)
    for (const table of ['block', 'attachment']) {
      await firm.asOwner(
        `update ${table} as t set wrapped_key = s.wrapped_key from spoiled_${table} as s where s.id = t.id`,
      )
      await firm.asOwner(`drop table spoiled_${table}`)
      await firm.asOwner(`alter table ${table} enable trigger user`)
    }
  })
})

describe('what is disposed of', () => {
  it('is not produced any more, and its key leaves the escrow when the lock is over, not before', async () => {
    await turnOffPolicy(retention, 'Seven')
    await firm.asOwner(`update retention_policy set turned_off_at = turned_off_at - interval '31 days'`)
    const target = (await firm.search('第5条'))[0]!
    const { messageId } = parseItemId(target.id)
    const run = await createDispositionRun(firm.pool, {
      ...{ reason: 'purge', requestedBy: 'test', asOf: firm.centre.clock.now() },
    })
    await firm.pool.query(
      `insert into disposition_item (run_id, message_id, mailbox_id) select $1, message_id, mailbox_id from item where message_id = $2`,
      [run, messageId],
    )
    const before = join(folder, 'before')
    await backUp({ ...parts, ownerUrl: firm.ownerUrl }, { folder: before })
    expect(await dispose(parts, run)).toMatchObject({ disposed: 3 })
    await signCheckpoint(firm.centre)
    // What was sealed anew, and the two other keys of the copy that the dead one lay in.
    expect(await sync()).toMatchObject({ copied: 3, deleted: 0, waiting: 1 })
    expect(await escrowStatus(parts)).toMatchObject({ missing: 0, waiting: 0 })
    const done = await recoverFrom(join(firm.folder, 'objects'))
    expect(done).toMatchObject({ disposed: 1, unreadable: [] })
    expect(done.items.some(({ message }) => message === String(messageId))).toBe(false)
    setClock('2036-03-04T00:00:00Z')
    expect(await sync()).toMatchObject({ deleted: 1, waiting: 0 })
    const left = await recoverFrom(join(before, 'objects'))
    expect(left.items.some(({ message }) => message === String(messageId))).toBe(false)
    expect(left.disposed).toBe(0)
  })

  it('stays known when the database has forgotten it: nothing is final before the last such copy is gone', async () => {
    const copies = (await Array.fromAsync(parts.escrow.list('keys/'))).length
    await firm.asOwner('delete from escrow_key')
    await firm.asOwner('delete from escrow_copy')
    const [first] = await Array.fromAsync(parts.escrow.list('keys/'))
    await parts.escrow.relock(first!.name, { until: new Date('2040-01-01'), held: false })
    expect(await sync()).toMatchObject({ deleted: copies - 1, waiting: 1 })
    expect(await escrowStatus(parts)).toMatchObject({
      waiting: 1,
      waitingUntil: '2040-01-01T00:00:00.000Z',
      missing: 0,
    })
    setClock('2040-01-02T00:00:00Z')
    expect(await sync()).toMatchObject({ deleted: 1, waiting: 0 })
  })

  it('in a folder goes as it does in WORM storage, and the folder says that it is none', async () => {
    const store = await createLocalEscrowStore({ folder: join(folder, 'plain'), clock: firm.centre.clock })
    await firm.asOwner('delete from escrow_key')
    await firm.asOwner('delete from escrow_copy')
    const plain = { ...parts, escrow: store }
    await beginEscrow(plain)
    expect((await syncEscrow(plain, { locks: true })).copied).toBeGreaterThan(2)
    expect(await escrowStatus(plain)).toMatchObject({ protection: 'none', worm: false, missing: 0 })
    expect(await firm.problems()).toEqual([])
  })
})

/** By the published formats alone: the leaf commits to the e-mail, and its path leads to the signed root. */
function expectProven(proof: string, salt: string, email: Buffer): void {
  const end = proof.indexOf('\n\n')
  const [, extra, index, ...path] = proof.slice(0, end).split('\n')
  const entry = Buffer.from(extra!.slice('extra '.length), 'base64')
  const { size, root } = readCheckpoint(openNote(proof.slice(end + 2), published))
  const steps = path.map((step) => Buffer.from(step, 'base64'))
  const leaf = BigInt(index!.slice('index '.length))
  expect(isIncluded(leafHash(entry), leaf, size, steps, root)).toBe(true)
  const sha256 = hash('sha256', email, 'buffer')
  const committed = hash('sha256', Buffer.concat([Buffer.from(salt, 'hex'), sha256]), 'base64')
  expect(JSON.parse(entry.toString())).toMatchObject({ kind: 'import', c: committed })
}
