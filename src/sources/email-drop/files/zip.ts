/**
 * Zips from outside: read by their central directory, entry by entry as streams, and refused as a whole when anything
 * about them is unsafe, so that nothing of a doubtful file is captured.
 */
import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { AppError, type ErrorCode } from '../../../domain/errors.ts'

export interface ZipLimits {
  readonly entriesMax: number
  readonly totalBytesMax: number
  readonly ratioMax: number
  readonly depthMax: number
}

export const zipLimits: ZipLimits = {
  entriesMax: 200_000,
  totalBytesMax: 50 * 1024 ** 3,
  ratioMax: 200,
  depthMax: 20,
}

export interface OpenZip {
  readonly entries: readonly Entry[]
  /** Null where the entry is larger than `bytesMax`. Throws AppError for a damaged one. */
  read(entry: Entry, bytesMax: number): Promise<Buffer | null>
  close(): void
}

/** Ratios of small files say nothing: a file of one repeated line is no attack. */
const ratioFromBytes = 10 * 1024 * 1024

/**
 * Files of a zip, folders and what a Mac adds left out. Throws AppError `zip-truncated`, `zip-unsafe` (names, links,
 * encryption) or `zip-too-large` (entries, depth, total, ratio).
 */
export async function openZip(path: string, file: string, limits: ZipLimits = zipLimits): Promise<OpenZip> {
  const zip = await open(path, file)
  try {
    const entries = await listEntries(zip, file, limits)
    return {
      entries,
      read: (entry, bytesMax) => readEntry(zip, file, entry, bytesMax),
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

async function open(path: string, file: string): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true }
  try {
    return await openPromise(path, options)
  } catch (cause) {
    throw zipError(cause, file)
  }
}

async function listEntries(zip: ZipFile, file: string, limits: ZipLimits): Promise<readonly Entry[]> {
  if (zip.entryCount > limits.entriesMax)
    throw refuse('zip-too-large', file, `holds ${zip.entryCount} entries, more than ${limits.entriesMax}`)
  const entries: Entry[] = []
  const names = new Set<string>()
  let [bytes, packedBytes] = [0, 0]
  try {
    for await (const entry of zip.eachEntry()) {
      refuseUnsafe(entry, names, file, limits)
      bytes += entry.uncompressedSize
      packedBytes += entry.compressedSize
      if (bytes > limits.totalBytesMax)
        throw refuse('zip-too-large', file, `unpacks to more than ${limits.totalBytesMax} bytes`)
      if (packedBytes > zip.fileSize)
        throw refuse('zip-too-large', file, 'holds entries that share the same bytes')
      if (!entry.fileName.endsWith('/') && !isOfMac(entry.fileName)) entries.push(entry)
    }
  } catch (cause) {
    throw zipError(cause, file)
  }
  return entries
}

function isOfMac(path: string): boolean {
  return /(?:^|\/)__MACOSX\/|(?:^|\/)\.DS_Store$/.test(path)
}

const symbolicLink = 0o120000

function refuseUnsafe(entry: Entry, names: Set<string>, file: string, limits: ZipLimits): void {
  const name = entry.fileName
  const key = name.normalize('NFC')
  if (names.has(key)) throw refuse('zip-unsafe', file, `holds two entries named ${name}`)
  names.add(key)
  if (name === '' || name.includes('\0'))
    throw refuse('zip-unsafe', file, 'holds an entry without a proper name')
  if (entry.isEncrypted()) throw refuse('zip-unsafe', file, `is protected by a password (${name})`)
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === symbolicLink)
    throw refuse('zip-unsafe', file, `holds a link instead of a file: ${name}`)
  if (!entry.canDecodeFileData())
    throw refuse('zip-unsafe', file, `packs ${name} by a method that is not supported`)
  if (name.split('/').length > limits.depthMax)
    throw refuse('zip-too-large', file, `nests folders deeper than ${limits.depthMax}: ${name}`)
  const isDense = entry.uncompressedSize > entry.compressedSize * limits.ratioMax
  if (isDense && entry.uncompressedSize > ratioFromBytes)
    throw refuse('zip-too-large', file, `unpacks ${name} to more than ${limits.ratioMax} times its size`)
}

async function readEntry(zip: ZipFile, file: string, entry: Entry, bytesMax: number): Promise<Buffer | null> {
  if (entry.uncompressedSize > bytesMax) return null
  const chunks: Buffer[] = []
  let checksum = 0
  try {
    const stream: Readable = await zip.openReadStreamPromise(entry)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      checksum = crc32(chunk, checksum)
      chunks.push(chunk)
    }
  } catch (cause) {
    throw zipError(cause, file)
  }
  if (checksum !== entry.crc32)
    throw refuse('zip-truncated', file, `is damaged: the checksum of ${entry.fileName} does not hold`)
  return Buffer.concat(chunks)
}

function zipError(cause: unknown, file: string): AppError {
  if (cause instanceof AppError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (/absolute path|invalid relative path|invalid characters in fileName/.test(reason))
    return refuse('zip-unsafe', file, `holds an entry whose name leads out of its folder (${reason})`, cause)
  if (/encrypt/.test(reason)) return refuse('zip-unsafe', file, 'is protected by a password', cause)
  if (/too many bytes/.test(reason))
    return refuse('zip-too-large', file, 'holds an entry that is larger than it says', cause)
  return refuse('zip-truncated', file, `is cut off or damaged (${reason})`, cause)
}

function refuse(code: ErrorCode, file: string, what: string, cause?: unknown): AppError {
  return new AppError(code, `The zip ${file} ${what}: ask the sender for it again.`, {
    details: { file },
    ...(cause === undefined ? {} : { cause }),
  })
}
