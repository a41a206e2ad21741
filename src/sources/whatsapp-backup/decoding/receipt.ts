/** When a message reached one of its recipients. */
import { vendorIdIn } from './android-message.ts'
import { columnField } from './fields.ts'
import { type Parties, participantOfRow } from './parties.ts'
import { numberOf, type Raw, textOf } from './raw.ts'
import type { Told } from './told.ts'

const levels = [
  ['played_timestamp', 'Played'],
  ['read_timestamp', 'Read'],
  ['receipt_timestamp', 'Delivered'],
] as const

export function tellReceipt(record: Raw, { own, partner }: Parties): Told {
  const row = record.row as Raw
  const [column, words] = levels.find(([name]) => numberOf(row, name) > 0) ?? levels[2]
  const recipient = participantOfRow(record, textOf(row, 'receipt_user_jid_row_id')) ?? partner
  return {
    ...{ event: 'receipt', kind: 'system', text: words },
    sender: recipient ?? { identity: { type: 'name', value: 'Unknown recipient' } },
    people: [own],
    ...{ utc: numberOf(row, column), timeText: textOf(row, column) },
    refersTo: { relation: 'receipt-of', ...vendorIdIn(record) },
    fields: levels.flatMap(([name, label]) => (numberOf(row, name) > 0 ? columnField(label, row, name) : [])),
  }
}
