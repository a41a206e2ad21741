/** One line of the plug-in's journal. */
import { isRaw, numberOf, type Raw, textOf } from '../formats/raw-json.ts'
import { type Phones, phonesOf } from './phones.ts'

export interface EventLine {
  /** The library's name of the event, or `history-sync`, `session` of the plug-in's own. */
  readonly event: string
  readonly data: unknown
  /** When the plug-in saw it, ms since 1970 UTC; null in files without. */
  readonly at: number | null
  /** Counts the plug-in's events; null in files without. */
  readonly sequence: number | null
  /** Numbers of those whom the event names by LID alone, where the plug-in knew them. */
  readonly phones: Phones
}

/** Null for what is no line of events. */
export function eventLineOf(parsed: unknown): EventLine | null {
  if (!isRaw(parsed) || textOf(parsed, 'event') === '') return null
  return {
    event: textOf(parsed, 'event'),
    data: parsed.data,
    at: numberOf(parsed, 'at') ?? null,
    sequence: numberOf(parsed, 'sequence') ?? null,
    phones: phonesOf(parsed.phones),
  }
}

/** Bytes as the library's JSON has them: `{"type":"Buffer","data":"base64"}`, or base64 alone (from protobuf). */
export function bytesOf(value: unknown): Buffer | null {
  const text = isRaw(value) && textOf(value, 'type') === 'Buffer' ? value.data : value
  return typeof text === 'string' && text !== '' ? Buffer.from(text, 'base64') : null
}

/** The number a field holds, also as text or as the two halves of a long. */
export function longOf(raw: Raw, key: string): number | undefined {
  const value = raw[key]
  if (isRaw(value) && typeof value.low === 'number')
    return (Number(value.high ?? 0) >>> 0) * 2 ** 32 + (value.low >>> 0)
  return numberOf(raw, key)
}
