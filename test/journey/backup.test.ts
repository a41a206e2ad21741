/** What was backed up comes back whole, and a backup that was touched does not come back at all. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContentReader, openEmail, parseItemId, verifyArchive } from '../../src/archive/index.ts'
import { integrate, signCheckpoint } from '../../src/archive/log/index.ts'
import {
  type BackupParts,
  backUp,
  checkBackup,
  dispositionSuspension,
  restore,
  resumeDisposition,
} from '../../src/backup/index.ts'
import { decodeRecord } from '../../src/pipeline-sources.ts'
import { installFaults, SimulatedCrash } from '../../src/platform/faults.ts'
import { createMemoryKeyVault } from '../../src/platform/keys/memory-vault.ts'
import { createLocalObjectStore } from '../../src/platform/object-store/local-object-store.ts'
import { createKysely } from '../../src/platform/postgres/index.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { createTestDatabase } from '../postgres.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

let firm: Firm
let folder: string
let parts: BackupParts
let now = Date.parse('2026-03-20T12:00:00Z')
beforeAll(async () => {
  firm = await openFirm()
  folder = await mkdtemp(join(tmpdir(), 'holdfast-backup-'))
  parts = { ...firm.centre, random: systemRandom, ownerUrl: firm.ownerUrl, clock: { now: () => now } }
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  await capture('第一批', 'one.jsonl')
  await signCheckpoint(firm.centre)
}, 120_000)
afterAll(async () => {
  await firm?.close()
  if (folder) await rm(folder, { recursive: true })
})

async function capture(text: string, file: string): Promise<void> {
  const texts = Array.from({ length: 40 }, (_, place) => groupText(`${text}${place}`))
  await captureWecom(firm, texts, { custodian: '+8613900000001' }, file)
  await firm.run('wechat')
}

/** An empty installation; with the firm's keys unless told. */
async function emptyInstallation(vault = parts.vault) {
  const database = await createTestDatabase()
  const objects = await createLocalObjectStore({ folder: await mkdtemp(join(folder, 'objects-')) })
  const queries = createKysely(database.pool)
  const here: BackupParts = {
    ...parts,
    vault,
    objects,
    queries,
    pool: database.pool,
    ownerUrl: database.ownerUrl,
  }
  return { here, drop: () => database.drop() }
}

const problemsOf = async (where: BackupParts) =>
  (await verifyArchive(where, { full: true, decode: decodeRecord })).problems

describe('backup and restore', () => {
  it('bring everything back: items, content, log, whole and searchable', async () => {
    const backups = join(folder, 'whole')
    const made = await backUp(parts, { folder: backups })
    expect(made.objects).toBeGreaterThan(3)
    expect(await checkBackup(parts, backups)).toMatchObject({ set: made.set, problems: [] })
    const { here, drop } = await emptyInstallation()
    expect(await restore(here, { folder: backups })).toMatchObject({ set: made.set, rows: made.rows })
    expect(await problemsOf(here)).toEqual([])
    const [item] = await firm.search('第一批7')
    const { stream } = await openEmail(here, createContentReader(here), parseItemId(item!.id).messageId)
    expect(Buffer.concat(await Array.fromAsync(stream)).toString()).toBe(await firm.email(item!.id))
    // It goes on where it was: ids are given on, the log grows.
    expect((await integrate(here)).entered).toBeGreaterThan(0)
    await here.pool.query(
      `insert into mailbox (address, name, created_at) values ('new@firm.example', 'New', now())`,
    )
    expect(await problemsOf(here)).toEqual([])
    await expect(restore(here, { folder: backups })).rejects.toMatchObject({
      ...{ code: 'backup-refused', message: expect.stringContaining('not empty') },
    })
    await drop()
  })

  it('copy only what is new, and take the state of one moment while an import goes on', async () => {
    const backups = join(folder, 'whole')
    await capture('第二批', 'two.jsonl')
    now += 60_000
    const importing = capture('同时', 'three.jsonl')
    const made = await backUp(parts, { folder: backups })
    await importing
    expect(made.objectsKept).toBeGreaterThan(2)
    const { here, drop } = await emptyInstallation()
    await restore(here, { folder: backups })
    const problems = (await problemsOf(here)).filter(({ code }) => code !== 'object-unknown')
    expect(problems).toEqual([])
    await drop()
  })

  it('suspend dispositions after a restore until two people let them go on', async () => {
    const { here, drop } = await emptyInstallation()
    await restore(here, { folder: join(folder, 'whole') })
    expect(await dispositionSuspension(here)).toMatchObject({ backup: expect.stringMatching(/^2026-03-20/) })
    await expect(resumeDisposition(here, 'Ada', ' ada ')).rejects.toMatchObject({ code: 'backup-refused' })
    await expect(resumeDisposition(here, 'Ada', 'Ben')).rejects.toThrow('was not replayed')
    await resumeDisposition(here, 'Ada', 'Ben', { withoutLog: true })
    expect(await dispositionSuspension(here)).toBeNull()
    await expect(resumeDisposition(here, 'Ada', 'Ben')).rejects.toMatchObject({ code: 'backup-refused' })
    await drop()
  })

  it('are gone on with after a crash at any step', async () => {
    const backups = join(folder, 'crashed')
    for (const point of ['backup.objects-copied', 'backup.table-copied', 'backup.manifest-written']) {
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(backUp(parts, { folder: backups }).finally(() => faults.remove())).rejects.toThrow(
        SimulatedCrash,
      )
      await expect(checkBackup(parts, backups)).rejects.toMatchObject({ code: 'backup-refused' })
    }
    await backUp(parts, { folder: backups })
    const { here, drop } = await emptyInstallation()
    for (const point of ['restore.objects-written', 'restore.table-copied']) {
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      const crashed = restore(here, { folder: backups }).finally(() => faults.remove())
      await expect(crashed).rejects.toThrow(SimulatedCrash)
    }
    await restore(here, { folder: backups })
    expect(await problemsOf(here)).toEqual([])
    await drop()
  })

  it('are refused with other keys, and with any file changed', async () => {
    const backups = join(folder, 'crashed')
    const strange = await emptyInstallation(createMemoryKeyVault())
    await expect(restore(strange.here, { folder: backups })).rejects.toMatchObject({
      ...{ code: 'backup-refused', message: expect.stringContaining('other keys') },
    })
    await strange.drop()
    const [set] = await readdir(join(backups, 'sets'))
    const files = [
      join('sets', set!, 'tables', 'item'),
      join('sets', set!, 'manifest.json'),
      'objects/log/tile/0/000.p',
    ]
    for (const file of files) {
      const path = file.endsWith('.p')
        ? join(backups, file, (await readdir(join(backups, file)))[0]!)
        : join(backups, file)
      const bytes = await readFile(path)
      const changed = Buffer.from(bytes)
      changed[Math.floor(bytes.length / 2)]! ^= 1
      await writeFile(path, changed)
      const found = await checkBackup(parts, backups).catch(() => ({ problems: ['refused'] }))
      expect([file, found.problems.length > 0]).toEqual([file, true])
      const { here, drop } = await emptyInstallation()
      await expect(restore(here, { folder: backups })).rejects.toThrow()
      await drop()
      await writeFile(path, bytes)
    }
    expect((await checkBackup(parts, backups)).problems).toEqual([])
  })
})
