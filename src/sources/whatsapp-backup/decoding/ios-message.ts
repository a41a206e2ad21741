/** A row of `ZWAMESSAGE` with what belongs to it. */
import type { MessageKind, Participant } from '../../../domain/message.ts'
import { mediaNameOf } from '../media-facts.ts'
import { vendorIdIn } from './android-message.ts'
import { cardFields, columnField, field, linkedFields } from './fields.ts'
import { iosTime } from './ios-time.ts'
import { type Parties, participantIn } from './parties.ts'
import { linkedOf, linkedRows, numberIn, numberOf, objectOf, type Raw, textOf } from './raw.ts'
import type { Body, Told } from './told.ts'
import { contactText, durationText } from './words.ts'

const [systemType, missedCallTypes, deletedType] = [6, new Set([10, 59]), 14]

const kindOfType: ReadonlyMap<number, MessageKind> = new Map([
  ...([
    [0, 'text'],
    [1, 'image'],
    [2, 'video'],
    [3, 'voice'],
    [4, 'contact'],
    [5, 'location'],
    [7, 'link'],
  ] as const),
  ...([
    [8, 'file'],
    [11, 'video'],
    [15, 'sticker'],
    [38, 'image'],
    [39, 'video'],
    [46, 'poll'],
    [54, 'video'],
  ] as const),
])
const viewOnceTypes = new Set([38, 39])

export function tellIosMessage(record: Raw, parties: Parties): Told {
  const row = record.row as Raw
  const type = numberOf(row, 'ZMESSAGETYPE')
  const sender = senderOf(record, row, parties)
  const { own, partner, others } = parties
  const people = partner === null ? [own, ...others, sender] : [own, partner]
  const common = { ...iosTime(row.ZMESSAGEDATE ?? row.ZSENTDATE), people }
  if (type === deletedType) {
    return {
      ...{ ...common, sender, event: 'deleted', kind: 'system', text: 'Message deleted' },
      refersTo: { relation: 'deletes', ...vendorIdIn(record) },
      notes: ['The time is that of the deleted message; the phone does not keep when it was deleted'],
    }
  }
  if (type === systemType) return { ...common, sender: null, ...systemBody(record, row) }
  const quote = Object.keys(objectOf(record, 'quote')).length > 0
  return {
    ...{ ...common, sender, ...iosBody(record, row, type), ...fileOf(record, type) },
    ...(quote ? { refersTo: { relation: 'replies-to', ...vendorIdIn(record) } as const } : {}),
  }
}

function senderOf(record: Raw, row: Raw, { own, partner }: Parties): Participant {
  if (numberOf(row, 'ZISFROMME') === 1) return own
  const member = participantIn(objectOf(record, 'member'))
  return member ?? partner ?? { identity: { type: 'name', value: 'Unknown sender' } }
}

function systemBody(record: Raw, row: Raw): Body {
  const event = textOf(row, 'ZGROUPEVENTTYPE')
  const text = textOf(row, 'ZTEXT')
  return {
    kind: 'system',
    text: text === '' ? `Event of the chat${event === '' ? '' : `, type ${event}`}` : text,
    fields: [...field('ZGROUPEVENTTYPE', event), ...linkedFields(record, new Set(['ZWAMESSAGEINFO']))],
  }
}

function iosBody(record: Raw, row: Raw, type: number): Body {
  const media = linkedOf(record, 'ZWAMEDIAITEM') ?? {}
  const kind = kindOfType.get(type) ?? 'unknown'
  const text = textOf(row, 'ZTEXT') || textOf(media, 'ZTITLE')
  const seconds = numberOf(media, 'ZMOVIEDURATION')
  const fields = seconds > 0 ? field('Length', durationText(seconds)) : []
  if (missedCallTypes.has(type)) {
    return {
      ...{ kind: 'call', text: text || 'Call', fields, notes: ['Call content not recorded'] },
      call: { medium: 'voice', outcome: type === 10 ? 'missed' : 'unknown', group: false },
    }
  }
  if (kind === 'location') return { kind, ...locationOf(media, text) }
  if (kind === 'contact') {
    const cards = [media, ...linkedRows(record, 'ZWAVCARDMENTION')].map((one) => textOf(one, 'ZVCARDSTRING'))
    return { kind, text: contactText(text, cards), fields: cards.flatMap((card) => field('vCard', card)) }
  }
  if (kind === 'poll') return { kind, text: `Poll: ${text}`, poll: { question: text, options: [] } }
  if (kind === 'link') {
    const links = linkedRows(record, 'ZWAMESSAGEDATAITEM')
    return {
      kind,
      text,
      fields: links.flatMap((link) => [
        ...columnField('Link', link, 'ZCONTENT1'),
        ...columnField('Link title', link, 'ZTITLE'),
      ]),
    }
  }
  if (kind !== 'unknown') return { kind, text, fields, ...(type === 11 ? { notes: ['Animated GIF'] } : {}) }
  return {
    ...{ kind, text: text || `Message of type ${type}, which is shown as it is stored` },
    fields: [{ label: 'ZMESSAGETYPE', value: String(type) }, ...cardFields(objectOf(record, 'linked'), '')],
  }
}

function locationOf(media: Raw, text: string): Pick<Body, 'text' | 'location'> {
  const [latitude, longitude] = [numberIn(media, 'ZLATITUDE'), numberIn(media, 'ZLONGITUDE')]
  const point = latitude === undefined || longitude === undefined ? '' : `${latitude}, ${longitude}`
  return {
    text: [text, point].filter((line) => line !== '').join('\n') || 'Location',
    location: {
      ...(latitude === undefined ? {} : { latitude }),
      ...(longitude === undefined ? {} : { longitude }),
      ...(text === '' ? {} : { title: text }),
    },
  }
}

function fileOf(record: Raw, type: number): Partial<Told> {
  const media = linkedOf(record, 'ZWAMEDIAITEM')
  const path = media === undefined ? '' : textOf(media, 'ZMEDIALOCALPATH')
  const viewOnce = viewOnceTypes.has(type)
  if (path === '') return viewOnce ? { file: { name: 'view-once media', reason: 'view-once' } } : {}
  const title = type === 8 ? textOf(media!, 'ZTITLE') : ''
  const mediaType = /^[\w.+-]+\/[\w.+-]+/.exec(textOf(media!, 'ZVCARDSTRING'))?.[0] ?? ''
  return {
    file: { name: mediaNameOf(title, path, mediaType), reason: viewOnce ? 'view-once' : 'not-in-archive' },
  }
}
