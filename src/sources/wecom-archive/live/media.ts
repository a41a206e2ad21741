/** A file of a message: fetched chunk by chunk, checked, and only then handed on. */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError, isAppError } from '../../../domain/errors.ts'
import type { RandomSource } from '../../../platform/random.ts'
import type { Media } from '../body.ts'
import type { Patience, SdkSession } from './sdk-session.ts'

export interface MediaFetching {
  readonly session: SdkSession
  /** A folder for what is being fetched: nothing stays in it. */
  readonly folder: string
  readonly random: RandomSource
  readonly signal: AbortSignal
  readonly patience?: Patience
  /** Resolves when it is remembered that the file was kept although it is not what the message says. */
  onMismatch(media: Media, explanation: string): Promise<void>
}

/** A file may be wrong at first, for some seconds after it was sent. */
const patienceDefault: Patience = { attempts: 4, firstWaitMs: 2_000 }
/** 512 KiB each, so files up to 10 GiB; WeCom's own limit is far below. */
const chunksMax = 20_480

/**
 * The file as a stream, after its length (where the message gives one) and its MD5 (likewise) were found right. One
 * that stays wrong is handed on as it is and told of. Throws AppError `media-lost` when WeCom has it no more, others
 * when it may be had later.
 */
export async function fetchMedia(
  fetching: MediaFetching,
  media: Media,
  expectedBytes: number | undefined,
): Promise<Readable> {
  const { attempts, firstWaitMs } = fetching.patience ?? patienceDefault
  for (let attempt = 1; ; attempt++) {
    const fetched = await download(fetching, media.reference)
    const wrong = mismatchOf(fetched, media, expectedBytes)
    if (wrong === undefined) return fetched.read()
    if (attempt >= attempts) {
      await fetching.onMismatch(media, wrong)
      return fetched.read()
    }
    await fetched.file.close()
    await delay(firstWaitMs, undefined, { signal: fetching.signal }).catch(() => {})
  }
}

interface Fetched {
  readonly file: FileHandle
  readonly bytes: number
  readonly md5: string
  read(): Readable
}

function mismatchOf(
  { bytes, md5 }: Fetched,
  media: Media,
  expectedBytes: number | undefined,
): string | undefined {
  if (media.md5 !== '' && md5 !== media.md5)
    return `another MD5 (${md5}) than the message says (${media.md5})`
  if (expectedBytes === undefined || expectedBytes === bytes) return undefined
  return `${bytes} bytes, not the ${expectedBytes} the message says`
}

/**
 * Waits on the disk, since a file can be larger than the memory: encrypted under a key that only this process has, and
 * without a name, so that nothing is left behind however the process ends.
 */
async function download({ session, folder, random }: MediaFetching, fileId: string): Promise<Fetched> {
  const file = await openNameless(folder, random)
  const [key, start] = [random.bytes(32), random.bytes(16)]
  const cipher = createCipheriv('aes-256-ctr', key, start)
  const digest = createHash('md5')
  let bytes = 0
  try {
    for await (const data of chunksOf(session, fileId)) {
      digest.update(data)
      bytes += data.byteLength
      await file.appendFile(cipher.update(data))
    }
  } catch (error) {
    await file.close()
    throw error
  }
  const read = () => {
    const stored = file.createReadStream({ start: 0, autoClose: true })
    const plain = createDecipheriv('aes-256-ctr', key, start)
    stored.once('error', (error) => plain.destroy(error))
    plain.once('close', () => stored.destroy())
    return stored.pipe(plain)
  }
  return { file, bytes, md5: digest.digest('hex'), read }
}

async function openNameless(folder: string, random: RandomSource): Promise<FileHandle> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, random.bytes(16).toString('hex'))
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

/** Goes on at the index of the last chunk that came, whatever happens to the library in between. */
async function* chunksOf(session: SdkSession, fileId: string): AsyncGenerator<Uint8Array> {
  let index = ''
  for (let count = 0; count < chunksMax; count++) {
    const chunk = await session.chunk(fileId, index).catch((error: unknown) => {
      throw isBeyondHelp(error) ? neverDecrypted(error) : error
    })
    yield chunk.data
    if (chunk.finished) return
    if (chunk.nextIndex === '' || chunk.nextIndex === index) throw noProgress(index)
    index = chunk.nextIndex
  }
  throw noProgress(index)
}

/** Single files are known to fail with 10006 for good, however often they are fetched. */
function isBeyondHelp(error: unknown): boolean {
  return isAppError(error) && error.details.returnCode === 10006
}

function neverDecrypted(cause: unknown): AppError {
  return new AppError(
    'media-lost',
    'WeCom cannot decrypt the file (10006); the message is kept without it.',
    { cause },
  )
}

function noProgress(index: string): AppError {
  return new AppError(
    'media-lost',
    `The WeCom library hands out the file without end (at ${index}); it is given up.`,
  )
}
