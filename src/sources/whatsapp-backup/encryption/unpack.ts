/** The clear text of a backup to the database in it: zlib, a zip, or bare; never more bytes than allowed. */
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflate } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { AppError, isAppError } from '../../../domain/errors.ts'
import { damaged } from './authenticate.ts'
import { readStart } from './read-start.ts'

export type Packing = 'sqlite' | 'zlib' | 'zip'

const sqliteMagic = Buffer.from('SQLite format 3\0')
/** A backup's zip has one database and a few small files. */
const zipEntriesMax = 1_000

/** How the first bytes of a clear text say it is packed; null for what is neither. */
export function packingOf(start: Uint8Array): Packing | null {
  const head = Buffer.from(start)
  if (head.subarray(0, sqliteMagic.length).equals(sqliteMagic)) return 'sqlite'
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) return 'zip'
  return head.length >= 2 && (head[0]! & 0x0f) === 8 && head.readUInt16BE(0) % 31 === 0 ? 'zlib' : null
}

/**
 * Writes the database to `target`. `open` gives the clear text from its beginning each time. Throws AppError
 * `damaged-database`, `zip-too-large` or `not-a-message-file`; what was written then is for the caller to delete.
 */
export async function unpack(
  open: () => Readable[],
  packing: Packing,
  target: string,
  name: string,
  bytesMax: number,
): Promise<void> {
  const packed = packing === 'zip' ? `${target}.zip` : target
  const steps = packing === 'zlib' ? [...open(), createInflate()] : open()
  try {
    await pipeline([...steps, limitBytes(bytesMax, name), createWriteStream(packed, { mode: 0o600 })])
  } catch (cause) {
    throw isAppError(cause) ? cause : damaged(name, 'cannot be unpacked', cause)
  }
  if (packing === 'zip') {
    await extractDatabase(packed, target, name, bytesMax)
    await rm(packed)
  }
  if (packingOf(await readStart(target, sqliteMagic.length)) !== 'sqlite') {
    throw new AppError('not-a-message-file', `The backup ${name} was opened, but there is no database in it.`)
  }
}

function limitBytes(bytesMax: number, name: string): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      done(bytes > bytesMax ? tooLarge(name, bytesMax) : null, chunk)
    },
  })
}

/** The entry that is a database: `msgstore.db`, or the largest that begins as SQLite files do. */
async function extractDatabase(
  zipPath: string,
  target: string,
  name: string,
  bytesMax: number,
): Promise<void> {
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(zipPath, { lazyEntries: true, autoClose: false, validateEntrySizes: true })
    const entries = await databaseEntries(zip, name)
    for (const [index, entry] of entries.entries()) {
      const candidate = `${target}.${index}`
      await pipeline(
        await zip.openReadStreamPromise(entry),
        checkSum(entry, name),
        limitBytes(bytesMax, name),
        createWriteStream(candidate, { mode: 0o600 }),
      )
      if (packingOf(await readStart(candidate, sqliteMagic.length)) === 'sqlite')
        return rename(candidate, target)
      await rm(candidate)
    }
  } catch (cause) {
    throw isAppError(cause) ? cause : damaged(name, 'holds a zip that cannot be read', cause)
  } finally {
    zip?.close()
  }
  throw new AppError('not-a-message-file', `The backup ${name} was opened, but there is no database in it.`)
}

const candidatesMax = 5

async function databaseEntries(zip: ZipFile, name: string): Promise<Entry[]> {
  if (zip.entryCount > zipEntriesMax) throw damaged(name, `holds a zip of ${zip.entryCount} entries`)
  const entries: Entry[] = []
  for await (const entry of zip.eachEntry()) if (!entry.isEncrypted()) entries.push(entry)
  const isNamed = (entry: Entry) => (/(?:^|\/)msgstore\.db$/.test(entry.fileName) ? 1 : 0)
  return entries
    .sort((a, b) => isNamed(b) - isNamed(a) || b.uncompressedSize - a.uncompressedSize)
    .slice(0, candidatesMax)
}

function checkSum(entry: Entry, name: string): Transform {
  let sum = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum)
      done(null, chunk)
    },
    flush: (done) =>
      done(sum === entry.crc32 ? null : damaged(name, `holds ${entry.fileName} with a wrong checksum`)),
  })
}

function tooLarge(name: string, bytesMax: number): AppError {
  return new AppError(
    'zip-too-large',
    `The backup ${name} unpacks to more than ${bytesMax} bytes: nothing of it was captured; raise the limit if the phone really holds that much.`,
    { details: { file: name } },
  )
}

/** A file as the one step of a clear text that is not encrypted. */
export const openPlain = (path: string) => () => [createReadStream(path)]
