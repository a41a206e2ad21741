/** The log against itself, against the archive and against what was signed and witnessed. Changes nothing. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAppError } from '../../domain/errors.ts'
import { type ContentReader, createContentReader } from '../content.ts'
import { commitmentOf } from '../content-block.ts'
import type { ProblemList } from '../problem.ts'
import { checkpointName, logKey, openNote, readCheckpoint } from './checkpoint.ts'
import { openTiles } from './integrate.ts'
import { leafHash, nodeHash, rootOf } from './merkle.ts'
import type { LogParts } from './parts.ts'
import { decodeBundle, hashesOf, tileName, tileWidth, widthOf } from './tiles.ts'

export interface LogVerification {
  /** Leaves whose bytes were read and hashed. */
  readonly entries: number
  readonly checkpoints: number
}

const bundlesInSample = 40

/** @param full every entry and every commitment, instead of some of them. */
export async function verifyLog(
  parts: LogParts,
  problems: ProblemList,
  full: boolean,
): Promise<LogVerification> {
  const entries = await verifyEntries(parts, problems, full)
  const checkpoints = await verifyCheckpoints(parts, problems)
  await verifyItems(parts, problems)
  await verifyAuditBatches(parts, problems)
  return { entries, checkpoints }
}

/** The bundles against the lowest tiles, and each tile against the one above it. */
async function verifyEntries(parts: LogParts, problems: ProblemList, full: boolean): Promise<number> {
  const { written } = await openTiles(parts)
  const bundles = Number((written + BigInt(tileWidth) - 1n) / BigInt(tileWidth))
  const step = full ? 1 : Math.max(1, Math.floor(bundles / bundlesInSample))
  const content = createContentReader(parts)
  let entries = 0
  for (let index = 0; index < bundles; index += step) {
    const place = BigInt(index)
    await reporting(problems, `entries ${index * tileWidth} and following of the integrity log`, async () => {
      const width = widthOf(0, place, written)
      const bundle = decodeBundle(Buffer.from(await parts.objects.get(tileName('entries', place, width))))
      const hashes = hashesOf(Buffer.from(await parts.objects.get(tileName(0, place, width))))
      if (bundle.length !== width || hashes.length !== width)
        throw new Error('they are not as many as the log says')
      bundle.forEach((entry, at) => {
        if (!leafHash(entry).equals(hashes[at]!))
          throw new Error(`entry ${index * tileWidth + at} was changed`)
      })
      entries += width
      await verifyCommitments(parts, content, place * BigInt(tileWidth), bundle, problems)
    })
  }
  for (let level = 1; written >> BigInt(8 * level) > 0n; level += 1) {
    const hashes = Number(written >> BigInt(8 * level))
    for (
      let index = 0;
      index < hashes;
      index += full ? 1 : Math.max(1, Math.floor(hashes / bundlesInSample))
    ) {
      await reporting(problems, `tile ${index} of level ${level} of the integrity log`, () =>
        verifyTile(parts, level, BigInt(index), written),
      )
    }
  }
  return entries
}

/** The `index`-th hash of a level is the root of the full tile below it. */
async function verifyTile(parts: LogParts, level: number, index: bigint, written: bigint): Promise<void> {
  const below = hashesOf(Buffer.from(await parts.objects.get(tileName(level - 1, index, tileWidth))))
  let row = below
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, pair) => nodeHash(row[2 * pair]!, row[2 * pair + 1]!))
  }
  const tile = index / BigInt(tileWidth)
  const above = hashesOf(
    Buffer.from(await parts.objects.get(tileName(level, tile, widthOf(level, tile, written)))),
  )
  if (below.length !== tileWidth || !above[Number(index % BigInt(tileWidth))]?.equals(row[0]!))
    throw new Error('it does not follow from the tile below it')
}

interface ImportedRow {
  readonly leaf: bigint
  readonly sequence: bigint
  readonly message_id: bigint
  readonly block_id: bigint | null
  readonly place: number | null
  readonly sha256: Buffer | null
}

/** Entries of imports against the rows of their items, and what they commit to against the content. */
async function verifyCommitments(
  parts: LogParts,
  content: ContentReader,
  first: bigint,
  bundle: readonly Buffer[],
  problems: ProblemList,
): Promise<void> {
  const { rows } = await parts.pool.query<ImportedRow>(
    `select leaf, log_leaf.sequence, log_leaf.message_id, block_id, place, sha256
       from log_leaf left join message on message.id = log_leaf.message_id
      where leaf >= $1 and leaf < $2 order by block_id, place`,
    [first, first + BigInt(bundle.length)],
  )
  const byLeaf = new Map(rows.map((row) => [row.leaf, row]))
  bundle.forEach((bytes, place) => {
    const entry = JSON.parse(bytes.toString()) as { kind: string; n?: number }
    const row = byLeaf.get(first + BigInt(place))
    if (entry.kind === 'import' && Number(row?.sequence) !== entry.n)
      problems.add(
        'log-differs',
        `Entry ${first + BigInt(place)} of the integrity log has no item with its number.`,
      )
  })
  for (const { leaf, block_id, place, sha256, message_id } of rows) {
    const entry = JSON.parse(bundle[Number(leaf - first)]!.toString()) as { c?: string }
    if (block_id === null || place === null || sha256 === null || entry.c === undefined) continue
    try {
      const committed = commitmentOf((await content.block(block_id)).salt(place), sha256)
      if (committed.toString('base64') === entry.c) continue
      problems.add(
        'log-differs',
        `The content of message ${message_id} is not what entry ${leaf} of the integrity log commits to.`,
      )
    } catch {
      // Content that cannot be read is told of where content is verified.
    }
  }
}

/** Every checkpoint that was signed is a state this log went through, and so is what the witness keeps. */
async function verifyCheckpoints(parts: LogParts, problems: ProblemList): Promise<number> {
  const tiles = await openTiles(parts)
  const { verifierKey, origin } = await logKey(parts)
  const notes = await parts.queries
    .selectFrom('log_checkpoint')
    .select(['size', 'note'])
    .orderBy('size')
    .execute()
  const witnessed = parts.log?.witnessFolder ? await witnessNotes(parts.log.witnessFolder, origin) : []
  for (const { where, note } of [
    ...notes.map(({ note }) => ({ where: 'a checkpoint', note })),
    ...witnessed,
  ]) {
    await reporting(problems, where, async () => {
      const signed = readCheckpoint(openNote(note, verifierKey))
      if (signed.size > tiles.written)
        throw new Error(
          `it was signed over ${signed.size} entries and the log has ${tiles.written}: entries were cut off`,
        )
      if (!(await rootOf(signed.size, tiles.readNode)).equals(signed.root))
        throw new Error(`the log is not the one that was signed over ${signed.size} entries`)
    })
  }
  for (const { size, note } of notes) {
    await reporting(
      problems,
      `the copy of the checkpoint over ${size} entries in the object store`,
      async () => {
        const copy = await parts.objects.get(checkpointName(size)).catch((error: unknown) => {
          if (isAppError(error, 'object-not-found')) return null
          throw error
        })
        if (copy !== null && !Buffer.from(copy).equals(Buffer.from(note))) throw new Error('it was changed')
      },
    )
  }
  return notes.length + witnessed.length
}

async function witnessNotes(folder: string, origin: string): Promise<{ where: string; note: string }[]> {
  const prefix = `${origin.slice(origin.lastIndexOf('/') + 1)}-`
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix))
  return Promise.all(
    names.map(async (name) => ({
      where: `the witness's ${name}`,
      note: await readFile(join(folder, name), 'utf8'),
    })),
  )
}

/** Every item has an entry or waits for one; numbers within a mailbox have no gap. */
async function verifyItems({ pool }: LogParts, problems: ProblemList): Promise<void> {
  const { rows } = await pool.query<{ problem: string }>(
    `select 'item of message ' || message_id || ' in mailbox ' || mailbox_id || ' is not in the integrity log; "holdfast log checkpoint" enters it' as problem
       from item where not exists (select from log_leaf where (log_leaf.message_id, log_leaf.mailbox_id) = (item.message_id, item.mailbox_id))
        and not exists (select from log_pending where kind = 'import'
                         and (log_pending.message_id, log_pending.mailbox_id) = (item.message_id, item.mailbox_id))
     union all
     select 'the integrity log has ' || count(*) || ' numbers of mailbox ' || mailbox_id || ' and the last is ' || last_sequence
       from log_stream left join log_leaf using (mailbox_id)
      group by mailbox_id, last_sequence having count(*) <> last_sequence or max(sequence) <> last_sequence`,
  )
  for (const { problem } of rows) problems.add('log-incomplete', problem)
}

/** Audit records that were counted are there as they were, or expired and left their hash. */
async function verifyAuditBatches({ pool }: LogParts, problems: ProblemList): Promise<void> {
  const { rows } = await pool.query<{ first_id: bigint; last_id: bigint }>(
    `select first_id, last_id from log_audit_batch as batch
      cross join lateral (
        select count(*) as found, sha256(string_agg(hash, ''::bytea order by id)) as hashes from (
          select id, audit_event_hash(audit_event) as hash from audit_event where id between first_id and last_id
          union all select id, sha256 from audit_expired where id between first_id and last_id) as counted) as now
      where found <> records or hashes is distinct from sha256
     union all
     select first_id, last_id from (
       select first_id, last_id, lag(last_id, 1, 0::bigint) over (order by last_id) as before from log_audit_batch) as batch
      where exists (select from audit_event where id > before and id < first_id)`,
  )
  for (const { first_id, last_id } of rows)
    problems.add(
      'audit-log-changed',
      `The audit records ${first_id} to ${last_id} are not those that the integrity log counted.`,
    )
}

async function reporting(problems: ProblemList, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    problems.add('log-damaged', `${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
