/** That an item is in the log: its leaf, the path to a signed root, and the salt that opens what the leaf commits to. */
import { AppError } from '../../domain/errors.ts'
import { createContentReader } from '../content.ts'
import { parseItemId } from '../item-id.ts'
import { type Checkpoint, lastCheckpoint, logKey, signCheckpoint } from './checkpoint.ts'
import { lastSignedDay, type SignedDay } from './day.ts'
import { headOf, openTiles } from './integrate.ts'
import { inclusionPath } from './merkle.ts'
import type { LogParts } from './parts.ts'
import type { TileReader } from './tiles.ts'

export interface ProvenEntry {
  /** C2SP tlog-proof@v1, with the leaf as its extra data. */
  readonly proof: string
  readonly leaf: number
  /** The leaf's own bytes: canonical JSON. */
  readonly entry: string
}

export interface ItemProof extends ProvenEntry {
  /** Of the item within its mailbox, from 1. */
  readonly sequence: number
  /** Hex. Null for an item whose content is gone. */
  readonly salt: string | null
  readonly emailSha256: string | null
  readonly verifierKey: string
}

/**
 * The proof of an item. What waits is entered and signed at once where the item is not under a checkpoint yet. Throws
 * `item-not-found`.
 */
export async function proveItem(parts: LogParts, id: string): Promise<ItemProof> {
  const { messageId } = parseItemId(id)
  const { row, ...proven } = await proveLeaf(parts, id, () => importOf(parts, id))
  return {
    ...proven,
    sequence: Number(row.sequence),
    ...(await openingOf(parts, messageId)),
    verifierKey: (await logKey(parts)).verifierKey,
  }
}

/** That an item came and went: the proofs of both entries. */
export interface DisposalProof {
  readonly imported: ProvenEntry
  readonly disposed: ProvenEntry
  /** Of the item within its mailbox, from 1; both entries name it. */
  readonly sequence: number
  readonly verifierKey: string
}

/** The proof that an item was disposed of, entered and signed at once where need be. Throws `item-not-found`. */
export async function proveDisposal(parts: LogParts, id: string): Promise<DisposalProof> {
  const { messageId, mailboxId } = parseItemId(id)
  const { row: _row, ...disposed } = await proveLeaf(parts, id, () =>
    parts.queries
      .selectFrom('log_disposal')
      .select('leaf')
      .where('message_id', '=', messageId)
      .where('mailbox_id', '=', mailboxId)
      .executeTakeFirst(),
  )
  const { row, ...imported } = await proveLeaf(parts, id, () => importOf(parts, id))
  return {
    ...{ imported, disposed, sequence: Number(row.sequence) },
    verifierKey: (await logKey(parts)).verifierKey,
  }
}

/** Signs where the leaf is not there yet, or not under a checkpoint. */
async function proveLeaf<Row extends { readonly leaf: bigint }>(
  parts: LogParts,
  id: string,
  leafOf: () => Promise<Row | undefined>,
): Promise<ProvenEntry & { readonly row: Row }> {
  let checkpoint = await lastCheckpoint(parts)
  let row = await leafOf()
  if (!row || !checkpoint || row.leaf >= checkpoint.size) {
    checkpoint = await signCheckpoint(parts)
    row = await leafOf()
  }
  if (!row) throw new AppError('item-not-found', `There is no item "${id}" in the integrity log.`)
  const tiles = await openTiles(parts)
  const entry = await tiles.entry(row.leaf)
  const proof = await proofOf(tiles, row.leaf, checkpoint, entry)
  return { row, proof, leaf: Number(row.leaf), entry: entry.toString() }
}

function importOf({ queries }: Pick<LogParts, 'queries'>, id: string) {
  const { messageId, mailboxId } = parseItemId(id)
  return queries
    .selectFrom('log_leaf')
    .select(['leaf', 'sequence'])
    .where('message_id', '=', messageId)
    .where('mailbox_id', '=', mailboxId)
    .executeTakeFirst()
}

/** The text of a proof that a leaf is under a checkpoint. */
export async function proofOf(
  tiles: TileReader,
  leaf: bigint,
  checkpoint: Checkpoint,
  extra?: Uint8Array,
): Promise<string> {
  const path = await inclusionPath(leaf, checkpoint.size, tiles.readNode)
  const lines = [
    'c2sp.org/tlog-proof@v1',
    ...(extra ? [`extra ${Buffer.from(extra).toString('base64')}`] : []),
    `index ${leaf}`,
    ...path.map((step) => step.toString('base64')),
  ]
  return `${lines.join('\n')}\n\n${checkpoint.note}`
}

async function openingOf(
  parts: LogParts,
  messageId: bigint,
): Promise<Pick<ItemProof, 'salt' | 'emailSha256'>> {
  const row = await parts.queries
    .selectFrom('message')
    .select(['block_id', 'place', 'sha256'])
    .where('id', '=', messageId)
    .executeTakeFirst()
  if (!row) return { salt: null, emailSha256: null }
  const block = await createContentReader(parts).block(row.block_id)
  return { salt: block.salt(row.place).toString('hex'), emailSha256: row.sha256.toString('hex') }
}

/** How far the log reaches, and what was signed last. */
export async function describeLog(parts: LogParts) {
  const [{ size, written }, checkpoint, key] = await Promise.all([
    headOf(parts),
    lastCheckpoint(parts),
    logKey(parts),
  ])
  const { waiting, since } = await parts.queries
    .selectFrom('log_pending')
    .select(({ fn }) => [fn.countAll<bigint>().as('waiting'), fn.min('at').as('since')])
    .executeTakeFirstOrThrow()
  const day = await lastSignedDay(parts)
  return {
    origin: key.origin,
    verifierKey: key.verifierKey,
    entries: Number(size),
    written: Number(written),
    waiting: Number(waiting),
    checkpoint: checkpoint && {
      size: Number(checkpoint.size),
      root: checkpoint.root.toString('base64'),
      at: checkpoint.at,
      note: checkpoint.note,
    },
    day,
    problems: problemsOf(parts.clock.now(), { since, day }),
  }
}

/** What an operator should look at: `unsigned`, something waits for long; `no-timestamp`, the authority gave none. */
export type LogProblem = 'unsigned' | 'no-timestamp'

/** A round comes every few minutes. */
const waitMsMax = 60 * 60_000

function problemsOf(
  now: number,
  { since, day }: { readonly since: Date | null; readonly day: SignedDay | null },
): LogProblem[] {
  return [
    ...(since && now - since.getTime() > waitMsMax ? (['unsigned'] as const) : []),
    ...(day?.problem ? (['no-timestamp'] as const) : []),
  ]
}
