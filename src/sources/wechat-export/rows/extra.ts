import type { CardField } from '../../../domain/message.ts'
import { stringFields } from '../fields.ts'
import type { Raw } from '../json.ts'

/** The values under keys that the reader of a format does not know. */
export function extraFields(raw: Raw, known: ReadonlySet<string>): CardField[] {
  return Object.entries(raw).flatMap(([key, value]) => (known.has(key) ? [] : stringFields(value, key)))
}
