/**
 * The sequencer: gives waiting entries their numbers and writes them as tiles. Numbers are committed with the bytes of
 * the entries before any tile is written, so that whoever goes on after a crash writes the same bytes.
 */
import { createHmac } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { canonicalJson } from '../../domain/canonical-json.ts'
import { AppError } from '../../domain/errors.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, copyRows, inTransaction, withSessionLock } from '../../platform/postgres/index.ts'
import { type ContentReader, createContentReader } from '../content.ts'
import { commitmentOf } from '../content-block.ts'
import { noteAuditBatch } from './audit-batches.ts'
import type { LogParts } from './parts.ts'
import { createTileReader, decodeBundle, encodeBundle, writeTiles } from './tiles.ts'

const lockName = 'holdfast.integrity-log'
const entriesPerBatch = 10_000
const lockWaits = 300
const lockWaitMs = 100

export interface Integrated {
  readonly entered: number
  /** Leaves in the log. */
  readonly size: bigint
}

/** Enters everything that waits. Throws `log-busy` where another process has been at it for half a minute. */
export async function integrate(parts: LogParts): Promise<Integrated> {
  for (let wait = 0; wait < lockWaits; wait += 1) {
    const done = await withSessionLock(parts.pool, lockName, (signal) => integrateAlone(parts, signal))
    if (done !== null) return done
    await setTimeout(lockWaitMs)
  }
  throw busy()
}

function busy(): AppError {
  return new AppError(
    'log-busy',
    'Another process has been entering into the integrity log for a while; try again.',
  )
}

/** Does the work while nothing is entered. Throws `log-busy`. */
export async function withLogStill<Result>(
  { pool }: Pick<LogParts, 'pool'>,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let wait = 0; wait < lockWaits; wait += 1) {
    const done = await withSessionLock(pool, lockName, async () => ({ result: await work() }))
    if (done !== null) return done.result
    await setTimeout(lockWaitMs)
  }
  throw busy()
}

async function integrateAlone(parts: LogParts, signal: AbortSignal): Promise<Integrated> {
  const streams = createStreams(await parts.vault.derive('log-stream'))
  const reader = createContentReader(parts)
  await writeBatches(parts)
  let entered = 0
  for (;;) {
    signal.throwIfAborted()
    await inTransaction(parts.pool, (client) => noteAuditBatch(client, new Date(parts.clock.now())))
    const numbered = await inTransaction(parts.pool, (client) => numberEntries(client, reader, streams))
    faultPoint('log.numbered')
    await writeBatches(parts)
    entered += numbered
    if (numbered < entriesPerBatch) break
  }
  return { entered, size: (await headOf(parts)).written }
}

interface PendingRow {
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  readonly kind: string
  readonly message_id: bigint | null
  readonly mailbox_id: number | null
  /** Base64. */
  readonly commitment: string | null
  readonly facts: Record<string, unknown> | null
  readonly leaf: bigint | null
  readonly sequence: bigint | null
}

async function numberEntries(
  client: Client,
  reader: ContentReader,
  streamOf: (mailboxId: number) => string,
): Promise<number> {
  const { rows: heads } = await client.query<{ size: bigint }>('select size from log_head for update')
  const first = heads[0]!.size
  const { rows } = await client.query<PendingRow>(
    `with taken as (
       delete from log_pending
        where ctid = any(array(select ctid from log_pending order by id limit ${entriesPerBatch})) returning *)
     select floor(extract(epoch from at) * 1000)::float8 as at, kind, message_id, mailbox_id,
            encode(commitment, 'base64') as commitment, facts, leaf.leaf, leaf.sequence
       from taken left join log_leaf as leaf using (message_id, mailbox_id) order by taken.id`,
  )
  // An item that was entered before is not entered a second time.
  const fresh = rows.filter(({ kind, leaf }) => kind !== 'import' || leaf === null)
  const found = await missingCommitments(client, reader, fresh)
  const sequences = await takeSequences(client, fresh)
  let leaves = ''
  let disposals = ''
  const entries = fresh.map((row, place) => {
    const { at, kind, message_id, mailbox_id, facts } = row
    if (kind !== 'import' || message_id === null || mailbox_id === null) {
      if (kind === 'disposition' && row.leaf !== null)
        disposals += `${message_id}\t${mailbox_id}\t${first + BigInt(place)}\n`
      const about = mailbox_id === null ? {} : { stream: streamOf(mailbox_id) }
      const of = row.leaf === null ? {} : { of: Number(row.leaf), n: Number(row.sequence) }
      return entryOf({ at, kind, ...about, ...of, ...(facts ? { facts } : {}) })
    }
    const n = sequences.next(mailbox_id)
    leaves += `${message_id}\t${mailbox_id}\t${first + BigInt(place)}\t${n}\n`
    const c = row.commitment ?? found.get(message_id)?.toString('base64')
    return importEntry({ at, stream: streamOf(mailbox_id), n, c })
  })
  if (leaves !== '')
    await copyRows(client, 'copy log_leaf (message_id, mailbox_id, leaf, sequence) from stdin', [
      Buffer.from(leaves),
    ])
  if (disposals !== '')
    await copyRows(client, 'copy log_disposal (message_id, mailbox_id, leaf) from stdin', [
      Buffer.from(disposals),
    ])
  await sequences.keep()
  if (entries.length > 0) {
    await client.query('insert into log_batch (first, entries) values ($1, $2)', [
      first,
      encodeBundle(entries),
    ])
    await client.query('update log_head set size = $1', [first + BigInt(entries.length)])
  }
  return rows.length
}

export interface ImportEntry {
  readonly at: number
  readonly stream: string
  readonly n: bigint
  /** Absent where the content cannot be read any more. */
  readonly c: string | undefined
}

/** As `canonicalJson` has it, written out: nearly every leaf is an import's. */
export function importEntry({ at, stream, n, c }: ImportEntry): Buffer {
  return Buffer.from(`{"at":${at},${c ? `"c":"${c}",` : ''}"kind":"import","n":${n},"stream":"${stream}"}`)
}

/** The bytes of a leaf: canonical JSON. */
function entryOf(entry: Readonly<Record<string, unknown>>): Buffer {
  const bytes = Buffer.from(canonicalJson(entry))
  if (bytes.byteLength > 65_535) throw new Error(`an entry of kind ${entry.kind} is longer than 65,535 bytes`)
  return bytes
}

/** Commitments of items whose message was stored before: as its other items have them, else out of its content. */
async function missingCommitments(
  client: Client,
  reader: ContentReader,
  rows: readonly PendingRow[],
): Promise<ReadonlyMap<bigint, Buffer>> {
  const wanted = rows.flatMap(({ kind, commitment, message_id }) =>
    kind === 'import' && commitment === null && message_id !== null ? [message_id] : [],
  )
  if (wanted.length === 0) return new Map()
  const { rows: places } = await client.query<{
    id: bigint
    block_id: bigint
    place: number
    sha256: Buffer
  }>('select id, block_id, place, sha256 from message where id = any($1) order by block_id, place', [
    [...new Set(wanted)],
  ])
  const found = new Map<bigint, Buffer>()
  for (const { id, block_id, place, sha256 } of places) {
    found.set(id, commitmentOf((await reader.block(block_id)).salt(place), sha256))
  }
  return found
}

/** Numbers within each mailbox, from 1. */
async function takeSequences(client: Client, rows: readonly PendingRow[]) {
  const mailboxes = new Set(
    rows.flatMap(({ kind, mailbox_id }) => (kind === 'import' && mailbox_id !== null ? [mailbox_id] : [])),
  )
  const { rows: known } = await client.query<{ mailbox_id: number; last_sequence: bigint }>(
    'select mailbox_id, last_sequence from log_stream where mailbox_id = any($1)',
    [[...mailboxes]],
  )
  const last = new Map(known.map((row) => [row.mailbox_id, row.last_sequence]))
  return {
    next(mailboxId: number): bigint {
      const number = (last.get(mailboxId) ?? 0n) + 1n
      last.set(mailboxId, number)
      return number
    },
    async keep(): Promise<void> {
      if (last.size === 0) return
      await client.query(
        `insert into log_stream (mailbox_id, last_sequence) select * from unnest($1::int[], $2::bigint[])
         on conflict (mailbox_id) do update set last_sequence = excluded.last_sequence`,
        [[...last.keys()], [...last.values()]],
      )
    },
  }
}

/** What stands for a mailbox in the leaves: nobody without the key can tell whose entries they are. */
export function createStreams(key: Uint8Array): (mailboxId: number) => string {
  const names = new Map<number, string>()
  return (mailboxId) => {
    const known = names.get(mailboxId)
    if (known !== undefined) return known
    const name = createHmac('sha256', key).update(String(mailboxId)).digest('hex').slice(0, 32)
    names.set(mailboxId, name)
    return name
  }
}

/** Writes the numbered entries that no tile holds yet, in order. */
async function writeBatches({ pool, objects }: LogParts): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ first: bigint; entries: Buffer }>(
      'select first, entries from log_batch order by first limit 1',
    )
    const batch = rows[0]
    if (!batch) return
    const entries = decodeBundle(batch.entries)
    const replaced = await writeTiles(objects, batch.first, entries)
    faultPoint('log.tiles-written')
    await inTransaction(pool, async (client) => {
      await client.query('update log_head set written = greatest(written, $1)', [
        batch.first + BigInt(entries.length),
      ])
      await client.query('delete from log_batch where first = $1', [batch.first])
    })
    faultPoint('log.batch-entered')
    for (const name of replaced) await objects.delete(name)
  }
}

export async function headOf({
  queries,
}: Pick<LogParts, 'queries'>): Promise<{ size: bigint; written: bigint }> {
  return queries.selectFrom('log_head').select(['size', 'written']).executeTakeFirstOrThrow()
}

/** Reads what the log has in the object store. */
export async function openTiles(parts: Pick<LogParts, 'queries' | 'objects'>) {
  const { written } = await headOf(parts)
  return { ...createTileReader(parts.objects, written), written }
}

/** Notes entries for items that have none: those of an archive that is older than its log. */
export async function noteMissingItems({ pool, clock }: Pick<LogParts, 'pool' | 'clock'>): Promise<number> {
  const { rowCount } = await pool.query(
    `insert into log_pending (at, kind, message_id, mailbox_id)
     select $1, 'import', message_id, mailbox_id from item
      where not exists (select from log_leaf where (log_leaf.message_id, log_leaf.mailbox_id) = (item.message_id, item.mailbox_id))
        and not exists (select from log_pending where kind = 'import'
                         and (log_pending.message_id, log_pending.mailbox_id) = (item.message_id, item.mailbox_id))
      order by message_id, mailbox_id`,
    [new Date(clock.now())],
  )
  return rowCount ?? 0
}
