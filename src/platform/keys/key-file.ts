import { hash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import { isErrno } from '../durable-file.ts'
import { type KeySet, keySetFingerprint } from './key-set.ts'

const format = 'holdfast-keys-1'
const about =
  'The keys of one Holdfast vault. Without this file nothing stored can be read; with it and the data, everything can. Keep copies apart from the data.'

const key = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32)
const time = z.iso.datetime().transform((text) => Date.parse(text))
const fileSchema = z.object({
  format: z.literal(format),
  vault: z.string().min(1),
  root: key,
  epochs: z
    .array(
      z.object({
        id: z.int().positive(),
        createdAt: time,
        retiredAt: time.nullable(),
        destroyedAt: time.nullable(),
        key: key.nullable(),
      }),
    )
    .min(1),
  checksum: z.string(),
})

/** The file's text. Its checksum finds a cut or edited copy before anything is sealed under a wrong key. */
export function formatKeyFile(set: KeySet): string {
  const epochs = set.epochs.map((epoch) => ({
    ...epoch,
    createdAt: iso(epoch.createdAt),
    retiredAt: iso(epoch.retiredAt),
    destroyedAt: iso(epoch.destroyedAt),
    key: epoch.key && Buffer.from(epoch.key).toString('base64'),
  }))
  const root = Buffer.from(set.root).toString('base64')
  const checksum = keySetFingerprint(set)
  return `${JSON.stringify({ format, about, vault: set.vault, root, epochs, checksum }, null, 2)}\n`
}

/** Reads that text. Throws AppError `key-refused` naming `file`, and never shows a part of it. */
export function parseKeyFile(text: string, file: string): KeySet {
  const parsed = fileSchema.safeParse(parseJson(text))
  const newer = /"format"\s*:\s*"holdfast-keys-(?!1")/.test(text)
  if (newer) throw refused(file, 'was written by a newer Holdfast. Use that version.')
  if (!parsed.success) throw refused(file, 'is damaged or is no key file. Put your backup copy in its place.')
  const { checksum, vault, root, epochs } = parsed.data
  const set = { vault, root, epochs }
  if (keySetFingerprint(set) !== checksum || !inOrder(set))
    throw refused(file, 'is damaged: its checksum does not match. Put your backup copy in its place.')
  return set
}

/** Reads a key file, or answers null where there is none. Throws AppError `key-refused` when others may read it. */
export async function readKeyFile(file: string): Promise<KeySet | null> {
  try {
    const { mode } = await stat(file)
    // Windows has no such bits: Node answers 0666 for every file there.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw refused(
        file,
        `can be read by other users (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${file}`,
      )
    return parseKeyFile(await readFile(file, 'utf8'), file)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    if (isErrno(error, 'EACCES', 'EISDIR', 'EIO')) throw refused(file, 'cannot be read by this user.', error)
    throw error
  }
}

/** Names the content of a set in the note of a confirmed backup, without being one of the file's own fields. */
export function backupMark(set: KeySet): string {
  return hash('sha256', `holdfast backup ${keySetFingerprint(set)}`)
}

export function refused(file: string, why: string, cause?: unknown): AppError {
  return new AppError('key-refused', `The key file ${file} ${why}`, { cause, details: { file } })
}

/** Ids ascend, and only the last epoch is current and only destroyed ones are without a key. */
function inOrder({ epochs }: KeySet): boolean {
  return epochs.every(
    (epoch, at) =>
      epoch.id === at + 1 &&
      (epoch.retiredAt === null) === (at === epochs.length - 1) &&
      (epoch.key === null) === (epoch.destroyedAt !== null),
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function iso(time: number): string
function iso(time: number | null): string | null
function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
