/** The first reading: what is true of the file as a whole, and of each chat in it. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../domain/errors.ts'
import { parseObject } from '../formats/raw-json.ts'
import type { RegisteredUserFacts } from '../source.ts'
import { addHead, addRow, blankHead, type ChatFacts, type HeadFacts } from './chat-facts.ts'
import { createEncodingEvidence, decodeBytes, type Encoding } from './encoding.ts'
import type { Layout } from './format.ts'
import { isOwn } from './people.ts'
import { readLayout, readPieces } from './pieces.ts'
import { type FileFacts, readRow } from './read-row.ts'
import { type Row, type RowPerson, timeMs } from './row.ts'
import { needsDate, readHead } from './rows/text.ts'
import type { WechatExportSettings } from './settings.ts'
import { csvCells } from './splitting/csv-cells.ts'
import type { Piece } from './splitting/piece.ts'

export interface Survey {
  readonly path: string
  readonly file: string
  readonly sha256: string
  readonly layout: Layout
  readonly facts: FileFacts
  /** Records with bytes that are wrong in the file's encoding. */
  readonly damaged: number
  readonly head: HeadFacts
  readonly owner: RowPerson | null
  readonly ownNames: readonly string[]
  readonly chats: ReadonlyMap<string, ChatFacts>
  /** How far a message ever lies before one that came earlier in the file. */
  readonly stepBackMsMax: number
}

/** Chats told apart in one file; those beyond share what the first of them said. */
export const chatsMax = 20_000
const columnsBytesMax = 4 * 1024

/** Throws AppError `file-not-found`, `not-a-chat-export`, `unsupported-encoding` or `bad-settings`. */
export async function surveyFile(
  path: string,
  settings: WechatExportSettings,
  users: readonly RegisteredUserFacts[],
): Promise<Survey> {
  const file = basename(path)
  const layout = await readLayout(path)
  const { encoding, damaged, columns } = await surveyBytes(path, layout, file)
  const facts: FileFacts = {
    format: layout.format,
    encoding,
    ...(columns === undefined ? {} : { columns }),
    ...(layout.format === 'text' ? { text: layout.text } : {}),
    ...(settings.date === undefined ? {} : { date: settings.date }),
  }
  const custodian = users.find(({ mobile }) => mobile === settings.custodian)
  const ownNames = ['我', settings.custodianName, custodian?.name].filter((name) => name !== undefined)
  const found = await surveyRows(path, layout, facts, ownNames, file)
  return { path, file, sha256: await sha256Of(path), layout, facts, damaged, ownNames, ...found }
}

/** JSON is UTF-8 by definition; of the rest every record is looked at. */
async function surveyBytes(
  path: string,
  layout: Layout,
  file: string,
): Promise<{ encoding: Encoding; damaged: number; columns?: string[] }> {
  if (layout.format !== 'csv' && layout.format !== 'text') return { encoding: 'utf-8', damaged: 0 }
  const evidence = createEncodingEvidence()
  let header: Buffer | undefined
  for await (const piece of readPieces(path, layout)) {
    if (piece === 'cut-off') continue
    evidence.add(piece.bytes)
    if (piece.role === 'head') header ??= Buffer.from(piece.bytes)
  }
  const decided = evidence.decide()
  if (header === undefined) return decided
  if (header.length > columnsBytesMax) {
    throw new AppError(
      'not-a-chat-export',
      `${file} has a header of more than 4 KiB; no known tool writes that.`,
    )
  }
  return { ...decided, columns: csvCells(decodeBytes(header, decided.encoding)).map((name) => name.trim()) }
}

type FoundInRows = Pick<Survey, 'head' | 'owner' | 'chats' | 'stepBackMsMax'>

async function surveyRows(
  path: string,
  layout: Layout,
  facts: FileFacts,
  ownNames: readonly string[],
  file: string,
): Promise<FoundInRows> {
  const head = blankHead()
  const chats = new Map<string, ChatFacts>()
  let owner: RowPerson = {}
  let [latest, stepBackMsMax] = [Number.NEGATIVE_INFINITY, 0]
  for await (const piece of readPieces(path, layout)) {
    if (piece === 'cut-off' || piece.role === 'damage' || takeHead(piece, facts, head)) continue
    refuseOtherPlatform(head, file)
    refuseMissingDate(piece, facts, file)
    const read = readRow(piece.bytes, facts)
    if ('problem' in read) continue
    const { row } = read
    const own = isOwn(row, { ownNames: [...ownNames], owner: { id: owner.id ?? head.ownerId } })
    if (own && row.sender !== null) owner = { ...row.sender, ...owner }
    const chat = chatFor(chats, row)
    addRow(chat, row, own)
    const at = timeMs(row)
    stepBackMsMax = Math.max(stepBackMsMax, latest - at)
    latest = Math.max(latest, at)
  }
  refuseOtherPlatform(head, file)
  return { head, owner: ownerFrom(owner, head), chats, stepBackMsMax }
}

/** True when the piece is no message: a part of the head, or one of ChatLab's lines that stands for one. */
export function takeHead(piece: Piece, { format }: Pick<FileFacts, 'format'>, head: HeadFacts): boolean {
  if (piece.role === 'head') {
    if (format === 'csv') return true
    const parsed = parseObject(piece.bytes)
    if ('raw' in parsed) addHead(head, piece.section, parsed.raw)
    return true
  }
  if (format !== 'chatlab-lines') return false
  const parsed = parseObject(piece.bytes)
  if ('problem' in parsed || (parsed.raw._type !== 'header' && parsed.raw._type !== 'member')) return false
  addHead(head, parsed.raw._type, parsed.raw)
  return true
}

function ownerFrom(found: RowPerson, head: HeadFacts): RowPerson | null {
  if (head.ownerId === undefined) return Object.keys(found).length === 0 ? null : found
  return { ...head.members.find(({ id }) => id === head.ownerId), id: head.ownerId }
}

function chatFor(chats: Map<string, ChatFacts>, row: Row): ChatFacts {
  const known = chats.get(row.chatKey)
  if (known !== undefined) return known
  const chat: ChatFacts = { others: new Map() }
  if (chats.size < chatsMax) chats.set(row.chatKey, chat)
  return chat
}

const platforms = new Set(['wechat', 'weixin', 'wx', '微信', 'unknown', 'mixed'])

function refuseOtherPlatform({ platform }: HeadFacts, file: string): void {
  if (platform === undefined || platforms.has(platform)) return
  const message = `${file} holds messages of ${platform}, not of WeChat. Nothing of it was captured.`
  throw new AppError('not-a-chat-export', message, { details: { file } })
}

function refuseMissingDate(piece: Piece, facts: FileFacts, file: string): void {
  if (facts.text === undefined) return
  const head = readHead(piece.bytes.toString('latin1', 0, 1024).split(/\r?\n/, 1)[0]!, facts.text.order)
  if (head === null || !needsDate(head.time)) return
  const dateless = /^\d{2}:/.test(head.time)
  if (facts.date !== undefined && (!dateless || facts.date.length === 10)) return
  const remedy = dateless
    ? 'without the day; give it with --date, as in --date 2023-11-15'
    : 'without the year; give it with --date, as in --date 2023'
  throw new AppError('bad-settings', `${file}, line ${piece.line}: times are written ${remedy}.`, {
    details: { file },
  })
}

async function sha256Of(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest)
  return digest.digest('hex')
}
