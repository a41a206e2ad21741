import type { Channel, MessageKind } from '../domain/message.ts'
import type { PeopleRole, Query, QueryNode, WordField } from './query.ts'

const placeOfField: Record<WordField, string> = {
  anywhere: '',
  subject: ' in the subject',
  attachmentnames: ' in the name of an attachment',
}

/** Says in one line how a query was understood. */
export function explainQuery(query: Query): string {
  const parts = [explain(query.root)]
  for (const any of query.mailboxes) parts.push(`in a mailbox named by ${any.length} of the given words`)
  return parts.join(', and ')
}

function explain(node: QueryNode): string {
  switch (node.type) {
    case 'all':
      return 'every item'
    case 'none':
      return 'nothing'
    case 'and':
    case 'or':
      return `(${node.nodes.map(explain).join(` ${node.type} `)})`
    case 'not':
      return `not ${explain(node.node)}`
    case 'words':
      return `“${node.shown}”${placeOfField[node.field]}`
    case 'near':
      return `“${node.left.shown}” within ${node.distance} words of “${node.right.shown}”`
    case 'people':
      return `${node.role} “${node.shown}”`
    case 'conversation':
    case 'mailbox':
      return `${node.type} “${node.shown}”`
    case 'sent':
    case 'received':
      return `${node.type} ${rangeText(iso(node.from), iso(node.to), 'before')}`
    case 'size':
      return `size ${rangeText(node.min, node.max, 'to')} bytes`
    case 'kind':
      return `kind ${node.kinds.join(' or ')}`
    case 'channel':
      return `channel ${node.channel}`
    case 'hasattachment':
      return node.value ? 'with attachments' : 'without attachments'
    case 'itemclass':
      return `item class ${node.value}${node.prefix ? '…' : ''}`
  }
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function rangeText(from: string | number | null, to: string | number | null, until: string): string {
  const low = from === null ? '' : `from ${from} `
  return `${low}${to === null ? '' : `${until} ${to}`}`.trim()
}

/** A query as it is understood, for whoever says it in his own language. Times are ISO UTC, `to` not included. */
export type Understanding =
  | { readonly type: 'all' | 'none' | 'in-named-mailbox' }
  | { readonly type: 'and' | 'or'; readonly nodes: readonly Understanding[] }
  | { readonly type: 'not'; readonly node: Understanding }
  | { readonly type: 'words'; readonly field: WordField; readonly text: string }
  | { readonly type: 'near'; readonly left: string; readonly right: string; readonly distance: number }
  | { readonly type: PeopleRole | 'conversation' | 'mailbox' | 'itemclass'; readonly text: string }
  | { readonly type: 'sent' | 'received'; readonly from: string | null; readonly to: string | null }
  | { readonly type: 'size'; readonly min: number | null; readonly max: number | null }
  | { readonly type: 'kind'; readonly kinds: readonly MessageKind[] }
  | { readonly type: 'channel'; readonly channel: Channel }
  | { readonly type: 'hasattachment'; readonly value: boolean }

/** The tree of a query without what only the search engine needs of it. */
export function understandingOf({ root, mailboxes }: Query): Understanding {
  const whole = understood(root)
  if (mailboxes.length === 0) return whole
  return { type: 'and', nodes: [whole, ...mailboxes.map(() => ({ type: 'in-named-mailbox' }) as const)] }
}

function understood(node: QueryNode): Understanding {
  switch (node.type) {
    case 'and':
    case 'or':
      return { type: node.type, nodes: node.nodes.map(understood) }
    case 'not':
      return { type: 'not', node: understood(node.node) }
    case 'words':
      return { type: 'words', field: node.field, text: node.shown }
    case 'near':
      return { type: 'near', left: node.left.shown, right: node.right.shown, distance: node.distance }
    case 'people':
      return { type: node.role, text: node.shown }
    case 'conversation':
    case 'mailbox':
      return { type: node.type, text: node.shown }
    case 'sent':
    case 'received':
      return { type: node.type, from: iso(node.from), to: iso(node.to) }
    case 'itemclass':
      return { type: 'itemclass', text: `${node.value}${node.prefix ? '…' : ''}` }
    default:
      return node
  }
}
