/** The second reading: gives out the records as they stand in the file, with the media they name. */
import { createReadStream } from 'node:fs'
import { dirname } from 'node:path'
import type { CapturedAttachment, CapturedGap, CapturedRecord, CaptureInput, RecordPlace } from '../source.ts'
import type { Body } from './body.ts'
import { blankHead } from './chat-facts.ts'
import { createContexts, type RecordContexts } from './contexts.ts'
import { createGaps, type Gaps } from './gaps.ts'
import { identityOf } from './identity.ts'
import { uniqueMedia } from './media.ts'
import { type MediaFolder, md5Of, openMediaFolder } from './media-folder.ts'
import { createOrdinals, type Ordinals } from './ordinals.ts'
import { readPieces } from './pieces.ts'
import { readBody } from './read-body.ts'
import { readRow } from './read-row.ts'
import type { WechatExportSettings } from './settings.ts'
import type { Piece } from './splitting/piece.ts'
import { type Survey, surveyFile, takeHead } from './survey.ts'

type Input = CaptureInput & { readonly settings: WechatExportSettings }

/** What the records of one file share while it is captured. */
interface FileCapture {
  readonly survey: Survey
  readonly custodian: string | undefined
  readonly contextsOf: (chatKey: string) => RecordContexts
  readonly ordinals: Ordinals
  readonly folder: MediaFolder
  readonly gaps: Gaps
}

/** All files are looked through before the first record is given out, so a bad one stops the capture in time. */
export async function* captureExports(input: Input): AsyncGenerator<CapturedRecord | CapturedGap> {
  const surveys: Survey[] = []
  for (const path of input.files) surveys.push(await surveyFile(path, input.settings, input.registeredUsers))
  for (const survey of surveys) yield* captureFile(survey, input.settings)
}

async function* captureFile(
  survey: Survey,
  settings: WechatExportSettings,
): AsyncGenerator<CapturedRecord | CapturedGap> {
  const { path, file, layout, facts, damaged, stepBackMsMax } = survey
  const capture: FileCapture = {
    survey,
    custodian: settings.custodian,
    contextsOf: createContexts(survey, settings),
    ordinals: createOrdinals(stepBackMsMax),
    folder: await openMediaFolder(settings.media ?? dirname(path), path),
    gaps: createGaps(file),
  }
  let cutOff = false
  for await (const piece of readPieces(path, layout)) {
    if (piece === 'cut-off') cutOff = true
    else if (piece.role === 'damage')
      yield damagedRecord(capture, piece, piece.problem ?? 'it cannot be read')
    else if (!takeHead(piece, facts, blankHead())) yield await recordOf(capture, piece)
    yield* capture.gaps.take()
  }
  yield* capture.gaps.conclude({ cutOff, damagedText: damaged })
}

async function recordOf(capture: FileCapture, piece: Piece): Promise<CapturedRecord> {
  const read = readRow(piece.bytes, capture.survey.facts)
  if ('problem' in read) return damagedRecord(capture, piece, read.problem)
  const { context, record } = capture.contextsOf(read.row.chatKey)
  const body = readBody(read.row)
  return {
    channel: 'wechat',
    bytes: piece.bytes,
    place: placeOf(piece),
    context: record,
    identity: identityOf(read.row, body, context, capture.ordinals),
    ...custodianOf(capture),
    attachments: await attachmentsOf(body, placeOf(piece), capture),
  }
}

/** Kept by its bytes, told by file and line, and the rest goes on. */
function damagedRecord(capture: FileCapture, piece: Piece, problem: string): CapturedRecord {
  const place = placeOf(piece)
  capture.gaps.damaged(place, problem)
  return {
    channel: 'wechat',
    bytes: piece.bytes,
    place,
    context: capture.contextsOf('').record,
    identity: { type: 'bytes', custodian: capture.custodian ?? '' },
    ...custodianOf(capture),
    attachments: [],
  }
}

function custodianOf({ custodian }: FileCapture): { readonly custodian?: string } {
  return custodian === undefined ? {} : { custodian }
}

function placeOf({ offset, line, index }: Piece): RecordPlace {
  return {
    offset,
    ...(line === undefined ? {} : { line }),
    ...(index === undefined ? {} : { index }),
  }
}

/** The files that were found; a gap for each that was not, or is not what the message says. */
async function attachmentsOf(
  body: Body,
  place: RecordPlace,
  { folder, gaps }: FileCapture,
): Promise<CapturedAttachment[]> {
  const attachments: CapturedAttachment[] = []
  for (const media of uniqueMedia(body.media ?? [])) {
    const found = media.named ? await folder.find(media) : undefined
    if (found === undefined) {
      gaps.missing(place, media)
      continue
    }
    if (media.md5 !== '' && (await md5Of(found.path)) !== media.md5) gaps.mismatch(place, media)
    const { name, mediaType, reference } = media
    attachments.push({
      ...{ name, mediaType, reference, size: found.bytes },
      open: async () => createReadStream(found.path),
    })
  }
  return attachments
}
