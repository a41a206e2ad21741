/** What happened in a chat that nobody said: action types of `message_system`. */
import type { Participant } from '../../../domain/message.ts'
import { linkedFields } from './fields.ts'
import { participantOfRow, shownName } from './parties.ts'
import { linkedOf, numberOf, type Raw, textOf } from './raw.ts'
import type { Body } from './told.ts'
import { durationText } from './words.ts'

interface Happened {
  readonly record: Raw
  /** Who did it. */
  readonly actor: string
  /** To whom. */
  readonly whom: string
  readonly value: string
  readonly before: string
}

const changed = (what: string) => (happened: Happened) =>
  `${happened.actor} changed the ${what}${happened.value === '' ? '' : ` to "${happened.value}"`}${happened.before === '' ? '' : ` (before: "${happened.before}")`}`

const sentences: ReadonlyMap<number, (happened: Happened) => string> = new Map([
  [1, changed('subject of the group')],
  [4, ({ actor, whom }) => `${whom || actor} was added`],
  [5, ({ actor, whom }) => `${whom || actor} left`],
  [6, ({ actor }) => `${actor} changed the picture of the group`],
  [7, ({ actor, whom }) => `${whom || actor} was removed`],
  [10, numberChange],
  [11, ({ actor, value }) => `${actor} created the group${value === '' ? '' : ` "${value}"`}`],
  [12, ({ actor, whom }) => `${actor} added ${whom || 'somebody'}`],
  [14, ({ actor, whom }) => `${actor} removed ${whom || 'somebody'}`],
  [18, ({ actor, whom }) => `The security code of ${whom || actor} changed`],
  [19, () => 'Messages and calls are end-to-end encrypted'],
  [20, ({ actor, whom }) => `${whom || actor} joined by the link of the group`],
  [27, changed('description of the group')],
  [28, numberChange],
  [46, () => 'The chat is with a business account'],
  [50, () => 'The chat is with a business account'],
  [56, timer],
  [57, ({ actor, whom }) => `The security code of ${whom || actor} changed`],
  [58, blocked],
  [59, ({ actor }) => `${actor} turned disappearing messages off`],
  [67, () => 'How the business handles the chat changed'],
  [69, () => 'How the business handles the chat changed'],
  [92, ({ actor }) => `${actor} changed who may add members`],
  [129, ({ actor, whom }) => `${whom || actor} is a contact`],
])

const read: ReadonlySet<string> = new Set([
  'message_system',
  'message_system_chat_participant',
  'message_system_group',
])

export function systemText(record: Raw, sender: Participant, concerned: readonly Participant[]): Body {
  const action = numberOf(linkedOf(record, 'message_system') ?? {}, 'action_type')
  const happened: Happened = {
    ...{ record, actor: shownName(sender), whom: concerned.map(shownName).join(', ') },
    value: textOf(record.row as Raw, 'text_data'),
    before: textOf(linkedOf(record, 'message_system_value_change') ?? {}, 'old_data'),
  }
  const sentence = sentences.get(action)?.(happened)
  return {
    kind: 'system',
    text:
      sentence ??
      [`Event of type ${action}`, happened.whom, happened.value].filter((part) => part !== '').join(': '),
    fields: [{ label: 'action_type', value: String(action) }, ...linkedFields(record, read)],
  }
}

function numberChange({ record, actor, value }: Happened): string {
  const change = linkedOf(record, 'message_system_number_change') ?? {}
  const [before, now] = ['old_jid_row_id', 'new_jid_row_id'].map((name) =>
    participantOfRow(record, textOf(change, name)),
  )
  if (!before && !now) return `${actor} changed the phone number${value === '' ? '' : ` (${value})`}`
  return `${shownName(before ?? null)} changed the phone number to ${now ? now.identity.value : 'another one'}`
}

function timer({ record, actor, value }: Happened): string {
  const setting = linkedOf(record, 'message_ephemeral_setting') ?? {}
  const seconds = numberOf(setting, 'setting_duration') || Number(value) || 0
  return seconds > 0
    ? `${actor} set messages to disappear after ${durationText(seconds)}`
    : `${actor} changed the timer of disappearing messages`
}

function blocked({ record, actor, whom }: Happened): string {
  const row = linkedOf(record, 'message_system_block_contact')
  const isBlocked = row === undefined || numberOf(row, 'is_blocked') === 1
  return `${whom || actor} was ${isBlocked ? 'blocked' : 'unblocked'}`
}
