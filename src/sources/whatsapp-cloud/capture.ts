/** Webhook bodies that were kept as files: one body a file, or one a line. */
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, join, parse } from 'node:path'
import { createInterface } from 'node:readline'
import { AppError } from '../../domain/errors.ts'
import type { CapturedGap, CapturedRecord } from '../source.ts'
import type { Media } from './media.ts'
import type { WhatsappCloudFileSettings } from './settings.ts'
import { splitBody } from './split.ts'

/** Meta sends bodies of up to 3 MB; a list of several in one file may be larger. */
const bodyBytesMax = 64 * 1024 * 1024

/** Throws `not-a-message-file` for what is no webhook at all, `file-not-found`. */
export async function* captureFiles(
  files: readonly string[],
  settings: WhatsappCloudFileSettings,
): AsyncGenerator<CapturedRecord | CapturedGap> {
  const folder = settings.media === undefined ? new Map<string, string>() : await mediaFolder(settings.media)
  // What one body lacks a later one may bring: gaps are told when all are read.
  const gaps = new Map<string, CapturedGap>()
  const closed = new Set<string>()
  for (const file of files) {
    const { size, mtimeMs } = await factsOf(file)
    const head = await readHead(file)
    if (!/^\s*\{/.test(head))
      throw new AppError(
        'not-a-message-file',
        `${basename(file)} is no webhook: it should hold the JSON that Meta sent, one body, or one a line.`,
      )
    let bodies = 0
    for await (const { body, offset } of bodiesOf(file, size)) {
      bodies += 1
      // What has no time of its own came at the latest when the file was written.
      const context = { file: basename(file), receivedAt: String(Math.floor(mtimeMs / 1000)) }
      const found = [
        ...splitBody({ body, offset, context, openMedia: async (media) => openFile(folder, media) }),
      ]
      if (bodies === 1 && found.every((one) => 'identity' in one && one.identity.type === 'bytes'))
        throw new AppError('not-a-message-file', `${basename(file)} is no webhook: it has no list "entry".`)
      for (const one of found) {
        if ('closed' in one) closed.add(`${one.closed.reason}/${one.closed.key}`)
        else if ('gap' in one) gaps.set(`${one.gap.reason}/${one.gap.key}`, one)
        else yield* withoutUnfound(one, folder)
      }
    }
  }
  for (const [key, gap] of gaps) if (!closed.has(key)) yield gap
}

/** Where a folder of media was given, a file that it lacks is a gap. */
function* withoutUnfound(
  record: CapturedRecord,
  folder: ReadonlyMap<string, string>,
): Generator<CapturedRecord | CapturedGap> {
  const attachments = record.attachments.filter(({ reference }) => folder.has(reference))
  yield { ...record, attachments }
  if (folder.size === 0) return
  for (const { name, reference } of record.attachments.filter((one) => !attachments.includes(one)))
    yield {
      gap: {
        ...{ reason: 'media-not-found', key: reference, place: record.place },
        explanation: `The folder of media has no file ${reference} (${name}).`,
      },
    }
}

async function openFile(folder: ReadonlyMap<string, string>, { id }: Media) {
  return createReadStream(folder.get(id)!)
}

async function mediaFolder(path: string): Promise<Map<string, string>> {
  const names = await readdir(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', `The folder of media ${path} cannot be read.`, { cause })
  })
  return new Map(names.sort().map((name) => [parse(name).name, join(path, name)]))
}

async function factsOf(file: string) {
  return stat(file).catch((cause: unknown) => {
    throw new AppError('file-not-found', `${file} cannot be read.`, { cause })
  })
}

async function readHead(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0)
    return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '')
  } finally {
    await handle.close()
  }
}

/** The whole file where it is one JSON value, else its lines. */
async function* bodiesOf(file: string, size: number): AsyncGenerator<{ body: Uint8Array; offset: number }> {
  if (size <= bodyBytesMax) {
    const whole = await readWhole(file, size)
    if (isJson(whole)) {
      yield { body: whole, offset: 0 }
      return
    }
  }
  let offset = 0
  for await (const line of createInterface({
    input: createReadStream(file, 'latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const body = Buffer.from(line, 'latin1')
    if (line.trim() !== '') yield { body, offset }
    offset += body.byteLength + 1
  }
}

async function readWhole(file: string, size: number): Promise<Uint8Array> {
  const handle = await open(file)
  try {
    const buffer = Buffer.alloc(size)
    await handle.read(buffer, 0, size, 0)
    return buffer
  } finally {
    await handle.close()
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    )
    return true
  } catch {
    return false
  }
}
