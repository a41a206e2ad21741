/** A mailbox as requests name it. */
import type { GraphClient, GraphReading } from '../microsoft/index.ts'

export interface Mailbox {
  readonly graph: GraphClient
  readonly address: string
  /** ms since 1970 UTC, for dates of `Retry-After`. */
  readonly now: () => number
  /** `/users/{address}`. */
  readonly path: string
  /** Ids that stay when somebody moves a message, and the budget that requests are taken from. */
  readonly reading: GraphReading & { readonly mailbox: string }
}

export const immutableIds = { prefer: 'IdType="ImmutableId"' } as const

export function mailboxOf(
  graph: GraphClient,
  address: string,
  now: () => number,
  signal: AbortSignal,
): Mailbox {
  return {
    ...{ graph, address, now, path: `/users/${encodeURIComponent(address)}` },
    reading: { mailbox: address, headers: immutableIds, signal },
  }
}
