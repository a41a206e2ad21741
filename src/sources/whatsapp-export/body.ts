/**
 * What a message's body is: text, an attachment, a call … The form of the line decides first (marks,
 * brackets, links), the wording of a language second; what neither knows stays text.
 */
import type { CallDetails, LocationDetails, PollDetails } from '../../domain/message.ts'
import { callOf } from './call.ts'
import { beginsMarked, plain, withoutMarks } from './marks.ts'
import { type MediaKind, mediaKindOf } from './media-type.ts'
import { phraseOf, saysAttached } from './phrases.ts'

export type Body =
  | { readonly form: 'text'; readonly text: string; readonly edited: boolean }
  | {
      readonly form: 'attachment'
      readonly name: string
      readonly kind: MediaKind
      readonly text: string
      readonly edited: boolean
    }
  | { readonly form: 'omitted'; readonly kind: MediaKind; readonly wording: string; readonly text: string }
  | { readonly form: 'deleted'; readonly text: string }
  | { readonly form: 'call'; readonly call: CallDetails; readonly text: string }
  | { readonly form: 'poll'; readonly poll: PollDetails }
  | { readonly form: 'location'; readonly location: LocationDetails; readonly text: string }
  | { readonly form: 'not-exported'; readonly text: string }
  | { readonly form: 'view-once'; readonly text: string }
  | { readonly form: 'waiting'; readonly text: string }
  | { readonly form: 'system'; readonly text: string }

export interface BodyCircumstances {
  readonly platform: 'ios' | 'android'
  /** The file has U+200E before what WhatsApp wrote; then what lacks it was written by a person. */
  readonly marked: boolean
  /** False for a line without a name: nobody said it. */
  readonly authored: boolean
  /** Whether the export holds a file of this name. */
  hasMedia(name: string): boolean
}

/** `body` is everything after the author, line ends as `\n`, without the last one. */
export function readBody(body: string, about: BodyCircumstances): Body {
  if (!about.authored) return readUnauthored(body)
  if (body === '' || (about.platform === 'android' && body === 'null')) return notExported(body)
  const vendor = writtenByVendor(body, about)
  const attachment = readAttachment(body, about)
  if (attachment !== null) return attachment
  const phrase = readPhrase(body, vendor)
  if (phrase !== null) return phrase
  const place = readLocation(body)
  if (place !== null) return place
  if (vendor) {
    const call = about.platform === 'ios' ? callOf(body) : null
    if (call !== null) return { form: 'call', call, text: plain(body) }
    const poll = readPoll(body)
    if (poll !== null) return { form: 'poll', poll }
  }
  if (about.platform === 'ios' && beginsMarked(body)) return { form: 'system', text: plain(body) }
  return readText(body)
}

/** On Android WhatsApp marks nothing; on iOS it does unless an editor took the marks out of the whole file. */
function writtenByVendor(body: string, about: BodyCircumstances): boolean {
  return about.platform === 'android' || !about.marked || beginsMarked(body)
}

function readUnauthored(body: string): Body {
  const phrase = phraseOf(body)
  const call = phrase?.says === 'call' ? phrase.call : callOf(body)
  return call === null ? { form: 'system', text: plain(body) } : { form: 'call', call, text: plain(body) }
}

function notExported(body: string): Body {
  const written = body === '' ? 'An empty message' : '"null"'
  return { form: 'not-exported', text: `${written}: a call or view-once message that was not exported` }
}

const iosAttachment = /(\u200e?)<([^<>\n]{1,40}?)[ \u00a0\u202f]?[:：][ \u00a0]?([^<>\n\\/]+)>/
const oldIosAttachment = /^\u200e?([^<>\n\\/]+\.\w{1,5}) <([^<>:\n]{1,40})>$/
const androidAttachment = /^\u200e?([^\n\\/]+\.\w{1,8}) \(([^()\n]{1,40})\)$/

function readAttachment(body: string, about: BodyCircumstances): Body | null {
  const newline = body.indexOf('\n')
  const firstLine = newline < 0 ? body : body.slice(0, newline)
  if (about.platform === 'android') {
    if (!firstLine.endsWith(')')) return null
    const match = androidAttachment.exec(firstLine)
    if (match === null || !(saysAttached(match[2]!) || about.hasMedia(match[1]!))) return null
    return attachment(match[1]!, newline < 0 ? '' : body.slice(newline + 1))
  }
  if (!body.includes('>')) return null
  const match = iosAttachment.exec(body)
  if (match !== null && isIosAttachment(match, about)) {
    const caption = `${body.slice(0, match.index)}${body.slice(match.index + match[0].length)}`
    return attachment(match[3]!, caption)
  }
  const old = oldIosAttachment.exec(firstLine)
  if (old === null || !(saysAttached(old[2]!) || about.hasMedia(old[1]!))) return null
  return attachment(old[1]!, newline < 0 ? '' : body.slice(newline + 1))
}

/** The mark and a file name suffice whatever the language; without marks the word must be known or the file there. */
function isIosAttachment(match: RegExpExecArray, about: BodyCircumstances): boolean {
  const name = match[3]!
  if (match[1] !== '') return /\.\w{1,8}$/.test(name) || about.hasMedia(name)
  return !about.marked && (saysAttached(match[2]!) || about.hasMedia(name))
}

function attachment(name: string, caption: string): Body {
  const { text, edited } = readText(caption)
  const reference = withoutMarks(name).trim()
  return { form: 'attachment', name: reference, kind: mediaKindOf(reference), text, edited }
}

function readPhrase(body: string, vendor: boolean): Body | null {
  const bracketed = readBracketed(body)
  if (bracketed !== null) return bracketed
  const phrase = phraseOf(body)
  if (phrase === undefined) return vendor ? readCaptionedOmission(body) : null
  if (phrase.says === 'deleted' || phrase.says === 'waiting' || phrase.says === 'view-once') {
    return { form: phrase.says, text: plain(body) }
  }
  if (!vendor) return null
  if (phrase.says === 'omitted') return omittedBody(phrase.kind, plain(body), '')
  if (phrase.says !== 'live-location') return null
  return { form: 'location', location: { live: true }, text: plain(body) }
}

/** Android: `<Media omitted>`, captions on the lines below. */
function readBracketed(body: string): Body | null {
  const start = beginsMarked(body) ? 1 : 0
  if (body.charCodeAt(start) !== 0x3c) return null
  const newline = body.indexOf('\n')
  const first = plain(newline < 0 ? body : body.slice(0, newline))
  const phrase = first.endsWith('>') ? phraseOf(first.slice(1, -1)) : undefined
  if (phrase?.says !== 'omitted') return null
  return omittedBody(phrase.kind, first, newline < 0 ? '' : body.slice(newline + 1))
}

/** iOS: a caption or a document's name, then `‎image omitted`. */
function readCaptionedOmission(body: string): Body | null {
  const at = body.lastIndexOf('\u200e')
  if (at <= 0) return null
  const last = phraseOf(body.slice(at))
  return last?.says === 'omitted' ? omittedBody(last.kind, plain(body.slice(at)), body.slice(0, at)) : null
}

function omittedBody(kind: MediaKind, wording: string, caption: string): Body {
  const text = plain(caption)
  return { form: 'omitted', kind, wording, text: text === '' ? wording : `${wording}\n${text}` }
}

/** Text as a person reads it, without the note that WhatsApp adds to an edited one. */
function readText(body: string): Extract<Body, { form: 'text' }> {
  if (body.endsWith('>')) {
    const open = body.lastIndexOf('<')
    if (open >= 0 && phraseOf(body.slice(open + 1, -1))?.says === 'edited') {
      return { form: 'text', text: trimmed(body.slice(0, open)), edited: true }
    }
  }
  return { form: 'text', text: trimmed(body), edited: false }
}

/** People's own words keep their inner marks (they order mixed scripts); only the edges are cleaned. */
function trimmed(text: string): string {
  const trim = text.trim()
  return isEdgeMark(trim.charCodeAt(0)) || isEdgeMark(trim.charCodeAt(trim.length - 1))
    ? trim.replace(/^[\u200e\u200f\ufeff\s]+|[\u200e\u200f\ufeff\s]+$/g, '')
    : trim
}

function isEdgeMark(code: number): boolean {
  return code === 0x200e || code === 0x200f
}

const mapLink =
  /^\u200e?[^:：\n]{1,60}[:：]\s*\u200e?https:\/\/maps\.google\.com\/\?q=(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/
const venue =
  /^\u200e?([\s\S]{1,300}?)(?:\s*\(([\s\S]{1,300})\))?[:：]?\s*https?:\/\/(?:www\.)?foursquare\.com\/v\/\S+$/

function readLocation(body: string): Body | null {
  if (body.includes('https://maps.google.com/?q=')) {
    const match = mapLink.exec(body.trimEnd())
    if (match === null) return null
    const location = { latitude: Number(match[1]), longitude: Number(match[2]) }
    return { form: 'location', location, text: plain(body) }
  }
  if (!body.includes('foursquare.com/v/')) return null
  const match = venue.exec(body.trimEnd())
  if (match === null) return null
  const location = {
    title: plain(match[1]!.replace(/\n/g, ' ')),
    ...(match[2] === undefined ? {} : { address: plain(match[2].replace(/\n/g, ', ')) }),
  }
  return { form: 'location', location, text: plain(body) }
}

const pollWords =
  /^(?:POLL|UMFRAGE|ENCUESTA|SONDAGE|SONDAGGIO|ENQUETE|POLL|PEILING|ОПРОС|OPROS|ANKET|投票|アンケート|투표)$/i
const pollOption = /^\u200e?[^:：\n]{1,30}[:：] ?(.*?)[ \u200e]*\(([^()]*?)\)$/

/** `POLL:`, the question, then one line an option with its number of votes; who voted is not exported. */
function readPoll(body: string): PollDetails | null {
  const newline = body.indexOf('\n')
  if (newline < 0 || newline > 40) return null
  const head = body.slice(0, newline).trimEnd()
  if (!/[:：]$/.test(head)) return null
  if (!beginsMarked(head) && !pollWords.test(plain(head.slice(0, -1)))) return null
  const lines = body
    .slice(newline + 1)
    .trimEnd()
    .split('\n')
  const firstOption = lines.findIndex((line, index) => index > 0 && pollOption.test(line.trimEnd()))
  if (firstOption < 1) return null
  const options = lines.slice(firstOption).map((line) => readOption(line.trimEnd()))
  if (options.some((option) => option === null)) return null
  return {
    question: plain(lines.slice(0, firstOption).join('\n')),
    options: options.filter((option) => option !== null),
  }
}

function readOption(line: string): PollDetails['options'][number] | null {
  const match = pollOption.exec(line)
  if (match === null) return null
  const votes = /\d+/.exec(match[2]!)
  return { text: plain(match[1]!), ...(votes === null ? {} : { votes: Number(votes[0]) }) }
}
