/** Types of Android messages, as the loader of chat-history-manager and the samples tell them. */
import type { CardField, MessageKind, PollDetails } from '../../../domain/message.ts'
import { cardFields, columnField, field, linkedFields } from './fields.ts'
import { linkedOf, linkedRows, numberIn, numberOf, type Raw, textOf } from './raw.ts'
import type { Body } from './told.ts'
import { contactText, durationText } from './words.ts'

const kindOfType: ReadonlyMap<number, MessageKind> = new Map([
  ...([
    [0, 'text'],
    [1, 'image'],
    [2, 'audio'],
    [3, 'video'],
    [4, 'contact'],
    [5, 'location'],
  ] as const),
  ...([
    [9, 'file'],
    [13, 'video'],
    [14, 'contact'],
    [16, 'location'],
    [20, 'sticker'],
    [42, 'image'],
  ] as const),
  ...([
    [43, 'video'],
    [66, 'poll'],
    [81, 'video'],
    [82, 'voice'],
  ] as const),
])

const [missedCall, waiting, timerSet, call, album] = [10, 11, 36, 90, 99]
const viewOnceTypes = new Set([42, 43, 82])

/** Linked tables whose content the readers here show in their own way. */
const read: ReadonlySet<string> = new Set([
  ...[
    'message_media',
    'message_quoted',
    'message_quoted_media',
    'message_location',
    'message_vcard',
    'message_poll',
  ],
  ...[
    'message_poll_option',
    'message_forwarded',
    'message_ephemeral',
    'message_view_once_media',
    'message_association',
  ],
  ...[
    'message_album',
    'message_edit_info',
    'message_thumbnail',
    'message_text',
    'message_secret',
    'message_details',
  ],
  ...['message_vcard_jid', 'message_send_count', 'message_mentions', 'audio_data', 'mms_thumbnail_metadata'],
])

export function androidBody(record: Raw): Body {
  const row = record.row as Raw
  const type = numberOf(row, 'message_type')
  const media = linkedOf(record, 'message_media')
  const text = textOf(row, 'text_data') || (media === undefined ? '' : textOf(media, 'media_caption'))
  const fields = [...linkPreview(record), ...mediaFields(media), ...linkedFields(record, read)]
  const kind = kindOf(record, type, media)
  if (type === missedCall || type === call) return callBody(type, text, fields)
  if (type === waiting)
    return {
      kind: 'unknown',
      text: text || 'Waiting for this message: the phone could not decrypt it',
      fields,
    }
  if (type === timerSet)
    return { kind: 'system', text: text || 'Timer of disappearing messages changed', fields }
  if (type === album) return albumBody(record, text, fields)
  if (kind === 'poll') return { kind, ...pollOf(record, text), fields }
  if (kind === 'location') return { kind, ...locationOf(record, text, type), fields }
  if (kind === 'contact') {
    const cards = linkedRows(record, 'message_vcard').map((card) => textOf(card, 'vcard'))
    return {
      kind,
      text: contactText(text, cards),
      fields: [...cards.flatMap((card) => field('vCard', card)), ...fields],
    }
  }
  if (kind === 'unknown' || kind === 'form' || kind === 'payment' || kind === 'link')
    return card(kind, type, text, record)
  const notes = type === 13 ? ['Animated GIF'] : type === 81 ? ['Video note'] : []
  return { kind, text, fields, ...(notes.length === 0 ? {} : { notes }) }
}

export function isViewOnce(record: Raw): boolean {
  const row = record.row as Raw
  return (
    viewOnceTypes.has(numberOf(row, 'message_type')) ||
    linkedOf(record, 'message_view_once_media') !== undefined
  )
}

/** The tables that exist say more than a number WhatsApp may give another meaning. */
function kindOf(record: Raw, type: number, media: Raw | undefined): MessageKind {
  if (linkedOf(record, 'message_poll') !== undefined) return 'poll'
  const known = kindOfType.get(type)
  if (known === 'audio') return isVoice(media) ? 'voice' : 'audio'
  if (known !== undefined) return known
  if (linkedOf(record, 'message_ui_elements') || linkedOf(record, 'message_template')) return 'form'
  if (linkedOf(record, 'message_invoice') || linkedOf(record, 'message_payment')) return 'payment'
  return linkedOf(record, 'message_product') ? 'link' : 'unknown'
}

/** Voice notes are Opus, and WhatsApp calls their files so. */
function isVoice(media: Raw | undefined): boolean {
  if (media === undefined) return true
  return /PTT-|Voice Notes/.test(textOf(media, 'file_path')) || /opus/i.test(textOf(media, 'mime_type'))
}

function callBody(type: number, text: string, fields: readonly CardField[]): Body {
  const missed = type === missedCall
  return {
    ...{ kind: 'call', text: text || (missed ? 'Missed call' : 'Call'), fields },
    call: { medium: 'voice', outcome: missed ? 'missed' : 'unknown', group: false },
    notes: ['The call log of the backup has no entry for this call', 'Call content not recorded'],
  }
}

function albumBody(record: Raw, text: string, fields: readonly CardField[]): Body {
  const row = linkedOf(record, 'message_album') ?? {}
  const count = (names: readonly string[]) =>
    names.map((name) => numberIn(row, name)).find((value) => value !== undefined)
  const images = count(['expected_image_count', 'image_count'])
  const videos = count(['expected_video_count', 'video_count'])
  const parts = [
    images && `${images} ${images === 1 ? 'picture' : 'pictures'}`,
    videos && `${videos} ${videos === 1 ? 'video' : 'videos'}`,
  ].filter(Boolean)
  return {
    kind: 'mixed',
    text: text || `Album${parts.length === 0 ? '' : ` of ${parts.join(' and ')}`}`,
    fields,
  }
}

function pollOf(record: Raw, question: string): { readonly text: string; readonly poll: PollDetails } {
  const options = linkedRows(record, 'message_poll_option').map((option) => {
    const votes = numberIn(option, 'vote_total')
    return { text: textOf(option, 'option_name'), ...(votes === undefined ? {} : { votes }) }
  })
  const lines = options.map(({ text, votes }) => `- ${text}${votes === undefined ? '' : ` (${votes})`}`)
  return { text: [`Poll: ${question}`, ...lines].join('\n'), poll: { question, options } }
}

function locationOf(record: Raw, text: string, type: number): Pick<Body, 'text' | 'location'> {
  const place = linkedOf(record, 'message_location') ?? {}
  const [latitude, longitude] = [numberIn(place, 'latitude'), numberIn(place, 'longitude')]
  const [title, address] = [textOf(place, 'place_name'), textOf(place, 'place_address')]
  const point = latitude === undefined || longitude === undefined ? '' : `${latitude}, ${longitude}`
  const lines = [text, title, address, point, textOf(place, 'url')].filter((line) => line !== '')
  return {
    text: lines.join('\n') || 'Location',
    location: {
      ...(latitude === undefined ? {} : { latitude }),
      ...(longitude === undefined ? {} : { longitude }),
      ...(title === '' ? {} : { title }),
      ...(address === '' ? {} : { address }),
      ...(type === 16 ? { live: true } : {}),
    },
  }
}

/** What no reader knows is shown column by column. */
function card(kind: MessageKind, type: number, text: string, record: Raw): Body {
  const fields = linkedFields(record, new Set(['message_quoted', 'message_thumbnail', 'message_secret']))
  const said = text || best(fields)
  const place = linkedOf(record, 'message_location')
  const shown = place === undefined ? fields : [...fields, ...cardFields(place, 'message_location')]
  return {
    ...{ kind, text: said || `Message of type ${type}, which is shown as it is stored` },
    fields: [
      { label: 'message_type', value: String(type) },
      ...new Map(shown.map((one) => [`${one.label}=${one.value}`, one])).values(),
    ],
  }
}

/** Columns that hold what a person reads, the likeliest first. */
const readable = ['description', 'content_text_data', 'body', 'text_data', 'title', 'group_name', 'name']

function best(fields: readonly CardField[]): string {
  for (const name of readable) {
    const found = fields.find(({ label }) => label.endsWith(`.${name}`))
    if (found !== undefined) return found.value
  }
  return ''
}

function linkPreview(record: Raw): CardField[] {
  const link = linkedOf(record, 'message_text')
  if (link === undefined) return []
  return [
    ...columnField('Link', link, 'url'),
    ...columnField('Link title', link, 'page_title'),
    ...columnField('Link description', link, 'description'),
  ]
}

function mediaFields(media: Raw | undefined): CardField[] {
  if (media === undefined) return []
  const seconds = numberOf(media, 'media_duration')
  return [
    ...columnField('File', media, 'media_name'),
    ...(seconds > 0 ? field('Length', durationText(seconds)) : []),
    ...columnField('Transcription', media, 'raw_transcription_text'),
  ]
}
