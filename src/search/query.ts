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
