/**
 * A JSON document of messages: a list, or an object with the list under `messages` and facts about the chat beside
 * it. Gives each message's exact bytes without holding the document, and goes on after a damaged one.
 */
import { closingEnd, createSkipper, nextElementStart, stringEnd } from './json-bytes.ts'
import { markLength, type Piece, recordBytesMax, type Splitter, type Taken } from './piece.ts'

const [quote, openBrace, closeBrace, openBracket, closeBracket, comma, colon] = Buffer.from('"{}[],:')

/** Keys whose list holds the messages. */
const messageLists = new Set(['messages', 'items', 'data'])
/** Keys whose value says something about the chat; all others (avatars, statistics) are passed over unread. */
const headSections = new Set(['chatlab', 'weflow', 'meta', 'session', 'members'])

type Where =
  | { readonly in: 'start' | 'object' | 'end' }
  | { readonly in: 'list'; readonly section: string; readonly top: boolean }
  | { readonly in: 'skip'; readonly skip: (buffer: Buffer, at: number) => number }

interface Window {
  readonly buffer: Buffer
  readonly offset: number
  readonly ended: boolean
}

/** Gives the messages as records, members and facts as `head`. Whatever follows the document is damage. */
export function createElementSplitter(): Splitter {
  let where: Where = { in: 'start' }
  let index = 1

  const step = (window: Window): Taken => {
    const { buffer, ended } = window
    if (where.in === 'skip') {
      const end = where.skip(buffer, splitter.at)
      splitter.at = end === -1 ? buffer.length : end
      if (end !== -1) where = { in: 'object' }
      return end === -1 ? (ended ? 'end' : undefined) : []
    }
    skipSeparators(buffer, splitter)
    if (splitter.at >= buffer.length) return ended ? 'end' : undefined
    if (where.in === 'list') return takeElement(window, where)
    return where.in === 'object' ? takeMember(window) : takeStart(window)
  }

  const takeStart = (window: Window): Taken => {
    const byte = window.buffer[splitter.at]
    if (where.in === 'start' && (byte === openBracket || byte === openBrace)) {
      splitter.at++
      where = byte === openBrace ? { in: 'object' } : { in: 'list', section: 'messages', top: true }
      return []
    }
    const { buffer } = window
    const limit = Math.min(buffer.length, splitter.at + recordBytesMax)
    return [damage(window, limit, 'it stands outside the list of messages')]
  }

  /** `"key": value` of the outer object. */
  const takeMember = (window: Window): Taken => {
    const { buffer, ended } = window
    if (buffer[splitter.at] === closeBrace) {
      splitter.at++
      where = { in: 'end' }
      return []
    }
    const found = readKey(buffer, splitter.at)
    if (found === 'unseen') {
      return ended ? [damage(window, buffer.length, 'the JSON is malformed or cut off')] : undefined
    }
    const { key, valueAt } = found
    const opens = buffer[valueAt]
    if (opens === openBracket && (messageLists.has(key) || headSections.has(key))) {
      splitter.at = valueAt + 1
      where = { in: 'list', section: key, top: false }
      return []
    }
    if (opens === openBrace && headSections.has(key)) return takeHead(window, key, valueAt)
    splitter.at = valueAt
    where = { in: 'skip', skip: createSkipper() }
    return []
  }

  const takeHead = (window: Window, section: string, at: number): Taken => {
    const { buffer, offset, ended } = window
    const end = closingEnd(buffer, at)
    if (end === -1 && !ended && buffer.length - at <= recordBytesMax) return undefined
    if (end === -1) return [damage(window, buffer.length, 'the JSON is malformed or cut off')]
    splitter.at = end
    return [{ role: 'head', section, bytes: buffer.subarray(at, end), offset: offset + at }]
  }

  const takeElement = (window: Window, list: { section: string; top: boolean }): Taken => {
    const { buffer, offset, ended } = window
    const { at } = splitter
    if (buffer[at] === closeBracket) {
      splitter.at++
      where = list.top ? { in: 'end' } : { in: 'object' }
      return []
    }
    const end = buffer[at] === openBrace ? closingEnd(buffer, at) : -1
    const seen = end !== -1 || ended || buffer.length - at > recordBytesMax
    if (!seen) return undefined
    if (end === -1 || !isObject(buffer, at, end)) return takeDamage(window, end)
    splitter.at = end
    const bytes = buffer.subarray(at, end)
    if (!messageLists.has(list.section)) {
      return [{ role: 'head', section: list.section, bytes, offset: offset + at }]
    }
    return [{ role: 'record', bytes, offset: offset + at, index: index++ }]
  }

  /** Up to where the next message plausibly begins; else to `end`, where the damaged object's brackets closed. */
  const takeDamage = (window: Window, end: number): Taken => {
    const { buffer } = window
    const limit = Math.min(buffer.length, splitter.at + recordBytesMax)
    const next = nextElementStart(buffer, splitter.at + 1, end === -1 ? limit : end)
    const to = next !== -1 ? next : end !== -1 ? end : limit
    return [damage(window, to, 'the JSON is malformed or cut off')]
  }

  const damage = ({ buffer, offset }: Window, to: number, problem: string): Piece => {
    const from = splitter.at
    splitter.at = Math.max(to, from + 1)
    let end = splitter.at
    while (end > from + 1 && isSeparator(buffer[end - 1])) end--
    return {
      role: 'damage',
      problem,
      bytes: buffer.subarray(from, end),
      offset: offset + from,
      index: index++,
    }
  }

  const splitter: Splitter = {
    at: 0,
    take(window) {
      if (window.offset === 0 && splitter.at === 0) splitter.at = markLength(window.buffer)
      return step(window)
    },
    cutOff: () => where.in !== 'end',
  }
  return splitter
}

/** Cheap proof that the brackets closed where JSON closes them: parsing is left to who needs the values. */
function isObject(buffer: Buffer, at: number, end: number): boolean {
  try {
    JSON.parse(buffer.toString('utf8', at, end).replace(/[\u0000-\u001f]/g, ' '))
    return true
  } catch {
    return false
  }
}

function readKey(buffer: Buffer, at: number): { key: string; valueAt: number } | 'unseen' {
  if (buffer[at] !== quote) return { key: '', valueAt: at }
  const end = stringEnd(buffer, at)
  if (end === -1) return 'unseen'
  let valueAt = end + 1
  while (valueAt < buffer.length && (buffer[valueAt] === colon || isSeparator(buffer[valueAt]))) valueAt++
  if (valueAt >= buffer.length) return 'unseen'
  return { key: buffer.toString('utf8', at + 1, end), valueAt }
}

function skipSeparators(buffer: Buffer, splitter: { at: number }): void {
  while (splitter.at < buffer.length && isSeparator(buffer[splitter.at])) splitter.at++
}

function isSeparator(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === comma
}
