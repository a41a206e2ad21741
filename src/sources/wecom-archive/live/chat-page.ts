/** What GetChatData answers: some rows, each with one sealed message, or an error of the service. */
import { emptyWindow } from '../../formats/file-window.ts'
import { isRaw, parseObject, type Raw, textOf } from '../../formats/raw-json.ts'
import type { Piece } from '../piece.ts'
import { takeValue } from '../split-values.ts'
import type { SealedMessage } from './sdk-protocol.ts'

export interface ChatRow {
  /** Decimal; absent in a row that is damaged. A number of 64 bits, so never a JavaScript one. */
  readonly seq: bigint | undefined
  readonly messageId: string
  readonly sealed: SealedMessage
  /** 1-based place in the page, and the row's exact bytes as WeCom sent them. */
  readonly index: number
  exact(): Uint8Array
}

export type ChatPage =
  | { readonly rows: readonly ChatRow[] }
  | { readonly code: number; readonly said: string }
  /** Cut off, or not what it should be; asked again it may be whole. */
  | { readonly problem: string }

export function readChatPage(content: Uint8Array): ChatPage {
  const parsed = parseObject(content)
  if ('problem' in parsed) return parsed
  const code = Number(textOf(parsed.raw, 'errcode') || '0')
  if (code !== 0) return { code, said: textOf(parsed.raw, 'errmsg') }
  const listed = parsed.raw.chatdata
  if (!Array.isArray(listed)) return { problem: 'there is no list of messages (chatdata) in it' }
  const rows = listed.map((row: unknown) => (isRaw(row) ? row : {}))
  const exact = exactRows(content, rows)
  return { rows: rows.map((row, index) => chatRowOf(row, index + 1, () => exact(index))) }
}

/** One line of what was kept sealed, read again. */
export function chatRowOf(row: Raw, index: number, exact: () => Uint8Array): ChatRow {
  const seq = textOf(row, 'seq')
  return {
    seq: /^\d{1,20}$/.test(seq) ? BigInt(seq) : undefined,
    messageId: textOf(row, 'msgid'),
    sealed: {
      keyVersion: textOf(row, 'publickey_ver'),
      randomKey: textOf(row, 'encrypt_random_key'),
      message: textOf(row, 'encrypt_chat_msg'),
    },
    index,
    exact,
  }
}

/** The bytes of each row, found only when one is needed: most are read and need not be kept sealed. */
function exactRows(content: Uint8Array, rows: readonly Raw[]): (index: number) => Uint8Array {
  let pieces: readonly Piece[] | undefined
  return (index) => {
    pieces ??= piecesOf(Buffer.from(content.buffer, content.byteOffset, content.byteLength))
    const piece = pieces.length === rows.length ? pieces[index] : undefined
    return piece?.bytes ?? Buffer.from(JSON.stringify(rows[index]))
  }
}

function piecesOf(buffer: Buffer): readonly Piece[] {
  const window = { ...emptyWindow, buffer, ended: true }
  const cursor = { at: 0, line: 1, index: 1, openLists: 0, insideWrapper: false }
  const pieces: Piece[] = []
  for (let taken = takeValue(window, cursor); Array.isArray(taken); taken = takeValue(window, cursor))
    pieces.push(...taken)
  return pieces
}
