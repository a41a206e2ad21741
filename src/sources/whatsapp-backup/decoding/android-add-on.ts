/** Reactions, votes and whatever else is added to a message later. */
import type { Participant } from '../../../domain/message.ts'
import { vendorIdIn } from './android-message.ts'
import { linkedFields } from './fields.ts'
import { type Parties, participantOfRow } from './parties.ts'
import { linkedOf, linkedRows, numberOf, objectOf, type Raw, textOf } from './raw.ts'
import type { Told } from './told.ts'

export function tellAddOn(record: Raw, parties: Parties): Told {
  const row = record.row as Raw
  const sender = senderOf(record, row, parties)
  const reaction = linkedOf(record, 'message_add_on_reaction')
  const quoted = textOf(objectOf(record, 'parent'), 'text_data')
  const common: Omit<Told, 'kind' | 'text'> = {
    event: 'reacted',
    ...{ sender, people: [parties.own, ...(parties.partner === null ? parties.others : [parties.partner])] },
    ...{ utc: numberOf(row, 'timestamp'), timeText: textOf(row, 'timestamp') },
    refersTo: {
      relation: 'reacts-to',
      ...vendorIdIn(record),
      ...(quoted === '' ? {} : { quotedText: quoted }),
    },
  }
  if (reaction !== undefined) {
    const emoji = textOf(reaction, 'reaction')
    return { ...common, kind: 'text', text: emoji === '' ? 'Reaction removed' : `Reacted ${emoji}` }
  }
  if (
    linkedOf(record, 'message_add_on_poll_vote') ||
    linkedRows(record, 'message_add_on_poll_vote_selected_option').length > 0
  ) {
    const options = Array.isArray(record.options)
      ? record.options.filter((one) => typeof one === 'string')
      : []
    return {
      ...common,
      kind: 'text',
      text: options.length === 0 ? 'Vote withdrawn' : `Voted for: ${options.join(', ')}`,
    }
  }
  const type = textOf(row, 'message_add_on_type')
  return {
    ...{
      ...common,
      kind: 'unknown',
      text: `Addition of type ${type || 'unknown'} to a message, shown as it is stored`,
    },
    fields: [{ label: 'message_add_on_type', value: type || 'none' }, ...linkedFields(record, new Set())],
  }
}

function senderOf(record: Raw, row: Raw, { own, partner }: Parties): Participant {
  if (numberOf(row, 'from_me') === 1) return own
  const written = participantOfRow(record, textOf(row, 'sender_jid_row_id'))
  return written ?? partner ?? { identity: { type: 'name', value: 'Unknown sender' } }
}
