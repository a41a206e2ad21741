/** A row of the older table `messages`, told through the columns of the newer one. */
import type { Participant } from '../../../domain/message.ts'
import { tellAndroidMessage, vendorIdIn } from './android-message.ts'
import type { Parties } from './parties.ts'
import { participantIn } from './parties.ts'
import { linkedOf, numberOf, objectOf, type Raw, textOf } from './raw.ts'
import type { Told } from './told.ts'

const [systemStatus, systemType] = [6, 7]

export function tellOlderMessage(record: Raw, parties: Parties): Told {
  const writer = participantIn(objectOf(record, 'participant'))
  const told = tellAndroidMessage(asNewer(record), parties)
  const sender =
    numberOf(record.row as Raw, 'key_from_me') === 1 || told.sender === null
      ? told.sender
      : (writer ?? told.sender)
  const people = writer === null ? told.people : [...told.people.filter(isKnown), writer]
  return { ...told, sender, people, ...quoteOf(record) }
}

function isKnown({ identity }: Participant): boolean {
  return identity.value !== 'Unknown sender'
}

function asNewer(record: Raw): Raw {
  const row = record.row as Raw
  const type = numberOf(row, 'media_wa_type')
  const isSystem = type === 0 && numberOf(row, 'status') === systemStatus
  return {
    ...record,
    row: {
      ...row,
      from_me: numberOf(row, 'key_from_me'),
      message_type: isSystem ? systemType : type,
      text_data: textOf(row, 'data') || textOf(row, 'media_caption'),
    },
    linked: { ...olderLinks(row, type, isSystem), ...objectOf(record, 'linked') },
  }
}

/** What has tables of its own today were columns of the one table. */
function olderLinks(row: Raw, type: number, isSystem: boolean): Raw {
  const links: Record<string, readonly Raw[]> = {}
  if (textOf(row, 'media_mime_type') !== '' || textOf(row, 'media_hash') !== '') {
    links.message_media = [
      {
        mime_type: textOf(row, 'media_mime_type'),
        ...{ file_hash: textOf(row, 'media_hash'), media_name: textOf(row, 'media_name') },
        media_duration: numberOf(row, 'media_duration'),
      },
    ]
  }
  if (type === 5 || type === 16) {
    links.message_location = [
      { latitude: row.latitude, longitude: row.longitude, place_name: textOf(row, 'media_name') },
    ]
  }
  // The size of a file was where system events wrote what happened.
  if (isSystem) links.message_system = [{ action_type: numberOf(row, 'media_size') }]
  if (type === 4) links.message_vcard = [{ vcard: textOf(row, 'data') }]
  if (numberOf(row, 'forwarded') > 0)
    links.message_forwarded = [{ forward_score: numberOf(row, 'forwarded') }]
  return links
}

function quoteOf(record: Raw): Partial<Told> {
  const quote = objectOf(record, 'quote')
  if (Object.keys(quote).length === 0 || linkedOf(record, 'message_quoted') !== undefined) return {}
  const text = textOf(quote, 'data') || textOf(quote, 'media_caption')
  return {
    refersTo: { relation: 'replies-to', ...vendorIdIn(record), ...(text === '' ? {} : { quotedText: text }) },
  }
}
