/** JSON values: the objects of a list, of a wrapper's list, or simply one after the other. */
import type { FileWindow } from '../formats/file-window.ts'
import { parseObject } from '../formats/raw-json.ts'
import { wrapperHead } from './layout.ts'
import { nextMessageStart } from './message-start.ts'
import { type Cursor, messageBytesMax, type Piece, type Taken } from './piece.ts'

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = Buffer.from('"\\{}[]')

const wrapperHeadBytesMax = 16 * 1024
/** A field of the wrapper beside its list: `"errmsg":"ok"`. */
const wrapperField = /^"[^"\\]{0,64}"\s*:\s*(?:"[^"\\]{0,512}"|[-+.\w]{1,32})(?=\s*[,}])/

/** Takes one object off the window, or a stretch of damage; list and wrapper punctuation gives no piece. */
export function takeValue(window: FileWindow, cursor: Cursor): Taken {
  const { buffer, ended } = window
  skipPunctuation(buffer, cursor)
  const { at } = cursor
  if (at >= buffer.length) return ended ? 'end' : undefined
  if (!ended && buffer.length - at < wrapperHeadBytesMax && needsSight(cursor)) return undefined
  if (skipWrapper(buffer, cursor)) return []
  if (buffer[at] !== openBrace) return takeDamage(window, cursor, -1)
  const end = objectEnd(buffer, at)
  if (end === -1) {
    return ended || buffer.length - at > messageBytesMax ? takeDamage(window, cursor, -1) : undefined
  }
  const piece = pieceOf(window, cursor, at, end)
  if (!('raw' in piece.parsed)) return takeDamage(window, cursor, end)
  return past(cursor, end, piece)
}

/** A wrapper's head or tail is only recognised whole. */
function needsSight(cursor: Cursor): boolean {
  return cursor.openLists === 0
}

/** Steps over blanks, commas and list brackets, and over the brace that closes a wrapper. */
function skipPunctuation(buffer: Buffer, cursor: Cursor): void {
  for (; cursor.at < buffer.length; cursor.at++) {
    const byte = buffer[cursor.at]
    if (byte === openBracket) cursor.openLists++
    else if (byte === closeBracket && cursor.openLists > 0) cursor.openLists--
    else if (byte === closeBrace && cursor.insideWrapper && cursor.openLists === 0)
      cursor.insideWrapper = false
    else if (!isSeparator(byte)) return
  }
}

function isSeparator(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x2c
}

function skipWrapper(buffer: Buffer, cursor: Cursor): boolean {
  if (cursor.openLists > 0 || buffer[cursor.at] !== (cursor.insideWrapper ? quote : openBrace)) return false
  const text = buffer.toString('latin1', cursor.at, cursor.at + wrapperHeadBytesMax)
  const skipped = (cursor.insideWrapper ? wrapperField : wrapperHead).exec(text)
  if (skipped === null) return false
  cursor.at += skipped[0].length
  if (!cursor.insideWrapper) cursor.openLists++
  cursor.insideWrapper = true
  return true
}

/** The offset after the object that begins at `at`; -1 when it does not end in the buffer. */
function objectEnd(buffer: Buffer, at: number): number {
  let depth = 0
  for (let i = at; i < buffer.length; i++) {
    const byte = buffer[i]
    if (byte === quote) {
      i = stringEnd(buffer, i)
      if (i === -1) return -1
    } else if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) {
      depth--
      if (depth === 0) return i + 1
    }
  }
  return -1
}

/** The offset of the quote that closes the string opened at `at`; -1 when there is none in the buffer. */
function stringEnd(buffer: Buffer, at: number): number {
  for (let i = at + 1; i < buffer.length; i++) {
    const byte = buffer[i]
    if (byte === backslash) i++
    else if (byte === quote) return i
  }
  return -1
}

/**
 * What could not be read, up to where the next message plausibly begins; else to `end`, where the damaged
 * object's brackets closed; else to the next object, the end of the file or the longest message's length.
 */
function takeDamage(window: FileWindow, cursor: Cursor, end: number): Taken {
  const { buffer, ended } = window
  const { at } = cursor
  const limit = Math.min(buffer.length, at + messageBytesMax)
  const next = nextMessageStart(buffer, at + 1, end === -1 ? limit : end)
  if (next === -1 && end === -1 && !ended && limit === buffer.length) return undefined
  const to = next !== -1 ? next : end !== -1 ? end : nextBrace(buffer, at + 1, limit)
  return past(cursor, to, pieceOf(window, cursor, at, trimmedEnd(buffer, at, to)))
}

function nextBrace(buffer: Buffer, from: number, limit: number): number {
  if (buffer[from - 1] === openBrace) return limit
  const brace = buffer.indexOf('{', from)
  return brace === -1 || brace > limit ? limit : brace
}

function trimmedEnd(buffer: Buffer, at: number, to: number): number {
  let end = to
  while (end > at + 1 && isSeparator(buffer[end - 1])) end--
  return end
}

function pieceOf(window: FileWindow, cursor: Cursor, start: number, end: number): Piece {
  const bytes = window.buffer.subarray(start, end)
  return { bytes, parsed: parseObject(bytes), offset: window.offset + start, index: cursor.index }
}

function past(cursor: Cursor, end: number, piece: Piece): readonly Piece[] {
  cursor.at = end
  cursor.index++
  return [piece]
}
