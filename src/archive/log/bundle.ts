/**
 * A bundle: items of a mailbox with everything that proves them, for somebody who has neither the archive nor our
 * word: the e-mails, for each a salt and a proof, the signed checkpoint, and a verifier that needs nothing of ours.
 */
import { createHash, hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { firstMessageIdAt } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import { createContentReader, openEmail } from '../content.ts'
import { mailboxByAddress } from '../mailboxes.ts'
import { notPersonal } from '../personal.ts'
import { logKey, signCheckpoint, signNote } from './checkpoint.ts'
import { createStreams, openTiles } from './integrate.ts'
import type { LogParts } from './parts.ts'
import { proofOf } from './proof.ts'

export const bundleForm = 'holdfast-bundle/1'

export interface BundleRange {
  readonly mailbox: string
  /** Milliseconds since 1970 UTC of sent times; from inclusive, to exclusive. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface BundleItem {
  readonly file: string
  readonly proof: string
  readonly sequence: number
  /** Hex. */
  readonly salt: string
}

/** What a bundle's `manifest.json` says; `manifest.note` is our signature over it. */
export interface BundleManifest {
  readonly form: typeof bundleForm
  readonly verifierKey: string
  /** What stands for the mailbox in the log's entries. */
  readonly stream: string
  readonly mailbox: string
  /** The last number the log gave in this mailbox: of those up to it each is delivered, disposed of or not produced. */
  readonly lastSequence: number
  readonly items: readonly BundleItem[]
  readonly disposed: readonly { readonly sequence: number; readonly proof: string }[]
  /** SHA-256 of every other file of the bundle, by its name. */
  readonly files: Readonly<Record<string, string>>
}

const verifierFolder = fileURLToPath(new URL('../../../verifier', import.meta.url))
export const verifierFiles = ['holdfast-verify.html', 'holdfast-verify.mjs'] as const

/** Where the verifier lies: a page for a browser and a script for Node, neither of which needs anything of ours. */
export function verifierPath(name: (typeof verifierFiles)[number]): string {
  return join(verifierFolder, name)
}

interface LeafRow {
  readonly message_id: bigint
  readonly leaf: bigint
  readonly sequence: bigint
  readonly block_id: bigint
  readonly place: number
}

/** Writes a bundle into a new folder. Throws `bad-settings` where the folder is there, `mailbox-not-found`. */
export async function writeBundle(
  parts: LogParts,
  folder: string,
  range: BundleRange,
): Promise<BundleManifest> {
  const { id } = await mailboxByAddress(parts, range.mailbox)
  await makeFolder(folder)
  const checkpoint = await signCheckpoint(parts)
  const tiles = await openTiles(parts)
  const key = await logKey(parts)
  const files: Record<string, string> = {}
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content)
    files[name] = hash('sha256', content, 'hex')
  }
  const reader = createContentReader(parts)
  const items: BundleItem[] = []
  for (const row of await leavesOf(parts, id, range)) {
    const name = String(row.sequence).padStart(8, '0')
    const file = `items/${name}.eml`
    const { stream } = await openEmail(parts, reader, row.message_id)
    files[file] = await writeStream(join(folder, file), stream)
    const proof = `proofs/${name}.tlog-proof`
    await write(proof, await proofOf(tiles, row.leaf, checkpoint, await tiles.entry(row.leaf)))
    const salt = (await reader.block(row.block_id)).salt(row.place).toString('hex')
    items.push({ file, proof, sequence: Number(row.sequence), salt })
  }
  const disposed = []
  for (const { leaf, sequence } of await disposalsOf(parts, id)) {
    const proof = `proofs/${String(sequence).padStart(8, '0')}-disposed.tlog-proof`
    await write(proof, await proofOf(tiles, leaf, checkpoint, await tiles.entry(leaf)))
    disposed.push({ sequence: Number(sequence), proof })
  }
  await write('checkpoint', checkpoint.note)
  const { timestamp_token: token } = (await parts.queries
    .selectFrom('log_checkpoint')
    .select('timestamp_token')
    .where('size', '=', checkpoint.size)
    .executeTakeFirst()) ?? { timestamp_token: null }
  if (token) await write('checkpoint.tsr', token)
  for (const name of verifierFiles) {
    await copyFile(verifierPath(name), join(folder, name))
    files[name] = await hashOfFile(join(folder, name))
  }
  const manifest: BundleManifest = {
    form: bundleForm,
    verifierKey: key.verifierKey,
    stream: createStreams(await parts.vault.derive('log-stream'))(id),
    mailbox: range.mailbox,
    lastSequence: await lastSequenceOf(parts, id),
    items,
    disposed,
    files,
  }
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  await writeFile(join(folder, 'manifest.json'), text)
  const signed = `${bundleForm}\n${hash('sha256', text, 'hex')}\n`
  await writeFile(join(folder, 'manifest.note'), signNote(signed, key.origin, key))
  return manifest
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new AppError('bad-settings', `${folder} is there already; a bundle goes into a new folder.`, {
        cause,
      })
    throw new AppError('bad-settings', `The folder ${folder} cannot be made.`, { cause })
  }
  await mkdir(join(folder, 'items'))
  await mkdir(join(folder, 'proofs'))
}

async function leavesOf(
  { pool }: LogParts,
  mailboxId: number,
  { from, to }: BundleRange,
): Promise<LeafRow[]> {
  const { rows } = await pool.query<LeafRow>(
    `select item.message_id, leaf, log_leaf.sequence, block_id, place
       from item join log_leaf using (message_id, mailbox_id) join message on message.id = item.message_id
      where item.mailbox_id = $1 and item.message_id >= $2 and item.message_id < $3
        and ${notPersonal('item.message_id')}
      order by log_leaf.sequence`,
    [mailboxId, firstMessageIdAt(from ?? 0), to === undefined ? 2n ** 63n - 1n : firstMessageIdAt(to)],
  )
  return rows
}

/** Entries that say that an item of the mailbox was disposed of. */
async function disposalsOf(
  { pool }: LogParts,
  mailboxId: number,
): Promise<{ leaf: bigint; sequence: bigint }[]> {
  const { rows } = await pool.query<{ leaf: bigint; sequence: bigint }>(
    `select disposal.leaf, log_leaf.sequence
       from log_disposal as disposal join log_leaf using (message_id, mailbox_id)
      where mailbox_id = $1 order by log_leaf.sequence`,
    [mailboxId],
  )
  return rows
}

async function lastSequenceOf({ queries }: LogParts, mailboxId: number): Promise<number> {
  const row = await queries
    .selectFrom('log_stream')
    .select('last_sequence')
    .where('mailbox_id', '=', mailboxId)
    .executeTakeFirst()
  return Number(row?.last_sequence ?? 0)
}

async function writeStream(path: string, content: AsyncIterable<Uint8Array>): Promise<string> {
  const digest = createHash('sha256')
  const watched = async function* () {
    for await (const chunk of content) {
      digest.update(chunk)
      yield chunk
    }
  }
  await pipeline(Readable.from(watched()), createWriteStream(path))
  return digest.digest('hex')
}

async function hashOfFile(path: string): Promise<string> {
  return hash('sha256', await readFile(path), 'hex')
}
