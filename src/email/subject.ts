/**
 * The subject line: channel, conversation, kind and the start of the text, as a reader would name the message.
 * `WhatsApp · Deal team: Can we move the call…`, `Recalled: WeCom · Sales: [File] terms.pdf`.
 */
import type { Channel, Message, MessageEvent, MessageKind, Participant } from '../domain/message.ts'
import { oneLine } from './header-text.ts'

export interface Subject {
  readonly subject: string
  /**
   * How many leading characters (UTF-16 units) of the message's text the subject holds in whole. Words of the
   * text that end within them are words of the subject; the index need not store them twice.
   */
  readonly subjectTextLength: number
}

const subjectChars = 120
const conversationChars = 40
const ellipsis = '…'

const channelTitles = {
  whatsapp: 'WhatsApp',
  wechat: 'WeChat',
  wecom: 'WeCom',
} as const satisfies Record<Channel, string>

const eventMarks = {
  sent: '',
  edited: 'Edited: ',
  deleted: 'Deleted: ',
  recalled: 'Recalled: ',
  reacted: 'Reaction: ',
  receipt: 'Receipt: ',
} as const satisfies Record<MessageEvent, string>

/** How a kind is named where there is no room to show it. Text needs no name. */
export const kindTags = {
  text: '',
  image: '[Picture]',
  voice: '[Voice note]',
  audio: '[Audio]',
  video: '[Video]',
  file: '[File]',
  sticker: '[Sticker]',
  location: '[Location]',
  contact: '[Contact]',
  poll: '[Poll]',
  call: '[Call]',
  meeting: '[Meeting]',
  link: '[Link]',
  forwarded: '[Forwarded]',
  mixed: '[Mixed]',
  payment: '[Payment]',
  calendar: '[Calendar]',
  form: '[Form]',
  task: '[Task]',
  consent: '[Consent]',
  system: '[System]',
  unknown: '[Unknown]',
} as const satisfies Record<MessageKind, string>

/**
 * The subject of a message, at most 120 characters, on one line, never ending in a blank. `title` names the
 * conversation where the message itself does not.
 */
export function subjectOf(message: Message, title: string = conversationTitle(message)): Subject {
  const mark =
    message.event === 'sent' && message.markedEdited ? eventMarks.edited : eventMarks[message.event]
  const where = title === '' ? '' : ` · ${shortTitle(title)}`
  const head = mark + channelTitles[message.channel] + where
  const tag = kindTags[message.kind]
  const lead = tag === '' ? `${head}: ` : `${head}: ${tag} `
  const start = startOfText(message.text, subjectChars - lead.length)
  if (start.shown !== '') return { subject: lead + start.shown, subjectTextLength: start.length }
  const named = startOfText(oneLine(message.attachments[0]?.name ?? ''), subjectChars - lead.length).shown
  if (named !== '') return { subject: lead + named, subjectTextLength: 0 }
  return { subject: tag === '' ? head : `${head}: ${tag}`, subjectTextLength: 0 }
}

/**
 * How much of the message's text a subject made earlier holds (see `Subject.subjectTextLength`): names in it may
 * have been known otherwise then, so the place where the text begins is searched.
 */
export function subjectTextLengthIn(subject: string, message: Message): number {
  const tag = kindTags[message.kind]
  const separator = tag === '' ? ': ' : `: ${tag} `
  for (let at = subject.indexOf(separator); at >= 0; at = subject.indexOf(separator, at + 1)) {
    const lead = at + separator.length
    const start = startOfText(message.text, subjectChars - lead)
    if (start.shown !== '' && start.shown === subject.slice(lead)) return start.length
  }
  return 0
}

/**
 * What to call a conversation: its name, else the two who talk (`names` as the reader knows them), else the
 * vendor's id of the group.
 */
export function conversationTitle(message: Message, names: readonly string[] = namesOf(message)): string {
  const { conversation } = message
  if (conversation.name) return oneLine(conversation.name)
  if (conversation.type === 'group' || names.length === 0) return oneLine(conversation.id)
  return oneLine(names.slice(0, 2).join(', '))
}

function namesOf(message: Message): string[] {
  const people: readonly Participant[] =
    message.sender === null ? message.recipients : [message.sender, ...message.recipients]
  return people.slice(0, 2).map((person) => person.name ?? person.identity.value)
}

function shortTitle(title: string): string {
  return title.length <= conversationChars
    ? title
    : `${title.slice(0, cutBefore(title, conversationChars - 1)).trimEnd()}${ellipsis}`
}

/** The start of a text on one line within `room`, and how far into the text it goes. */
function startOfText(text: string, room: number): { shown: string; length: number } {
  const { line, ends, whole } = lineFrom(text, room + graphemeCharsMax)
  if (whole && line.length <= room) return { shown: line.trimEnd(), length: text.length }
  const cut = cutBefore(line, room - ellipsis.length)
  return { shown: line.slice(0, cut).trimEnd() + ellipsis, length: ends?.[cut] ?? cut }
}

interface Line {
  readonly line: string
  /** `ends[i]` is where in the text the first `i` characters of the line end; absent when that is `i`. */
  readonly ends?: readonly number[]
  /** True when the line holds all of the text. */
  readonly whole: boolean
}

/** Printable, one plain blank at a time, none in front: a line as it is, and nearly every message. */
const isLine = /^(?:[\x21-\x7e\xa1-\u167f\u3001-\ud7ff\uff01-\uff5e\u{10000}-\u{1ffff}] ?)*$/u

/** At least `enough` characters of the text on one line, if it has them. */
function lineFrom(text: string, enough: number): Line {
  const head = text.length <= enough ? text : text.slice(0, enough)
  return isLine.test(head) ? { line: head, whole: head.length === text.length } : condensed(text, enough)
}

/** Reading further than this for a few words of subject is waste: the text begins with nothing but blanks. */
const readCharsMax = 4096

/** Blanks of any kind as one space, other control characters and broken surrogates as U+FFFD. */
function condensed(text: string, enough: number): Line {
  let line = ''
  const ends = [0]
  let at = 0
  for (; at < text.length && at < readCharsMax && line.length < enough; at++) {
    const character = text[at]!
    if (!isBlank.test(character)) line += character
    else if (line !== '' && !line.endsWith(' ')) line += ' '
    ends[line.length] = at + 1
  }
  // Neither replacement changes how long the line is, so `ends` stays true.
  const clean = line.toWellFormed().replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd')
  return { line: clean, ends, whole: at === text.length }
}

const isBlank = /[\s\x85]/

/** What is looked at to find where the last whole character of a subject ends; an emoji of a family has 11 units. */
const graphemeCharsMax = 40
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const cutsAnywhere = /^[\x20-\x7e\u4e00-\u9fff]{2}$/

/** The last boundary between characters as people see them that is not after `position`. */
function cutBefore(text: string, position: number): number {
  if (position >= text.length) return text.length
  if (cutsAnywhere.test(text.slice(position - 1, position + 1))) return position
  const near = text.slice(0, position + graphemeCharsMax)
  return graphemes.segment(near).containing(position)?.index ?? position
}
