/** Which tool's file it is, decided from its first bytes. */
import { AppError } from '../../domain/errors.ts'
import { parseObject } from '../formats/raw-json.ts'
import { decodeBytes } from './encoding.ts'
import { csvToolOf } from './rows/csv.ts'
import { readHead, type TextGrammar, type TextOrder, textOrders } from './rows/text.ts'
import { csvCells } from './splitting/csv-cells.ts'
import { markLength } from './splitting/piece.ts'

export const formats = ['chatlab', 'chatlab-lines', 'chatlog', 'weflow', 'csv', 'text'] as const
export type Format = (typeof formats)[number]

export type Layout =
  | { readonly format: Exclude<Format, 'text'> }
  | { readonly format: 'text'; readonly text: TextGrammar }

/** Header of a CSV and lines of a text looked at. */
const headCharacters = 64 * 1024
const linesTried = 400

/**
 * The layout of the file that begins with `head` (the first read, some 256 KiB). Throws AppError
 * `not-a-chat-export` for what no known tool writes and `unsupported-encoding` for UTF-16, naming the file.
 */
export function layoutOf(head: Buffer, ended: boolean, file: string): Layout {
  refuseOther(head, file)
  const text = head.toString('utf8', markLength(head))
  const first = text.trimStart()[0]
  if (first === '{' || first === '[' || first === '#') {
    const format = jsonFormat(text, ended)
    if (format !== null) return { format }
  }
  if (isCsv(head)) return { format: 'csv' }
  const grammar = textGrammar(head.toString('latin1', markLength(head), headCharacters))
  if (grammar !== null) return { format: 'text', text: grammar }
  throw refusal(
    file,
    'is of no WeChat export tool that is known (chatlog, MemoTrace, PyWxDump, WeFlow, ChatLab)',
  )
}

function refuseOther(head: Buffer, file: string): void {
  const magic = head.toString('latin1', 0, 16)
  if (magic.startsWith('SQLite format 3')) {
    throw refusal(file, 'is a database; export the chat with one of the tools first')
  }
  if (magic.startsWith('PK')) throw refusal(file, 'is a zip; unpack it and give the file inside')
  const wide = /^(?:\xff\xfe|\xfe\xff)/.test(magic) || (head.length > 1 && (head[0] === 0 || head[1] === 0))
  if (wide) {
    throw new AppError('unsupported-encoding', `${file} is in UTF-16; save it as UTF-8 and try again.`, {
      details: { file },
    })
  }
  if (head.length === markLength(head)) throw refusal(file, 'is empty')
}

function refusal(file: string, why: string): AppError {
  return new AppError('not-a-chat-export', `${file} ${why}. Nothing of it was captured.`, {
    details: { file },
  })
}

/** ChatLab and WeFlow say who they are at the top; else the keys of the first messages tell. */
function jsonFormat(text: string, ended: boolean): Exclude<Format, 'csv' | 'text'> | null {
  if (isLines(text)) return 'chatlab-lines'
  if (/^\s*\{\s*"chatlab"\s*:/.test(text)) return 'chatlab'
  if (/^\s*\{\s*"weflow"\s*:/.test(text)) return 'weflow'
  if (ended && /^\s*\[\s*\]\s*$/.test(text)) return 'chatlog'
  if (/"talker"\s*:/.test(text) && /"seq"\s*:/.test(text)) return 'chatlog'
  if (/"createTime"\s*:/.test(text) && /"(?:senderUsername|isSend)"\s*:/.test(text)) return 'weflow'
  return /"chatlab"\s*:/.test(text) ? 'chatlab' : null
}

function isLines(text: string): boolean {
  const lines = text.split('\n', linesTried).map((line) => line.trim())
  const first = lines.find((line) => line !== '' && !line.startsWith('#'))
  if (first === undefined) return false
  const parsed = parseObject(Buffer.from(first))
  return 'raw' in parsed && typeof parsed.raw._type === 'string'
}

function isCsv(head: Buffer): boolean {
  const end = head.indexOf(0x0a)
  const line = head.subarray(markLength(head), end === -1 ? head.length : end)
  if (line.length > headCharacters) return false
  return (['utf-8', 'gb18030'] as const).some(
    (encoding) => csvToolOf(csvCells(decodeBytes(line, encoding).replace(/\r$/, ''))) !== null,
  )
}

/**
 * The order that more lines fit. A blank line is expected before heads when it is before most of them: some lines
 * that look like heads may be words of a message.
 */
function textGrammar(text: string): TextGrammar | null {
  const lines = text.split('\n', linesTried).map((line) => line.replace(/\r$/, ''))
  const found = textOrders.map((order) => headsIn(lines, order)).sort((a, b) => b.heads - a.heads)
  const best = found[0]!
  if (best.heads === 0) return null
  return { order: best.order, blankBefore: best.heads > 1 && best.afterBlank * 2 >= best.heads - 1 }
}

function headsIn(lines: readonly string[], order: TextOrder) {
  let [heads, afterBlank] = [0, 0]
  for (const [index, line] of lines.entries()) {
    if (readHead(line, order) === null) continue
    heads++
    if (heads > 1 && lines[index - 1]!.trim() === '') afterBlank++
  }
  return { order, heads, afterBlank }
}
