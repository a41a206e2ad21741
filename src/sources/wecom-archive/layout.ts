/** What kind of file it is, decided from its first bytes alone. */
import { AppError } from '../../domain/errors.ts'
import { parseObject } from '../formats/raw-json.ts'

/** `lines`: one message a line. `values`: messages in a list, in a wrapper, or one after the other over many lines. */
export type Layout = 'lines' | 'values'

/** `{"errcode":0,…,"chatdata":[` or `{"data":[`: the list of messages inside an answer of the API. */
export const wrapperHead =
  /^\{\s*(?:"[^"\\]{0,64}"\s*:\s*(?:"[^"\\]{0,512}"|[-+.\w]{1,32})\s*,\s*){0,16}"(?:chatdata|data)"\s*:\s*\[/

const emptyList = /^\s*(?:\[\s*\]|\{[^{[]{0,1024}"(?:chatdata|data)"\s*:\s*\[\s*\][^{[]{0,1024}\})\s*$/
const messageKey = /"(?:msgid|msgtype|action)"\s*:/
/** Lines looked at for one that is a message by itself (the first may be a stump). */
const linesTried = 8
const byteOrderMark = '\xef\xbb\xbf'

/** Length of a UTF-8 byte order mark at the front: 3 or 0. */
export function markLength(head: Buffer): number {
  return head.toString('latin1', 0, 3) === byteOrderMark ? 3 : 0
}

/**
 * The layout of the file that begins with `head`. Throws AppError `not-a-message-file` (no message in sight,
 * empty, or still encrypted) and `unsupported-encoding` (UTF-16), naming the file.
 */
export function layoutOf(head: Buffer, ended: boolean, fileName: string): Layout {
  refuseWideCharacters(head, fileName)
  const text = head.toString('latin1', markLength(head))
  refuseOther(text, ended, fileName)
  const start = text.search(/\S/)
  if (text[start] === '[' || wrapperHead.test(text.slice(start, start + 16_384))) return 'values'
  if (text[start] !== '{') return 'lines'
  const firstLines = text.slice(start).split('\n', linesTried)
  const named = /\.(jsonl|ndjson)$/i.test(fileName)
  const whole = named ? firstLines[0]?.trim() !== '{' : firstLines.some(isMessage)
  return whole ? 'lines' : 'values'
}

function isMessage(line: string): boolean {
  if (!line.startsWith('{')) return false
  const parsed = parseObject(Buffer.from(line, 'latin1'))
  return 'raw' in parsed && messageKey.test(line)
}

function refuseWideCharacters(head: Buffer, fileName: string): void {
  const marked = /^(?:\xff\xfe|\xfe\xff)/.test(head.toString('latin1', 0, 2))
  if (!marked && !(head[0] === 0 || (head.length > 1 && head[1] === 0))) return
  throw new AppError(
    'unsupported-encoding',
    `${fileName} is in UTF-16 or UTF-32; JSON of messages is read in UTF-8. Save it as UTF-8 and try again.`,
    { details: { file: fileName } },
  )
}

function refuseOther(text: string, ended: boolean, fileName: string): void {
  if (ended && emptyList.test(text)) return
  if (/"encrypt_chat_msg"\s*:/.test(text) && !/"msgtype"\s*:/.test(text)) {
    throw refusal(fileName, 'holds messages that are still encrypted; give the decrypted ones')
  }
  if (text.trim() === '') throw refusal(fileName, 'is empty')
  if (!/(?:^|\n)[ \t\r]*[[{]/.test(text)) throw refusal(fileName, 'is not JSON')
  if (!messageKey.test(text)) throw refusal(fileName, 'is JSON, but not of session-archive messages')
}

function refusal(fileName: string, reason: string): AppError {
  return new AppError('not-a-message-file', `${fileName} ${reason}. Nothing of it was captured.`, {
    details: { file: fileName },
  })
}
