import type { Raw } from '../formats/raw-json.ts'

/** One change of a webhook: its field, its value, and what all its records share. */
export interface Change {
  readonly field: string
  readonly value: Raw
  readonly waba: string
  readonly time: string
  /** E.164 of the business number, or empty. */
  readonly business: string
  readonly phoneNumberId: string
}
