/** Rows of the conditions builder while they are typed: all fields as text, none of them missing. */
import type { Condition } from '../../../api/endpoints/searches.ts'
import { type Channel, channels, type MessageKind, messageKinds } from '../../../domain/message.ts'

export type ConditionProperty = Condition['property']
export type WordsProperty = Extract<Condition, { values: string[]; not: boolean }>['property']

export interface ConditionDraft {
  /** Told apart by it while rows come and go. */
  readonly key: number
  readonly property: ConditionProperty
  readonly not: boolean
  /** Values of people and words, with semicolons between. */
  readonly words: string
  readonly kinds: readonly MessageKind[]
  readonly channels: readonly Channel[]
  /** Days as 2026-03-17; empty is open. */
  readonly from: string
  readonly to: string
  /** Kilobytes; empty is open. */
  readonly min: string
  readonly max: string
  readonly hasAttachment: boolean
}

/** In the order they are offered. */
export const conditionProperties = [
  'from',
  'to',
  'participants',
  'conversation',
  'sent',
  'received',
  'channel',
  'kind',
  'subject',
  'attachmentnames',
  'hasattachment',
  'size',
] as const satisfies readonly ConditionProperty[]

const bytesPerKilobyte = 1_000

export function emptyDraft(key: number, property: ConditionProperty = 'participants'): ConditionDraft {
  return {
    ...{ key, property, not: false, words: '', kinds: [], channels: [] },
    ...{ from: '', to: '', min: '', max: '', hasAttachment: true },
  }
}

export function draftOf(key: number, condition: Condition): ConditionDraft {
  const draft = emptyDraft(key, condition.property)
  switch (condition.property) {
    case 'sent':
    case 'received':
      return { ...draft, from: condition.from ?? '', to: condition.to ?? '' }
    case 'size':
      return { ...draft, min: kilobytes(condition.min), max: kilobytes(condition.max) }
    case 'hasattachment':
      return { ...draft, hasAttachment: condition.value }
    case 'kind':
      return { ...draft, not: condition.not, kinds: condition.values }
    case 'channel':
      return { ...draft, not: condition.not, channels: condition.values }
    default:
      return { ...draft, not: condition.not, words: condition.values.join('; ') }
  }
}

/** What a row asks; null while nothing is in it. */
export function conditionOf(draft: ConditionDraft): Condition | null {
  const { property, not } = draft
  switch (property) {
    case 'sent':
    case 'received': {
      const [from, to] = [draft.from || null, draft.to || null]
      return from === null && to === null ? null : { property, from, to }
    }
    case 'size': {
      const [min, max] = [bytes(draft.min), bytes(draft.max)]
      return min === null && max === null ? null : { property, min, max }
    }
    case 'hasattachment':
      return { property, value: draft.hasAttachment }
    case 'kind': {
      const values = messageKinds.filter((kind) => draft.kinds.includes(kind))
      return values.length === 0 ? null : { property, values, not }
    }
    case 'channel': {
      const values = channels.filter((channel) => draft.channels.includes(channel))
      return values.length === 0 ? null : { property, values, not }
    }
    default: {
      const values = valuesOf(draft.words)
      return values.length === 0 ? null : { property, values, not }
    }
  }
}

/** The range ends before it begins. */
export function isTurnedRound({ property, from, to, min, max }: ConditionDraft): boolean {
  if (property === 'size') return min !== '' && max !== '' && Number(min) > Number(max)
  return (property === 'sent' || property === 'received') && from !== '' && to !== '' && from > to
}

function valuesOf(words: string): string[] {
  return words
    .split(/[;；\n]/)
    .map((value) => value.trim())
    .filter(Boolean)
}

function kilobytes(size: number | null): string {
  return size === null ? '' : String(size / bytesPerKilobyte)
}

function bytes(size: string): number | null {
  const number = Number(size)
  return size.trim() === '' || !Number.isFinite(number) || number < 0
    ? null
    : Math.round(number * bytesPerKilobyte)
}
