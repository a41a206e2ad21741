/**
 * Zips from outside: read by their central directory, entry by entry as streams, and refused as a whole
 * when anything about them is unsafe, so that nothing of a doubtful file is captured.
 */
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { AppError, type ErrorCode } from '../../domain/errors.ts'
import type { ZipLimits } from './settings.ts'

export interface ZipEntry {
  /** Path inside the zip. */
  readonly path: string
  readonly bytes: number
  /** Streams the content; a damaged or cut entry ends in AppError `zip-truncated`. */
  open(): Promise<Readable>
}

/** Ratios of small files say nothing: an empty chat of one repeated line is no attack. */
const ratioFromBytes = 10 * 1024 * 1024

/**
 * All files of a zip, folders and `__MACOSX` left out. Throws AppError `zip-truncated`, `zip-unsafe` (names,
 * links, encryption) or `zip-too-large` (entries, depth, total, ratio), naming `file` and the entry.
 */
export async function readZip(path: string, file: string, limits: ZipLimits): Promise<ZipEntry[]> {
  const zip = await openZip(path, file)
  try {
    if (zip.entryCount > limits.entriesMax) {
      throw refuse('zip-too-large', file, `holds ${zip.entryCount} entries, more than ${limits.entriesMax}`)
    }
    return await readEntries(zip, path, file, limits)
  } finally {
    zip.close()
  }
}

async function openZip(path: string, file: string): Promise<ZipFile> {
  try {
    return await openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: true,
      validateEntrySizes: true,
    })
  } catch (cause) {
    throw zipError(cause, file)
  }
}

async function readEntries(zip: ZipFile, path: string, file: string, limits: ZipLimits): Promise<ZipEntry[]> {
  const names = new Set<string>()
  const entries: ZipEntry[] = []
  let [bytes, packedBytes] = [0, 0]
  try {
    for await (const entry of zip.eachEntry()) {
      refuseUnsafe(entry, names, file, limits)
      bytes += entry.uncompressedSize
      packedBytes += entry.compressedSize
      if (bytes > limits.totalBytesMax) {
        throw refuse('zip-too-large', file, `unpacks to more than ${limits.totalBytesMax} bytes`)
      }
      if (packedBytes > zip.fileSize) {
        throw refuse('zip-too-large', file, 'holds entries that share the same bytes')
      }
      if (entry.fileName.endsWith('/') || isMacResource(entry.fileName)) continue
      entries.push({
        path: entry.fileName,
        bytes: entry.uncompressedSize,
        open: () => openEntry(path, file, entry),
      })
    }
  } catch (cause) {
    throw zipError(cause, file)
  }
  return entries
}

function isMacResource(path: string): boolean {
  return path.startsWith('__MACOSX/') || path.includes('/__MACOSX/') || /(?:^|\/)\.DS_Store$/.test(path)
}

const symbolicLink = 0o120000

function refuseUnsafe(entry: Entry, names: Set<string>, file: string, limits: ZipLimits): void {
  const name = entry.fileName
  const key = name.normalize('NFC')
  if (names.has(key)) throw refuse('zip-unsafe', file, `holds two entries named ${name}`)
  names.add(key)
  if (name.includes('\0') || name === '')
    throw refuse('zip-unsafe', file, 'holds an entry without a proper name')
  if (entry.isEncrypted()) throw refuse('zip-unsafe', file, `is protected by a password (${name})`)
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === symbolicLink) {
    throw refuse('zip-unsafe', file, `holds a link instead of a file: ${name}`)
  }
  if (!entry.canDecodeFileData()) {
    throw refuse('zip-unsafe', file, `packs ${name} by a method that is not supported`)
  }
  if (name.split('/').length > limits.depthMax) {
    throw refuse('zip-too-large', file, `nests folders deeper than ${limits.depthMax}: ${name}`)
  }
  const tooDense = entry.uncompressedSize > entry.compressedSize * limits.ratioMax
  if (tooDense && entry.uncompressedSize > ratioFromBytes) {
    throw refuse('zip-too-large', file, `unpacks ${name} to more than ${limits.ratioMax} times its size`)
  }
}

/** A handle of its own for each entry, so that an attachment can be opened whenever the journal is ready for it. */
async function openEntry(path: string, file: string, entry: Entry): Promise<Readable> {
  const zip = await openZip(path, file)
  try {
    const stream = await zip.openReadStreamPromise(entry)
    return Readable.from(checked(stream, zip, file, entry), { objectMode: false })
  } catch (cause) {
    zip.close()
    throw zipError(cause, file)
  }
}

async function* checked(stream: Readable, zip: ZipFile, file: string, entry: Entry): AsyncGenerator<Buffer> {
  let checksum = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      checksum = crc32(chunk, checksum)
      yield chunk
    }
  } catch (cause) {
    throw zipError(cause, file)
  } finally {
    zip.close()
  }
  if (checksum !== entry.crc32) {
    throw refuse('zip-truncated', file, `is damaged: the checksum of ${entry.fileName} does not hold`)
  }
}

function zipError(cause: unknown, file: string): AppError {
  if (cause instanceof AppError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (/absolute path|invalid relative path|invalid characters in fileName/.test(reason)) {
    return refuse('zip-unsafe', file, `holds an entry whose name leads out of its folder (${reason})`, cause)
  }
  if (/encrypt/.test(reason)) return refuse('zip-unsafe', file, 'is protected by a password', cause)
  if (/too many bytes/.test(reason)) {
    return refuse('zip-too-large', file, 'holds an entry that is larger than it says', cause)
  }
  return refuse('zip-truncated', file, `is cut off or damaged (${reason})`, cause)
}

function refuse(code: ErrorCode, file: string, what: string, cause?: unknown): AppError {
  return new AppError(code, `The zip ${file} ${what}: nothing of it was captured; export the chat again.`, {
    details: { file },
    ...(cause === undefined ? {} : { cause }),
  })
}
