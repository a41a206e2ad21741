/** Opens what the operator gave: a chat's text with a folder of media beside it, or a zip of both. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, posix, resolve } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { chatNameOf } from './chat-name.ts'
import { codecOf, createEncodingEvidence } from './encoding.ts'
import { createMedia, listFolder, type Media } from './media.ts'
import type { WhatsappExportSettings } from './settings.ts'
import { grammarOfHead, type ReadText } from './survey.ts'
import { readZip, type ZipEntry } from './zip.ts'

export interface ChatFile {
  /** Name of the file that was given. */
  readonly file: string
  /** Of the zip; a bare text has the hash of its text. */
  readonly zipSha256?: string
  /** Name of the text inside a zip. */
  readonly innerFile?: string
  readonly read: ReadText
  readonly media: Media
  /** Whether media that no message names are worth telling: they were given with the chat, not found beside it. */
  readonly mediaGiven: boolean
}

const chunkBytes = 256 * 1024

/** Throws AppError `file-not-found`, `not-a-chat-export` or one of `readZip`. */
export async function openInputFile(path: string, settings: WhatsappExportSettings): Promise<ChatFile[]> {
  const file = basename(path)
  const start = await firstBytes(path, file)
  const isZip = start.length >= 4 && start.readUInt16BE(0) === 0x504b && start[2]! < 8
  if (isZip || /\.zip$/i.test(file)) return openZipped(path, file, settings)
  const folder = resolve(settings.media ?? dirname(path))
  const media = createMedia(await listMedia(folder, resolve(path)))
  const read: ReadText = () => createReadStream(path, { highWaterMark: chunkBytes })
  return [{ file, read, media, mediaGiven: settings.media !== undefined }]
}

async function firstBytes(path: string, file: string): Promise<Buffer> {
  try {
    await using handle = await open(path)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0)
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    throw new AppError('file-not-found', `${file} cannot be read: check its path and that it is a file.`, {
      cause,
      details: { file },
    })
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) hash.update(chunk)
  return hash.digest('hex')
}

async function listMedia(folder: string, except: string): ReturnType<typeof listFolder> {
  try {
    return await listFolder(folder, except)
  } catch (cause) {
    throw new AppError('file-not-found', `The media folder ${basename(folder)} cannot be read.`, { cause })
  }
}

async function openZipped(path: string, file: string, settings: WhatsappExportSettings): Promise<ChatFile[]> {
  const entries = await readZip(path, file, settings.zip)
  const texts = await chatTexts(entries)
  if (texts.length === 0) {
    throw new AppError(
      'not-a-chat-export',
      `The zip ${file} holds no WhatsApp chat text (_chat.txt, or "WhatsApp Chat with ….txt").`,
      { details: { file } },
    )
  }
  const zipSha256 = await hashFile(path)
  return texts.map((text) => ({
    file,
    zipSha256,
    innerFile: posix.basename(text.path),
    read: () => inChunks(text),
    media: createMedia(mediaBeside(text, texts, entries)),
    mediaGiven: true,
  }))
}

/** The chat's text by its name; where no name fits, the first text that begins like a chat. */
async function chatTexts(entries: readonly ZipEntry[]): Promise<ZipEntry[]> {
  const texts = entries.filter((entry) => /\.txt$/i.test(entry.path))
  const named = texts.filter(({ path }) => {
    const name = posix.basename(path)
    return name === '_chat.txt' || chatNameOf(name) !== null
  })
  if (named.length > 0) return named
  for (const text of texts.toSorted((a, b) => depth(a) - depth(b))) {
    if (await beginsLikeChat(text)) return [text]
  }
  return []
}

function depth(entry: ZipEntry): number {
  return entry.path.split('/').length
}

async function beginsLikeChat(text: ZipEntry): Promise<boolean> {
  for await (const chunk of inChunks(text)) {
    const evidence = createEncodingEvidence()
    const head = chunk.subarray(0, chunk.lastIndexOf(10) + 1 || chunk.length)
    evidence.add(head)
    try {
      const codec = codecOf(evidence.decide(text.path).encoding)
      grammarOfHead(codec.decode(head, 0, head.length), text.path)
      return true
    } catch (error) {
      if (error instanceof AppError) return false
      throw error
    }
  }
  return false
}

/** Files of the text's own folder come first where two folders have one of the same name. */
function mediaBeside(
  text: ZipEntry,
  texts: readonly ZipEntry[],
  entries: readonly ZipEntry[],
): Parameters<typeof createMedia>[0] {
  const folder = posix.dirname(text.path)
  const media = entries.filter((entry) => !texts.includes(entry))
  const near = media.filter((entry) => posix.dirname(entry.path) === folder)
  const far = texts.length > 1 ? [] : media.filter((entry) => posix.dirname(entry.path) !== folder)
  return [...near, ...far].map((entry) => ({
    name: posix.basename(entry.path),
    bytes: entry.bytes,
    open: () => entry.open(),
  }))
}

/** Inflated data come in small pieces; the reader wants larger ones. */
async function* inChunks(entry: ZipEntry): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of (await entry.open()) as AsyncIterable<Buffer>) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes < chunkBytes) continue
    yield Buffer.concat(pieces)
    pieces = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(pieces)
}
