/** Files of decrypted session-archive messages become raw records, exactly as they stand in the file. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../domain/errors.ts'
import type { GapReason } from '../../domain/gap-reasons.ts'
import { advance, emptyWindow } from '../formats/file-window.ts'
import { type Raw, textOf } from '../formats/raw-json.ts'
import type {
  CapturedAttachment,
  CapturedGap,
  CapturedRecord,
  RecordContext,
  RecordIdentity,
  RecordPlace,
} from '../source.ts'
import type { Media } from './body.ts'
import { contextChooser, readChatNames } from './chat-names.ts'
import { uniqueMedia } from './decode.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type Layout, layoutOf } from './layout.ts'
import { type FoundFile, type MediaFolder, md5Of, openMediaFolder } from './media-folder.ts'
import { type ChatNames, channelOf } from './participants.ts'
import type { Piece } from './piece.ts'
import type { WecomArchiveSettings } from './settings.ts'
import { type Batch, splitFile } from './split.ts'
import { readBody } from './types.ts'

type Captured = CapturedRecord | CapturedGap

/** What the records of one file share while it is captured. */
interface FileCapture {
  readonly fileName: string
  readonly custodian: string | undefined
  readonly folder: MediaFolder | undefined
  contextOf(raw: Raw | undefined): RecordContext
}

/** Yields every message of the files in order, and the gaps. Throws AppError for a file that is of another kind. */
export async function* captureFiles(
  files: readonly string[],
  settings: WecomArchiveSettings,
): AsyncGenerator<Captured> {
  const names = settings.chatNames === undefined ? undefined : await readChatNames(settings.chatNames)
  const folder = settings.media === undefined ? undefined : await openMediaFolder(settings.media)
  for (const path of files) yield* captureFile(path, settings.custodian, folder, names)
}

async function* captureFile(
  path: string,
  custodian: string | undefined,
  folder: MediaFolder | undefined,
  names: ChatNames | undefined,
): AsyncGenerator<Captured> {
  const file = await openFile(path)
  try {
    const fileName = basename(path)
    const first = await advance(file, emptyWindow, 0)
    const layout: Layout = layoutOf(first.buffer, first.ended, fileName)
    const context: RecordContext = {
      file: fileName,
      sha256: await sha256Of(path),
      layout,
      ...(custodian === undefined ? {} : { custodian }),
    }
    const capture: FileCapture = { fileName, custodian, folder, contextOf: contextChooser(context, names) }
    for await (const batch of splitFile(file, first, layout)) yield* captureBatch(batch, capture)
  } finally {
    await file.close()
  }
}

async function* captureBatch(batch: Batch, capture: FileCapture): AsyncGenerator<Captured> {
  if ('cutOff' in batch) {
    yield cutOffGap(capture, batch.offset)
    return
  }
  for (const piece of batch.pieces) {
    const media = mediaNamedIn(piece)
    if (media.length === 0) yield recordOf(piece, capture, [])
    else yield* captureWithMedia(piece, media, capture)
  }
}

/** The record with the files that were found; a gap for each that was not, or is not what the message says. */
async function* captureWithMedia(
  piece: Piece,
  media: readonly Media[],
  capture: FileCapture,
): AsyncGenerator<Captured> {
  const attachments: CapturedAttachment[] = []
  const gaps: CapturedGap[] = []
  for (const named of media) {
    const found = await capture.folder?.find(named)
    if (found === undefined) gaps.push(missingGap(capture, piece, named))
    else {
      attachments.push(attachmentOf(named, found))
      if (named.md5 !== '' && (await md5Of(found.path)) !== named.md5) {
        gaps.push(mismatchGap(capture, piece, named))
      }
    }
  }
  yield recordOf(piece, capture, attachments)
  yield* gaps
}

function recordOf(
  piece: Piece,
  { custodian, contextOf }: FileCapture,
  attachments: readonly CapturedAttachment[],
): CapturedRecord {
  const raw = 'raw' in piece.parsed ? piece.parsed.raw : undefined
  return {
    channel: raw === undefined ? 'wecom' : channelOf(raw),
    bytes: piece.bytes,
    place: placeOf(piece),
    context: contextOf(raw),
    identity: identityOf(raw, custodian ?? ''),
    ...(custodian === undefined ? {} : { custodian }),
    ...conversationIn(raw),
    attachments,
  }
}

/** Of a group; a chat of two has no id of its own. */
export function conversationIn(raw: Raw | undefined): { conversation?: string } {
  const room = raw === undefined ? '' : textOf(raw, 'roomid')
  return room === '' ? {} : { conversation: room }
}

/** WeCom's own id names the message for every observer; without one the bytes are all there is. */
export function identityOf(raw: Raw | undefined, observer: string): RecordIdentity {
  const messageId = raw === undefined ? '' : textOf(raw, 'msgid')
  return messageId === ''
    ? { type: 'bytes', custodian: observer }
    : { type: 'vendor-id', messageId, observer, fingerprint: fingerprintOf(raw!) }
}

function placeOf({ offset, line, index }: Piece): RecordPlace {
  return {
    offset,
    ...(line === undefined ? {} : { line }),
    ...(index === undefined ? {} : { index }),
  }
}

/** Most messages name no file: looking for the key in the bytes is cheaper than reading the body. */
export function mediaNamedIn({ bytes, parsed }: Piece): readonly Media[] {
  if ('problem' in parsed || !bytes.includes('sdkfileid')) return []
  return uniqueMedia(readBody(parsed.raw, undefined).media ?? [])
}

function attachmentOf({ name, mediaType, reference }: Media, { path, bytes }: FoundFile): CapturedAttachment {
  return { name, mediaType, reference, size: bytes, open: async () => createReadStream(path) }
}

function missingGap({ fileName, folder }: FileCapture, piece: Piece, { name }: Media): CapturedGap {
  const why = folder === undefined ? 'no media folder was given' : 'the media folder has no such file'
  return gapOf('media-not-found', fileName, piece, `the attachment "${name}" was not captured: ${why}`)
}

function mismatchGap({ fileName }: FileCapture, piece: Piece, { name }: Media): CapturedGap {
  const explanation = `the file found for "${name}" has another MD5 than the message says; it was captured as it is`
  return gapOf('media-hash-mismatch', fileName, piece, explanation)
}

function gapOf(reason: GapReason, fileName: string, piece: Piece, explanation: string): CapturedGap {
  const place = placeOf(piece)
  const at = place.line === undefined ? `message ${place.index ?? 1}` : `line ${place.line}`
  return { gap: { reason, explanation: `${fileName}, ${at}: ${explanation}.`, place } }
}

function cutOffGap({ fileName }: FileCapture, offset: number): CapturedGap {
  const explanation = `${fileName} ends within its list of messages (byte ${offset}): whatever followed is not there.`
  return { gap: { reason: 'file-cut-off', explanation, place: { offset } } }
}

async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', `${path} cannot be read.`, { cause })
  })
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw new AppError('not-a-message-file', `${path} is not a file.`)
}

async function sha256Of(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest)
  return digest.digest('hex')
}
