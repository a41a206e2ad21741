/** What a message says, by its kind. A kind that nobody here knows is a card of all its fields. */
import type {
  CallDetails,
  CardField,
  LocationDetails,
  Message,
  MessageKind,
  PollDetails,
} from '../../domain/message.ts'
import { isRaw, numberOf, objectOf, objectsOf, type Raw, textOf } from '../formats/raw-json.ts'
import { callOutcomes, enumOf, protocolTypes } from './enums.ts'
import { longOf } from './event-line.ts'
import { contentName, contentOf } from './message-content.ts'

export interface Said {
  readonly kind: MessageKind
  readonly event?: Message['event']
  readonly relation?: NonNullable<Message['refersTo']>['relation']
  readonly text: string
  readonly location?: LocationDetails
  readonly poll?: PollDetails
  readonly call?: CallDetails
  readonly fields?: readonly CardField[]
  readonly notes?: readonly string[]
}

type Reader = (content: Raw) => Said

const readers: Readonly<Record<string, Reader>> = {
  extendedTextMessage: (content) => ({
    kind: 'text',
    text: textOf(content, 'text'),
    fields: cardOf({ link: content.matchedText, title: content.title, description: content.description }),
  }),
  imageMessage: captioned('image', 'Image'),
  videoMessage: captioned('video', 'Video'),
  ptvMessage: captioned('video', 'Video note'),
  documentMessage: (content) => ({
    kind: 'file',
    text: textOf(content, 'caption') || textOf(content, 'fileName') || textOf(content, 'title') || 'Document',
  }),
  audioMessage: (content) => ({
    ...(content.ptt === true ? { kind: 'voice', text: 'Voice message' } : { kind: 'audio', text: 'Audio' }),
    fields: cardOf({ seconds: content.seconds }),
  }),
  stickerMessage: () => ({ kind: 'sticker', text: 'Sticker' }),
  locationMessage: (content) => locationOf(content, false),
  liveLocationMessage: (content) => locationOf(content, true),
  contactMessage: (content) => ({
    kind: 'contact',
    text: textOf(content, 'displayName') || 'Contact',
    fields: cardOf({ vcard: content.vcard }),
  }),
  contactsArrayMessage: readContacts,
  reactionMessage: (content) => {
    const emoji = textOf(content, 'text')
    return {
      kind: 'text',
      event: 'reacted',
      relation: 'reacts-to',
      text: emoji === '' ? 'Reaction removed' : `Reacted with ${emoji}`,
    }
  },
  protocolMessage: readProtocol,
  pollUpdateMessage: () => ({
    kind: 'poll',
    event: 'reacted',
    relation: 'reacts-to',
    text: 'Vote in a poll',
    poll: { question: '', options: [] },
    notes: ['the vote is encrypted for those who made and answered the poll'],
  }),
  callLogMesssage: readCallLog,
  eventMessage: readEvent,
  albumMessage: (content) => ({
    kind: 'mixed',
    text: `Album of ${textOf(content, 'expectedImageCount') || 0} pictures and ${textOf(content, 'expectedVideoCount') || 0} videos, which follow`,
  }),
  groupInviteMessage: (content) => ({
    kind: 'link',
    text: `Invitation to the group ${textOf(content, 'groupName')}`,
    fields: cardOf({ group: content.groupJid, code: content.inviteCode, caption: content.caption }),
  }),
  orderMessage: (content) => ({
    kind: 'form',
    text: textOf(content, 'message') || 'Order',
    fields: cardOf({ order: content.orderId, items: content.itemCount, title: content.orderTitle }),
  }),
  keepInChatMessage: (content) => ({
    kind: 'system',
    relation: 'replies-to',
    text: textOf(content, 'keepType') === '2' ? 'No longer kept in the chat' : 'Kept in the chat',
  }),
  pinInChatMessage: (content) => ({
    kind: 'system',
    relation: 'replies-to',
    text: textOf(content, 'type') === '2' ? 'Unpinned a message' : 'Pinned a message',
  }),
}

/** Of a `WebMessageInfo`'s message. */
export function readMessage(value: unknown): Said {
  const { message, wrapped } = contentOf(value)
  const name = contentName(message)
  const said =
    name === null
      ? { kind: 'unknown' as const, text: 'A message without content' }
      : readContent(name, message[name])
  const context = objectOf(isRaw(message[name ?? '']) ? (message[name ?? ''] as Raw) : {}, 'contextInfo')
  const forwarded =
    context.isForwarded === true
      ? Number(textOf(context, 'forwardingScore')) >= 5
        ? 'many times'
        : 'yes'
      : undefined
  const mentioned = Array.isArray(context.mentionedJid) ? context.mentionedJid.join(', ') : undefined
  const expires = textOf(context, 'expiration')
  return {
    ...said,
    fields: [
      ...(said.fields ?? []),
      ...cardOf({ forwarded, mentioned, 'vanishes after seconds': expires === '0' ? undefined : expires }),
    ],
    notes: [...(said.notes ?? []), ...wrapped.flatMap((one) => wrapperNotes[one] ?? [])],
  }
}

const wrapperNotes: Readonly<Record<string, string>> = {
  ephemeralMessage: 'disappearing message',
  viewOnceMessage: 'view-once message',
  viewOnceMessageV2: 'view-once message',
  viewOnceMessageV2Extension: 'view-once message',
  editedMessage: 'edit',
}

function readContent(name: string, content: unknown): Said {
  if (name === 'conversation') return { kind: 'text', text: typeof content === 'string' ? content : '' }
  if (/^pollCreationMessage/.test(name)) return readPoll(isRaw(content) ? content : {})
  const reader = readers[name]
  if (reader && isRaw(content)) return reader(content)
  return {
    kind: 'unknown',
    text: `A message of the kind "${name}"`,
    fields: cardOf(isRaw(content) ? content : { [name]: content }),
  }
}

function captioned(kind: 'image' | 'video', shown: string): Reader {
  return (content) => ({
    kind,
    text: textOf(content, 'caption') || shown,
    fields: cardOf({ seconds: content.seconds }),
    ...(content.viewOnce === true ? { notes: ['view-once message'] } : {}),
  })
}

function locationOf(content: Raw, live: boolean): Said {
  const [latitude, longitude] = [numberOf(content, 'degreesLatitude'), numberOf(content, 'degreesLongitude')]
  const title = textOf(content, 'name') || textOf(content, 'caption')
  const address = textOf(content, 'address')
  return {
    kind: 'location',
    text:
      [title, address].filter((part) => part !== '').join(', ') || `${latitude ?? '?'}, ${longitude ?? '?'}`,
    location: {
      ...(latitude === undefined ? {} : { latitude }),
      ...(longitude === undefined ? {} : { longitude }),
      ...(title === '' ? {} : { title }),
      ...(address === '' ? {} : { address }),
      ...(live ? { live } : {}),
    },
  }
}

function readContacts(content: Raw): Said {
  const contacts = objectsOf(content, 'contacts')
  const names = contacts.map((one) => textOf(one, 'displayName')).filter((name) => name !== '')
  return {
    kind: 'contact',
    text: names.join(', ') || textOf(content, 'displayName') || 'Contacts',
    fields: contacts.flatMap((one) => cardOf({ vcard: one.vcard })),
  }
}

function readPoll(content: Raw): Said {
  const question = textOf(content, 'name')
  const options = objectsOf(content, 'options').map((option) => ({ text: textOf(option, 'optionName') }))
  return {
    kind: 'poll',
    text: [question, ...options.map(({ text }) => `· ${text}`)].join('\n'),
    poll: { question, options },
  }
}

/** Numbers of `ProtocolMessage.Type`. */
const [revoke, ephemeralSetting, messageEdit] = [0, 3, 14]

function readProtocol(content: Raw): Said {
  const type = enumOf(content, 'type', protocolTypes) ?? revoke
  if (type === revoke && isRaw(content.key))
    return { kind: 'system', event: 'deleted', relation: 'deletes', text: 'Message deleted' }
  if (type === messageEdit && isRaw(content.editedMessage)) {
    const edited = readMessage(content.editedMessage)
    return { ...edited, event: 'edited', relation: 'edits' }
  }
  if (type === ephemeralSetting) {
    const seconds = textOf(content, 'ephemeralExpiration')
    return {
      kind: 'system',
      text:
        seconds === '' || seconds === '0'
          ? 'Messages no longer disappear'
          : `Messages disappear after ${seconds} seconds`,
    }
  }
  return { kind: 'system', text: `Protocol message ${type}`, fields: cardOf(content) }
}

/** `CallLogMessage.CallOutcome`: connected, missed, failed, rejected, accepted elsewhere, ongoing, silenced twice. */
const outcomes = [
  'completed',
  'missed',
  'unknown',
  'declined',
  'completed',
  'unknown',
  'missed',
  'missed',
] as const

function readCallLog(content: Raw): Said {
  const outcome = outcomes[enumOf(content, 'callOutcome', callOutcomes) ?? 0] ?? 'unknown'
  const participants = objectsOf(content, 'participants')
  return callSaid({
    ...{ medium: content.isVideo === true ? 'video' : 'voice', outcome, group: participants.length > 1 },
    durationSeconds: longOf(content, 'durationSecs'),
    fields: cardOf({
      participant: participants.map(
        (one) =>
          `${textOf(one, 'jid')} (${outcomes[enumOf(one, 'callOutcome', callOutcomes) ?? 0] ?? 'unknown'})`,
      ),
    }),
  })
}

/** A call in words, and that only its record is here. */
export function callSaid({
  fields,
  durationSeconds,
  ...call
}: Omit<CallDetails, 'durationSeconds'> & {
  readonly durationSeconds: number | undefined
  readonly fields: readonly CardField[]
}): Said {
  const length = call.outcome === 'completed' && durationSeconds !== undefined ? `, ${durationSeconds} s` : ''
  const words = {
    completed: '',
    missed: ', missed',
    unanswered: ', not answered',
    declined: ', declined',
    unknown: '',
  }[call.outcome]
  return {
    kind: 'call',
    text: `${call.group ? 'Group ' : ''}${call.group ? call.medium : call.medium === 'video' ? 'Video' : 'Voice'} call${words}${length}`,
    call: { ...call, ...(durationSeconds === undefined ? {} : { durationSeconds }) },
    fields,
    notes: ['call content not recorded'],
  }
}

function readEvent(content: Raw): Said {
  return {
    kind: 'calendar',
    text: `${content.isCanceled === true ? 'Cancelled: ' : ''}${textOf(content, 'name') || 'Event'}`,
    fields: cardOf({
      description: content.description,
      place: objectOf(content, 'location').name,
      link: content.joinLink,
      start: content.startTime,
    }),
  }
}

const fieldsMax = 200

/** One labelled line a value, nested ones by their path; bytes are left in the raw record. */
export function cardOf(value: Readonly<Record<string, unknown>>): CardField[] {
  const fields: CardField[] = []
  const collect = (label: string, part: unknown): void => {
    if (fields.length >= fieldsMax || part === undefined || part === null || part === '') return
    if (Array.isArray(part)) for (const one of part) collect(label, one)
    else if (isRaw(part)) {
      if (part.type === 'Buffer') return
      for (const [name, one] of Object.entries(part)) collect(label === '' ? name : `${label} ${name}`, one)
    } else fields.push({ label, value: String(part) })
  }
  collect('', value)
  return fields
}
