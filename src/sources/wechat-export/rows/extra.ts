import type { CardField } from '../../../domain/message.ts'
import type { Raw } from '../../formats/raw-json.ts'
import { stringFields } from '../fields.ts'

/** The values under keys that the reader of a format does not know. */
export function extraFields(raw: Raw, known: ReadonlySet<string>): CardField[] {
  return Object.entries(raw).flatMap(([key, value]) => (known.has(key) ? [] : stringFields(value, key)))
}
