/** The message types of the session archive, and reading a message by them: nothing in it is dropped. */
import type { CardField } from '../../domain/message.ts'
import { isRaw, type Raw, textOf } from '../formats/raw-json.ts'
import { callLog, recordedCall } from './bodies/calls.ts'
import {
  channelsFeed,
  contactCard,
  link,
  location,
  miniProgram,
  news,
  onlineDocument,
} from './bodies/cards.ts'
import { chatRecord, mixed } from './bodies/compound.ts'
import { emotion, file, image, video, voice, voipDocShare, wedriveFile } from './bodies/media.ts'
import {
  agree,
  calendar,
  disagree,
  form,
  meeting,
  meetingNotification,
  redPacket,
  todo,
  vote,
} from './bodies/office.ts'
import { markdown, text } from './bodies/words.ts'
import type { Body, BodyType, Reading } from './body.ts'
import { stringFields } from './fields.ts'
import { type ChatNames, identityOf, nameOf } from './participants.ts'

/** By msgtype as WeCom writes it (wecom page 91774), with the variant spellings that are seen. */
const bodyTypes: ReadonlyMap<string, BodyType> = new Map([
  ['text', text],
  ['markdown', markdown],
  ['image', image],
  ['voice', voice],
  ['video', video],
  ['emotion', emotion],
  ['file', file],
  ['voip_doc_share', voipDocShare],
  ['voipdocshare', voipDocShare],
  ['qydiskfile', wedriveFile],
  ['link', link],
  ['weapp', miniProgram],
  ['news', news],
  ['docmsg', onlineDocument],
  ['sphfeed', channelsFeed],
  ['card', contactCard],
  ['location', location],
  ['vote', vote],
  ['collect', form],
  ['todo', todo],
  ['calendar', calendar],
  ['meeting', meeting],
  ['meeting_notification', meetingNotification],
  ['agree', agree],
  ['disagree', disagree],
  ['redpacket', redPacket],
  ['external_redpacket', redPacket],
  ['voiptext', callLog],
  ['meeting_voice_call', recordedCall],
  ['meetingvoicecall', recordedCall],
  ['mixed', mixed],
  ['chatrecord', chatRecord],
])

/** Keys every message has; what else stands at the top belongs to its type. */
export const envelopeKeys: ReadonlySet<string> = new Set([
  'msgid',
  'action',
  'from',
  'tolist',
  'roomid',
  'msgtime',
  'msgtype',
  'time',
  'user',
  'seq',
  'publickey_ver',
])

/** Reads the object of a whole message by its msgtype. */
export function readBody(message: Raw, names: ChatNames | undefined): Body {
  const type = textOf(message, 'msgtype')
  const bodyType = bodyTypes.get(type)
  const reading = createReading(message, names, 0)
  if (bodyType === undefined) return unknownBody(type, stringFields(message, '', envelopeKeys))
  const key = (bodyType.keys ?? [type]).find((candidate) => isRaw(message[candidate]))
  if (key === undefined) return readTyped(bodyType, message, reading, envelopeKeys)
  const body = readTyped(bodyType, message[key] as Raw, reading)
  return withLeftovers(
    body,
    leftovers(message, { known: bodyType.beside ?? [], lists: [], object: key }, envelopeKeys),
  )
}

function createReading(message: Raw, names: ChatNames | undefined, depth: number): Reading {
  return {
    message,
    depth,
    person: (id) => shownPerson(id, names),
    readInner(type, body) {
      const bodyType = bodyTypes.get(type)
      if (bodyType === undefined) return unknownBody(type, stringFields(body, ''))
      return readTyped(bodyType, body, createReading(message, names, depth + 1))
    },
  }
}

function shownPerson(id: string, names: ChatNames | undefined): string {
  const name = id === '' || names === undefined ? undefined : nameOf(names, identityOf(id).value)
  return name === undefined ? id : `${name} (${id})`
}

function readTyped(type: BodyType, body: Raw, reading: Reading, skipped?: ReadonlySet<string>): Body {
  const known = skipped === undefined ? type.known : [...type.known, ...(type.beside ?? [])]
  return withLeftovers(type.read(body, reading), leftovers(body, { known, lists: type.lists ?? [] }, skipped))
}

/** Values under keys a reader does not know, or of another shape than it reads. */
function leftovers(
  body: Raw,
  read: { readonly known: readonly string[]; readonly lists: readonly string[]; readonly object?: string },
  skipped?: ReadonlySet<string>,
): CardField[] {
  const fields: CardField[] = []
  for (const key in body) {
    if (skipped?.has(key)) continue
    const value = body[key]
    if (isRaw(value) ? key === read.object : (Array.isArray(value) ? read.lists : read.known).includes(key))
      continue
    fields.push(...stringFields(value, key))
  }
  return fields
}

function withLeftovers(body: Body, fields: readonly CardField[]): Body {
  return fields.length === 0 ? body : { ...body, fields: [...(body.fields ?? []), ...fields] }
}

function unknownBody(type: string, fields: readonly CardField[]): Body {
  return { kind: 'unknown', text: `Message of unknown type "${type}"`, fields }
}
