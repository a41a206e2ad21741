/** Whatever a reader does not know is shown as labelled lines, so that it can be read and found. */
import type { CardField } from '../../../domain/message.ts'
import { isRaw, type Raw, textOf } from './raw.ts'

const depthMax = 20
const fieldsMax = 500

/** Columns that say how the phone keeps its books. */
const bookkeeping =
  /^(?:_id|.*row_id|lookup_tables|sort_id|starred|status|broadcast|origin|origination_flags|recipient_count|participant_hash|message_add_on_flags|receipt_server_timestamp|received_timestamp|view_mode|key_id|from_me|timestamp|message_type|text_data|sidecar|thumbnail|Z_(?:PK|ENT|OPT))$/

/** Lines labelled by the dotted path; JSON inside texts is opened. Blobs are not shown. */
export function cardFields(value: unknown, path: string, depth = 0): CardField[] {
  if (depth >= depthMax) return [{ label: path, value: JSON.stringify(value).slice(0, 2_000) }]
  if (Array.isArray(value)) {
    return value
      .slice(0, fieldsMax)
      .flatMap((child, index) =>
        cardFields(child, value.length === 1 ? path : `${path}.${index + 1}`, depth + 1),
      )
  }
  if (isRaw(value)) {
    if ('base64' in value || 'sha256' in value) return []
    return Object.entries(value)
      .filter(([key]) => !bookkeeping.test(key))
      .flatMap(([key, child]) => cardFields(child, path === '' ? key : `${path}.${key}`, depth + 1))
      .slice(0, fieldsMax)
  }
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  if (text.trim() === '') return []
  const inner = text.startsWith('{') || text.startsWith('[') ? openJson(text) : undefined
  return inner === undefined ? [{ label: path, value: text }] : cardFields(inner, path, depth + 1)
}

function openJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All that linked tables say, but for the tables a reader has read. */
export function linkedFields(record: Raw, read: ReadonlySet<string>): CardField[] {
  const linked = record.linked
  if (!isRaw(linked)) return []
  return Object.entries(linked)
    .filter(([table]) => !read.has(table))
    .flatMap(([table, rows]) => cardFields(rows, table))
}

export function field(label: string, value: string): CardField[] {
  return value === '' ? [] : [{ label, value }]
}

export function columnField(label: string, raw: Raw, column: string): CardField[] {
  return field(label, textOf(raw, column))
}
