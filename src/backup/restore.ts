/**
 * The way back: into an empty installation that has the archive's keys. Disposition waits afterwards: what was held or
 * disposed of since the backup has to be told again first, or what is gone would come back and what is held could go.
 */
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { from as copyFrom } from 'pg-copy-streams'
import { noteLogEntries } from '../archive/log/index.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { faultPoint } from '../platform/faults.ts'
import { type Client, createKysely, createPool, inTransaction } from '../platform/postgres/index.ts'
import { readCopied } from './copy-file.ts'
import { type FormerLog, keepFormerLog } from './former-log.ts'
import {
  type BackupManifest,
  type BackupSet,
  listSets,
  objectsFolder,
  readManifest,
  refused,
} from './manifest.ts'
import type { BackupParts } from './parts.ts'
import { storedTables } from './tables.ts'

export interface RestoreOptions {
  readonly folder: string
  /** The name of a backup in the folder; default the last. */
  readonly set?: string
  readonly onProgress?: (restored: number, total: number) => void
}

export interface RestoreResult {
  readonly set: string
  readonly at: string
  readonly tables: number
  readonly rows: number
  readonly objects: number
}

/** In `installation`: why nothing may be disposed of for the time being. */
export const suspensionName = 'disposition-suspended'

/** Throws `backup-refused`. Killed at any line it is run again: the rows come in one transaction, after the objects. */
export async function restore(
  parts: BackupParts,
  { folder, set: wanted, onProgress }: RestoreOptions,
): Promise<RestoreResult> {
  if (parts.ownerUrl === null)
    throw refused('Only the owner of the tables can put them back: set DATABASE_OWNER_URL.')
  const set = (await listSets(folder)).filter(({ name }) => wanted === undefined || name === wanted).at(-1)
  if (!set)
    throw refused(
      `There is no ${wanted === undefined ? 'finished backup' : `backup ${wanted}`} in ${folder}.`,
    )
  const manifest = await readManifest(parts.vault, set)
  await refuseUnlessEmpty(parts, manifest)
  const former = await keepFormerLog(parts, manifest)
  for (const [place, object] of manifest.objects.entries()) {
    await restoreObject(parts, folder, object)
    onProgress?.(place + 1, manifest.objects.length)
  }
  faultPoint('restore.objects-written')
  const owner = createPool({ url: parts.ownerUrl, connectionsMax: 1 })
  try {
    await inTransaction(owner, (client) => restoreRows(client, parts, set, manifest, former))
  } finally {
    await owner.end()
  }
  faultPoint('restore.committed')
  await restoreColdTier(parts)
  return {
    set: set.name,
    at: manifest.at,
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
    objects: manifest.objects.length,
  }
}

async function refuseUnlessEmpty({ pool }: BackupParts, { migrations }: BackupManifest): Promise<void> {
  const { rows } = await pool.query<{ empty: boolean; migrations: bigint }>(
    `select not exists (select from mailbox) and not exists (select from message) and not exists (select from site_account)
            and not exists (select from connector) as empty,
            (select count(*) from schema_migration) as migrations`,
  )
  const { empty, migrations: here } = rows[0]!
  if (!empty) throw refused('This installation is not empty; restore into a new data folder or database.')
  if (Number(here) < migrations)
    throw refused('The backup was made by a newer version of Holdfast; restore it with that one.')
  if (Number(here) > migrations)
    throw refused(
      'The backup was made by an older version of Holdfast: restore it with that one, then start this one on it.',
    )
}

async function restoreObject(
  { objects }: BackupParts,
  folder: string,
  object: BackupManifest['objects'][number],
): Promise<void> {
  if ((await objects.size(object.name)) === object.bytes) return
  await objects.putStream(object.name, readCopied(join(folder, objectsFolder, object.name), object))
}

async function restoreRows(
  client: Client,
  parts: BackupParts,
  set: BackupSet,
  manifest: BackupManifest,
  former: FormerLog | null,
): Promise<void> {
  const here = await storedTables(client)
  // Triggers keep tallies and refuse deletions; both are part of what was copied. The owner may switch them off.
  for (const { name } of here) await client.query(`alter table "${name}" disable trigger user`)
  await client.query(`truncate ${here.map(({ name }) => `"${name}"`).join(', ')}`)
  const copied = new Map(manifest.tables.map((table) => [table.name, table]))
  for (const { name } of here) {
    const table = copied.get(name)
    if (!table) throw refused(`The backup has no table ${name}.`)
    if (name === 'message' || name === 'item') await ensureMonths(client, set, table)
    const columns = table.columns.map((column) => `"${column}"`).join(', ')
    const rows = client.query(copyFrom(`copy "${name}" (${columns}) from stdin`))
    await pipeline(
      Readable.from(readCopied(join(set.folder, 'tables', name), table)),
      createZstdDecompress(),
      rows,
    )
    if (rows.rowCount !== table.rows)
      throw refused(`The table ${name} has ${rows.rowCount} rows instead of ${table.rows}.`)
    faultPoint('restore.table-copied')
  }
  for (const [name, value] of Object.entries(manifest.sequences)) {
    const [last, unused] = value.split(' ')
    await client.query('select setval($1::regclass, $2, $3)', [
      `public."${name}"`,
      last,
      unused === undefined,
    ])
  }
  for (const { name } of here) await client.query(`alter table "${name}" enable trigger user`)
  const at = parts.clock.now()
  const details = { set: set.name, at: manifest.at }
  const suspension: Suspension = {
    since: new Date(at).toISOString(),
    backup: manifest.at,
    entries: manifest.logEntries,
    former: former?.folder ?? null,
  }
  await client.query(`delete from installation where name = $1`, [replayedName])
  await client.query(
    'insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [suspensionName, JSON.stringify(suspension)],
  )
  await appendAudit(createKysely(client), { at, operation: 'restore', outcome: 'succeeded', details })
  await noteLogEntries(client, [
    { at, kind: 'restore', facts: { backup: manifest.at, ...formerFacts(former) } },
  ])
}

/** The entry of the restore commits to the log that was there before: it is evidence, and cannot be exchanged later. */
function formerFacts(former: FormerLog | null): object {
  return former ? { former: { size: Number(former.size), root: former.root.toString('base64') } } : {}
}

/** Partitions for the months of the rows: the first column of both tables is the message's id. */
async function ensureMonths(
  client: Client,
  set: BackupSet,
  table: BackupManifest['tables'][number],
): Promise<void> {
  const place = table.columns.indexOf(table.name === 'message' ? 'id' : 'message_id')
  const months = new Set<string>()
  const copied = Readable.from(readCopied(join(set.folder, 'tables', table.name), table))
  await pipeline(copied, createZstdDecompress(), async (source: AsyncIterable<Buffer>) => {
    let rest = ''
    for await (const chunk of source) {
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) months.add(monthOf(BigInt(line.split('\t', place + 1)[place]!)))
    }
  })
  for (const month of months) {
    const [year, number] = month.split('-').map(Number)
    await client.query('select ensure_month($1, $2)', [year, number])
  }
}

function monthOf(messageId: bigint): string {
  return new Date(Number(messageId >> 21n)).toISOString().slice(0, 7)
}

/** What lay in the cold tier lies there again. */
async function restoreColdTier({ pool, objects }: BackupParts): Promise<void> {
  const { rows } = await pool.query<{ object_name: string }>(
    'select object_name from segment where cold_at is not null union all select object_name from attachment where cold_at is not null',
  )
  for (const { object_name } of rows) await objects.makeCold(object_name)
}

export interface Suspension {
  readonly since: string
  /** When the backup was made that this installation was restored from. */
  readonly backup: string
  /** Entries that the log had when the backup was made. */
  readonly entries: string
  /** Where the newer log lies that the object store had before the restore; null: it had none. */
  readonly former: string | null
}

/** In `installation`: how much of the newer log was replayed. */
export const replayedName = 'log-replayed'

/** Null where dispositions go on. */
export async function dispositionSuspension({
  queries,
}: Pick<BackupParts, 'queries'>): Promise<Suspension | null> {
  const row = await queries
    .selectFrom('installation')
    .select('value')
    .where('name', '=', suspensionName)
    .executeTakeFirst()
  return row ? (JSON.parse(row.value) as Suspension) : null
}

/**
 * Lets dispositions go on after a restore, once the log of the time since the backup was replayed and two people say that
 * what it left to them was done. `withoutLog`: they say that there is no such log any more. Throws `backup-refused` for
 * one person, before a replay, or where nothing is suspended.
 */
export async function resumeDisposition(
  { pool, clock }: Pick<BackupParts, 'pool' | 'clock'>,
  by: string,
  approvedBy: string,
  options: { readonly withoutLog?: boolean } = {},
): Promise<void> {
  if (
    by.trim() === '' ||
    approvedBy.trim() === '' ||
    by.trim().toLowerCase() === approvedBy.trim().toLowerCase()
  )
    throw refused('Two people have to say so: give two different names.')
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query('delete from installation where name = $1', [suspensionName])
    if (rowCount === 0) throw refused('Dispositions are not suspended.')
    const { rows } = await client.query<{ value: string }>(
      'delete from installation where name = $1 returning value',
      [replayedName],
    )
    const replayed = rows[0] ? (JSON.parse(rows[0].value) as { entries: number }).entries : null
    if (replayed === null && !options.withoutLog)
      throw refused(
        'The log of the time since the backup was not replayed: "holdfast restore --replay" first; where there is none any more, say --without-log.',
      )
    const at = clock.now()
    await appendAudit(createKysely(client), {
      ...{ at, operation: 'resume-disposition', outcome: 'succeeded' },
      details: { by, approvedBy, replayed },
    })
    await noteLogEntries(client, [{ at, kind: 'restore', facts: { act: 'resume', replayed } }])
  })
}
