/** Rows of a form, written as KeyQL: what people build by clicking is a query they can read, copy and change. */
import type { Channel, MessageKind } from '../domain/message.ts'

/** One row; rows narrow, the values of one widen. */
export type Condition =
  | {
      readonly property: 'from' | 'to' | 'participants' | 'subject' | 'attachmentnames' | 'conversation'
      readonly values: readonly string[]
      readonly not: boolean
    }
  /** Days such as 2026-03-17 in the search's zone, both included; null is open. */
  | { readonly property: 'sent' | 'received'; readonly from: string | null; readonly to: string | null }
  | { readonly property: 'kind'; readonly values: readonly MessageKind[]; readonly not: boolean }
  | { readonly property: 'channel'; readonly values: readonly Channel[]; readonly not: boolean }
  | { readonly property: 'hasattachment'; readonly value: boolean }
  /** Bytes, both included; null is open. */
  | { readonly property: 'size'; readonly min: number | null; readonly max: number | null }

/** The query's own words and the rows below it as one query. */
export function keyqlOf(text: string, conditions: readonly Condition[]): string {
  const rows = conditions.map(keyqlOfRow).filter((row) => row !== '')
  const words = text.trim()
  if (rows.length === 0) return words
  return [...(words === '' ? [] : [`(${words})`]), ...rows].join(' AND ')
}

function keyqlOfRow(condition: Condition): string {
  switch (condition.property) {
    case 'sent':
    case 'received':
      return range(condition.property, condition.from, condition.to)
    case 'size':
      return range(condition.property, condition.min, condition.max)
    case 'hasattachment':
      return `hasattachment:${condition.value}`
    default: {
      const values = condition.values.map(quoted)
      const any = values.length === 1 ? values[0] : `(${values.join(' OR ')})`
      return `${condition.not ? 'NOT ' : ''}${condition.property}:${any}`
    }
  }
}

/** The language has no way to write a quotation mark inside of quotation marks; words are found without it. */
function quoted(value: string): string {
  return `"${value.replace(/["“”]/gu, ' ').trim()}"`
}

function range(property: string, from: string | number | null, to: string | number | null): string {
  if (from === null && to === null) return ''
  return `${property}:${from ?? ''}..${to ?? ''}`
}
