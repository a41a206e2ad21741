import type { Channel, MessageKind } from '../domain/message.ts'
import type { Phrases } from '../domain/text/query-tokens.ts'

/** Where words are looked for. `anywhere` also finds the people who took part. */
export type WordField = 'anywhere' | 'subject' | 'attachmentnames'
export type PeopleRole = 'from' | 'to' | 'participants'

export interface WordsNode {
  readonly type: 'words'
  readonly field: WordField
  readonly phrases: Phrases
  /** As the user wrote it, for explanations. */
  readonly shown: string
}

/** What a query asks for, as a tree. Times are ms since 1970 UTC; `from` is included, `to` is not, null is open. */
export type QueryNode =
  | { readonly type: 'all' }
  | { readonly type: 'none' }
  | { readonly type: 'and' | 'or'; readonly nodes: readonly QueryNode[] }
  | { readonly type: 'not'; readonly node: QueryNode }
  | WordsNode
  | { readonly type: 'near'; readonly left: WordsNode; readonly right: WordsNode; readonly distance: number }
  | { readonly type: 'people'; readonly role: PeopleRole; readonly phrases: Phrases; readonly shown: string }
  | { readonly type: 'conversation' | 'mailbox'; readonly phrases: Phrases; readonly shown: string }
  | { readonly type: 'sent' | 'received'; readonly from: number | null; readonly to: number | null }
  /** Bytes of the e-mail, both bounds included. */
  | { readonly type: 'size'; readonly min: number | null; readonly max: number | null }
  | { readonly type: 'kind'; readonly kinds: readonly MessageKind[] }
  | { readonly type: 'channel'; readonly channel: Channel }
  | { readonly type: 'hasattachment'; readonly value: boolean }
  | { readonly type: 'itemclass'; readonly value: string; readonly prefix: boolean }

export interface Query {
  readonly text: string
  readonly root: QueryNode
  /** The mailboxes that `mailbox:` names, any of each list; they narrow the whole query. */
  readonly mailboxes: readonly (readonly Phrases[])[]
  /** What a careful reader should know: a lower-case `or`, a blank after a colon. */
  readonly notes: readonly string[]
}

/** Words to highlight in a hit: all that the query asks for and does not exclude. */
export function wantedPhrases(node: QueryNode): Phrases[] {
  switch (node.type) {
    case 'words':
      return [node.phrases]
    case 'near':
      return [node.left.phrases, node.right.phrases]
    case 'and':
    case 'or':
      return node.nodes.flatMap(wantedPhrases)
    default:
      return []
  }
}

/**
 * Whether PostgreSQL will misjudge how much matches: it knows how frequent each word is, not how often words
 * stand in this order or place, nor who takes part in which conversations.
 */
export function isHardToEstimate(node: QueryNode): boolean {
  switch (node.type) {
    case 'near':
    case 'people':
    case 'conversation':
      return true
    case 'words':
      return node.field !== 'anywhere' || node.phrases.some((phrase) => phrase.length > 1)
    case 'and':
    case 'or':
      return node.nodes.some(isHardToEstimate)
    default:
      return false
  }
}

/** How long after its earliest reading an ambiguous sent time may lie, ms. */
export const ambiguityMax = 24 * 60 * 60_000

/** The earliest and latest sent time (ms since 1970 UTC, `to` not included) that a query as a whole allows. */
export function sentBounds(root: QueryNode): { readonly from: number | null; readonly to: number | null } {
  const conjuncts = root.type === 'and' ? root.nodes : [root]
  let from: number | null = null
  let to: number | null = null
  for (const node of conjuncts) {
    if (node.type !== 'sent') continue
    if (node.from !== null) from = Math.max(from ?? 0, node.from - ambiguityMax)
    if (node.to !== null) to = Math.min(to ?? node.to, node.to)
  }
  return { from, to }
}
