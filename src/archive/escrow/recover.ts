/**
 * What the officer does alone: reads the records by the escrow's keys and his own private key, out of the object store or
 * a backup of it, with proofs that lead to a signed checkpoint. No database, no key of the service, nobody's sign-in.
 */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../domain/errors.ts'
import { emailStream } from '../../email/index.ts'
import type { EscrowStore } from '../../platform/escrow-store/escrow-store.ts'
import type { ObjectStore } from '../../platform/object-store/object-store.ts'
import { createChunkOpener, decompress, openBlock, throughChunks } from '../../platform/sealing/index.ts'
import {
  type ContentBlock,
  commitmentOf,
  contentFrameBytesMax,
  contentSealContext,
  decodeContentBlock,
} from '../content-block.ts'
import { proofOf } from '../log/proof.ts'
import { readStoredLog, type StoredLog } from '../log/stored-log.ts'
import { keysFolder } from './copies.ts'
import { readHead } from './head.ts'
import { type EscrowedBlock, type EscrowedMessage, openKeys } from './sealed-keys.ts'

export const recoveryForm = 'holdfast-recovery/1'

export interface RecoverParts {
  readonly escrow: Pick<EscrowStore, 'list' | 'get' | 'place'>
  /** The object store, or the objects of a backup; only read. */
  readonly objects: Pick<ObjectStore, 'get' | 'getStream' | 'list'>
  readonly privateKey: Uint8Array
}

export interface RecoverOptions {
  /** A new folder. */
  readonly folder: string
  /** As it was published; absent: the one in the escrow is believed. */
  readonly verifierKey?: string | undefined
  /** What an item is in or, where the database said otherwise later, was in when its key was escrowed. */
  readonly mailbox?: string | undefined
  /** Milliseconds since 1970 UTC of sent times. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly onProgress?: (done: number, total: number) => void
}

export interface RecoveredItem {
  readonly message: string
  readonly file: string
  readonly sha256: string
  /** Hex; with it anybody can hold the e-mail against the entry in the log. */
  readonly salt: string
  /** ISO time. */
  readonly sentAt: string
  readonly mailboxes: readonly string[]
  /** One for each mailbox it was imported into. Empty: it was imported after the checkpoint. */
  readonly proofs: readonly { readonly file: string; readonly leaf: number; readonly sequence: number }[]
}

export interface Recovery {
  readonly form: typeof recoveryForm
  readonly verifierKey: string
  readonly logEntries: number
  readonly items: readonly RecoveredItem[]
  /** Messages whose every item was disposed of by the log, whose keys the escrow's locks still keep: not produced. */
  readonly disposed: number
  /** What the keys are there of and the content is not, or is damaged. */
  readonly unreadable: readonly { readonly message: string; readonly reason: string }[]
  /** Copies that this private key does not open, or that were altered. */
  readonly notOpened: readonly string[]
}

interface Found {
  readonly block: EscrowedBlock
  readonly message: EscrowedMessage
}

/** Throws `bad-settings` (the folder is there), `escrow-refused`, `verification-failed`. */
export async function recover(parts: RecoverParts, options: RecoverOptions): Promise<Recovery> {
  const verifierKey = options.verifierKey ?? (await readHead(parts.escrow)).verifierKey
  const log = await readStoredLog(parts.objects, verifierKey)
  if (log === null)
    throw new AppError('verification-failed', 'The object store has no checkpoint of an integrity log.')
  const { found, attachmentKeys, notOpened } = await findMessages(parts, options)
  const blocks = createBlockReader(parts.objects)
  const commitments = await commitmentsOf(found, blocks)
  const leaves = await findLeaves(log, found, commitments)
  await makeFolders(options.folder)
  const items: RecoveredItem[] = []
  const unreadable: { message: string; reason: string }[] = []
  let disposed = 0
  let done = 0
  for (const one of found.values()) {
    done += 1
    options.onProgress?.(done, found.size)
    const { id } = one.message
    const own = leaves.get(id) ?? []
    if (own.length > 0 && own.every((leaf) => leaf.disposed)) disposed += 1
    else
      await recoverItem({ ...parts, log, blocks, attachmentKeys }, options.folder, one, own).then(
        (item) => items.push(item),
        (error: unknown) =>
          unreadable.push({ message: id, reason: error instanceof Error ? error.message : String(error) }),
      )
  }
  const recovery: Recovery = {
    ...{ form: recoveryForm, verifierKey, logEntries: Number(log.size) },
    ...{ items, disposed, unreadable, notOpened },
  }
  await writeFile(join(options.folder, 'checkpoint'), log.note)
  await writeFile(join(options.folder, 'manifest.json'), `${JSON.stringify(recovery, null, 1)}\n`)
  return recovery
}

/** Every message the escrow has a key for; of one that was sealed again, by its youngest block. */
async function findMessages({ escrow, privateKey }: RecoverParts, { mailbox, from, to }: RecoverOptions) {
  const found = new Map<string, Found>()
  const attachmentKeys = new Map<string, Buffer>()
  const notOpened: string[] = []
  let copies = 0
  for await (const { name, version } of escrow.list(keysFolder)) {
    copies += 1
    try {
      const keys = openKeys(await escrow.get(name, version), privateKey, name)
      for (const { object, key } of keys.attachments) attachmentKeys.set(object, Buffer.from(key, 'base64'))
      for (const block of keys.blocks)
        for (const message of block.messages) {
          const sentAt = Number(BigInt(message.id) >> 21n)
          if (mailbox !== undefined && !message.mailboxes.includes(mailbox.toLowerCase())) continue
          if (sentAt < (from ?? 0) || sentAt >= (to ?? Number.POSITIVE_INFINITY)) continue
          const known = found.get(message.id)
          if (!known || BigInt(known.block.id) < BigInt(block.id)) found.set(message.id, { block, message })
        }
    } catch {
      notOpened.push(version === null ? name : `${name} ${version}`)
    }
  }
  if (copies > 0 && notOpened.length === copies)
    throw new AppError(
      'key-refused',
      'This private key opens nothing of the escrow: it is of another officer.',
    )
  return { found, attachmentKeys, notOpened }
}

type BlockReader = (block: EscrowedBlock) => Promise<ContentBlock>

/** Keeps the last block open: messages come block by block. */
function createBlockReader(objects: RecoverParts['objects']): BlockReader {
  let last: { readonly id: string; readonly opened: Promise<ContentBlock> } | null = null
  const open = async ({ object, offset, bytes, key }: EscrowedBlock) => {
    const sealed = await objects.get(object, { offset, length: bytes })
    const name = `${object} at ${offset}`
    const frame = openBlock(Buffer.from(key, 'base64'), sealed, contentSealContext(object, offset), name)
    return decodeContentBlock(decompress(frame, { bytesMax: contentFrameBytesMax, name }))
  }
  return (block) => {
    if (last?.id !== block.id) last = { id: block.id, opened: open(block) }
    return last.opened
  }
}

/** What the log has to have entered for each message, by message id; of content that cannot be read nothing is known. */
async function commitmentsOf(
  found: ReadonlyMap<string, Found>,
  blocks: BlockReader,
): Promise<ReadonlyMap<string, string>> {
  const commitments = new Map<string, string>()
  for (const { block, message } of found.values()) {
    const opened = await blocks(block).catch(() => null)
    if (opened === null) continue
    const committed = commitmentOf(opened.salt(message.place), Buffer.from(message.sha256, 'base64'))
    commitments.set(message.id, committed.toString('base64'))
  }
  return commitments
}

interface FoundLeaf {
  readonly leaf: bigint
  readonly sequence: number
  disposed: boolean
}

/** Where the log entered these messages, by their ids, and whether it says that they were disposed of. */
async function findLeaves(
  log: StoredLog,
  found: ReadonlyMap<string, Found>,
  commitments: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly FoundLeaf[]>> {
  const byCommitment = new Map([...commitments].map(([message, commitment]) => [commitment, message]))
  const unread = [...found.values()].filter(({ message }) => !commitments.has(message.id))
  const byNumber = new Map(unread.flatMap(({ message }) => message.leaves.map((leaf) => [leaf, message.id])))
  const leaves = new Map<string, FoundLeaf[]>()
  const byLeaf = new Map<number, FoundLeaf>()
  for await (const { leaf, bytes } of log.entries()) {
    const entry = JSON.parse(bytes.toString()) as { kind: string; c?: string; n?: number; of?: number }
    if (entry.kind === 'import') {
      const message = byCommitment.get(entry.c ?? '') ?? byNumber.get(Number(leaf))
      if (message === undefined) continue
      const one: FoundLeaf = { leaf, sequence: entry.n ?? 0, disposed: false }
      leaves.set(message, [...(leaves.get(message) ?? []), one])
      byLeaf.set(Number(leaf), one)
    } else if (entry.kind === 'disposition') {
      const one = byLeaf.get(entry.of ?? -1)
      if (one) one.disposed = true
    }
  }
  return leaves
}

interface ItemParts extends RecoverParts {
  readonly log: StoredLog
  readonly blocks: BlockReader
  readonly attachmentKeys: ReadonlyMap<string, Buffer>
}

async function recoverItem(
  parts: ItemParts,
  folder: string,
  one: Found,
  leaves: readonly FoundLeaf[],
): Promise<RecoveredItem> {
  const { id, place, sha256, mailboxes } = one.message
  const block = await parts.blocks(one.block)
  const file = `items/${id}.eml`
  await writeEmail(parts, join(folder, file), one.message, block)
  return {
    message: id,
    file,
    sha256: Buffer.from(sha256, 'base64').toString('hex'),
    salt: block.salt(place).toString('hex'),
    sentAt: new Date(Number(BigInt(id) >> 21n)).toISOString(),
    mailboxes,
    proofs: await writeProofs(parts.log, folder, id, leaves),
  }
}

async function makeFolders(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
    throw new AppError('bad-settings', `The folder ${folder} is there already or cannot be made.`, { cause })
  })
  await mkdir(join(folder, 'items'))
  await mkdir(join(folder, 'proofs'))
}

async function writeEmail(
  { objects, attachmentKeys }: ItemParts,
  path: string,
  message: EscrowedMessage,
  block: ContentBlock,
): Promise<void> {
  const email = block.record(message.place)?.email
  if (!email) throw new Error('its record holds no e-mail')
  const holes = email.holes.map(({ offset, attachment }) => ({ offset, attachmentIndex: attachment }))
  const attachment = async (place: number) => {
    const name = message.attachments[String(place)]
    const key = name === undefined ? undefined : attachmentKeys.get(name)
    if (name === undefined || key === undefined)
      throw new Error(`the key of its attachment ${place} is not there`)
    return throughChunks(createChunkOpener({ key, name }), await objects.getStream(name))
  }
  const digest = createHash('sha256')
  const watched = async function* () {
    for await (const chunk of emailStream(email.skeleton, holes, attachment)) {
      digest.update(chunk)
      yield chunk
    }
  }
  await pipeline(Readable.from(watched()), createWriteStream(path))
  if (digest.digest('base64') !== message.sha256) throw new Error('its SHA-256 is another one')
}

async function writeProofs(
  log: StoredLog,
  folder: string,
  message: string,
  leaves: readonly FoundLeaf[],
): Promise<RecoveredItem['proofs']> {
  const proofs = []
  for (const { leaf, sequence, disposed } of leaves) {
    if (disposed) continue
    const file = `proofs/${message}-${leaf}.tlog-proof`
    const checkpoint = { size: log.size, root: log.root, note: log.note, at: '' }
    await writeFile(
      join(folder, file),
      await proofOf(log.tiles, leaf, checkpoint, await log.tiles.entry(leaf)),
    )
    proofs.push({ file, leaf: Number(leaf), sequence })
  }
  return proofs
}
