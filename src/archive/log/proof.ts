/** That an item is in the log: its leaf, the path to a signed root, and the salt that opens what the leaf commits to. */
import { AppError } from '../../domain/errors.ts'
import { createContentReader } from '../content.ts'
import { parseItemId } from '../item-id.ts'
import { type Checkpoint, lastCheckpoint, logKey, signCheckpoint } from './checkpoint.ts'
import { headOf, openTiles } from './integrate.ts'
import { inclusionPath } from './merkle.ts'
import type { LogParts } from './parts.ts'
import type { TileReader } from './tiles.ts'

export interface ItemProof {
  /** C2SP tlog-proof@v1, with the leaf as its extra data. */
  readonly proof: string
  readonly leaf: number
  /** Of the item within its mailbox, from 1. */
  readonly sequence: number
  /** The leaf's own bytes: canonical JSON. */
  readonly entry: string
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
  const { messageId, mailboxId } = parseItemId(id)
  const leafOf = () =>
    parts.queries
      .selectFrom('log_leaf')
      .select(['leaf', 'sequence'])
      .where('message_id', '=', messageId)
      .where('mailbox_id', '=', mailboxId)
      .executeTakeFirst()
  let checkpoint = await lastCheckpoint(parts)
  let row = await leafOf()
  if (!row || !checkpoint || row.leaf >= checkpoint.size) {
    checkpoint = await signCheckpoint(parts)
    row = await leafOf()
  }
  if (!row) throw new AppError('item-not-found', `There is no item "${id}".`)
  const tiles = await openTiles(parts)
  const entry = await tiles.entry(row.leaf)
  return {
    proof: await proofOf(tiles, row.leaf, checkpoint, entry),
    leaf: Number(row.leaf),
    sequence: Number(row.sequence),
    entry: entry.toString(),
    ...(await openingOf(parts, messageId)),
    verifierKey: (await logKey(parts)).verifierKey,
  }
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
  const { waiting } = await parts.queries
    .selectFrom('log_pending')
    .select(({ fn }) => fn.countAll<bigint>().as('waiting'))
    .executeTakeFirstOrThrow()
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
  }
}
