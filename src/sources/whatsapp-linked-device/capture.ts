/** Files of a linked device: a journal of events (JSON lines), or a history as the phone handed it over. */
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import type { CapturedGap, CapturedRecord } from '../source.ts'
import { type History, readHistory } from './history.ts'
import type { Media } from './media.ts'
import { openMedia } from './open-media.ts'
import type { LinkedDeviceFileSettings } from './settings.ts'
import { type Found, type SplitGiven, splitHistoryParts, splitLines } from './split.ts'

/** A journal is read a piece at a time; a history is one message of the protocol, and read whole. */
const pieceBytes = 4 * 1024 * 1024
const historyBytesMax = 512 * 1024 * 1024

/** Throws `not-a-message-file` for what is neither, `file-not-found`. */
export async function* captureFiles(
  files: readonly string[],
  settings: LinkedDeviceFileSettings,
): AsyncGenerator<CapturedRecord | CapturedGap> {
  const folder = settings.media === undefined ? new Map<string, string>() : await mediaFolder(settings.media)
  const gaps = new Map<string, CapturedGap>()
  const closed = new Set<string>()
  for (const file of files)
    for await (const found of capturedIn(file, settings, folder)) {
      if ('closed' in found) closed.add(`${found.closed.reason}/${found.closed.key}`)
      else if ('gap' in found) gaps.set(`${found.gap.reason}/${found.gap.key}`, found)
      else
        yield {
          ...found,
          attachments: found.attachments.filter(({ reference }) => folder.has(basename(reference))),
        }
    }
  // What one file lacks a later one may bring: gaps are told when all are read.
  for (const [key, gap] of gaps) if (!closed.has(key)) yield gap
}

async function* capturedIn(
  file: string,
  { custodian }: LinkedDeviceFileSettings,
  folder: ReadonlyMap<string, string>,
): AsyncGenerator<Found> {
  const { size, mtimeMs } = await stat(file).catch((cause: unknown) => {
    throw new AppError('file-not-found', `${file} cannot be read.`, { cause })
  })
  const given = {
    custodian,
    // What has no time of its own came at the latest when the file was written.
    context: { file: basename(file), receivedAt: Math.floor(mtimeMs) },
    openMedia: async (media: Media) =>
      openMedia(createReadStream(folder.get(basename(media.reference))!), media),
  }
  const head = (await readHead(file)).trimStart()
  if (head.startsWith('{')) yield* journalIn(file, given)
  else
    yield* splitHistoryParts(
      { ...given, body: Buffer.alloc(0) },
      await historyIn(file, size),
      { at: null, phones: {} },
      0,
    )
}

async function* journalIn(file: string, given: Omit<SplitGiven, 'body'>): AsyncGenerator<Found> {
  let [rest, offset, records, readable]: [Buffer, number, number, number] = [Buffer.alloc(0), 0, 0, 0]
  const count = (found: Found): Found => {
    if ('identity' in found) {
      records += 1
      if (found.identity.type !== 'bytes') readable += 1
      if (records === 20 && readable === 0) throw notOne(file)
    }
    return found
  }
  for await (const chunk of createReadStream(file, { highWaterMark: pieceBytes })) {
    const bytes = Buffer.concat([rest, chunk as Buffer])
    const end = bytes.lastIndexOf(0x0a) + 1
    for (const found of splitLines({ ...given, body: bytes.subarray(0, end), offset })) yield count(found)
    rest = bytes.subarray(end)
    offset += end
  }
  for (const found of splitLines({ ...given, body: rest, offset })) yield count(found)
  if (records > 0 && readable === 0) throw notOne(file)
}

async function historyIn(file: string, size: number): Promise<History> {
  if (size > historyBytesMax) throw notOne(file)
  try {
    const history = readHistory(await readFile(file))
    if (history.parts.length > 0) return history
  } catch {}
  throw notOne(file)
}

function notOne(file: string): AppError {
  return new AppError(
    'not-a-message-file',
    `${basename(file)} is neither a journal of a linked device's events nor a history of a phone.`,
  )
}

async function readHead(file: string): Promise<string> {
  const chunks = await Array.fromAsync(createReadStream(file, { end: 63 }))
  return Buffer.concat(chunks as Buffer[])
    .toString('utf8')
    .replace(/^\ufeff/, '')
}

async function mediaFolder(path: string): Promise<Map<string, string>> {
  const names = await readdir(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', `The folder of media ${path} cannot be read.`, { cause })
  })
  return new Map(names.sort().map((name) => [name, join(path, name)]))
}
