/** What stands in the folder. */
import type { FetchMessageObject, ImapFlow, SearchObject } from 'imapflow'
import type { Held } from '../delivery.ts'
import type { OutgoingItem } from '../outgoing-item.ts'

/** Message-IDs asked for by one SEARCH: an old server reads every e-mail once for each of them. */
const searchedAtOnce = 20
/** E-mails asked for by one FETCH. */
const fetchedAtOnce = 500

const query = { uid: true, size: true, internalDate: true, envelope: true, flags: true } as const

export function receiptOf(uidValidity: bigint | string, uid: number): string {
  return `${uidValidity}:${uid}`
}

/** E-mails by UID, as far as they are there. */
export async function fetchByUid(
  client: ImapFlow,
  uids: readonly number[],
): Promise<ReadonlyMap<number, FetchMessageObject>> {
  const found = new Map<number, FetchMessageObject>()
  for (let from = 0; from < uids.length; from += fetchedAtOnce) {
    const page = uids.slice(from, from + fetchedAtOnce)
    for (const one of await client.fetchAll(page.join(','), query, { uid: true })) found.set(one.uid, one)
  }
  return found
}

/** The first e-mail of each item's Message-ID, by item id. */
export async function findByMessageId(
  client: ImapFlow,
  items: readonly OutgoingItem[],
): Promise<ReadonlyMap<string, FetchMessageObject>> {
  const byMessageId = new Map<string, FetchMessageObject>()
  for (let from = 0; from < items.length; from += searchedAtOnce) {
    const uids = await searchAny(
      client,
      items.slice(from, from + searchedAtOnce).map(({ messageId }) => messageId),
    )
    // SEARCH finds parts of a header too; the envelope has the whole of it.
    for (const one of (await fetchByUid(client, uids)).values()) {
      const messageId = one.envelope?.messageId ?? ''
      if (!byMessageId.has(messageId)) byMessageId.set(messageId, one)
    }
  }
  return new Map(
    items.flatMap(({ id, messageId }) => {
      const one = byMessageId.get(messageId)
      return one ? [[id, one] as const] : []
    }),
  )
}

async function searchAny(client: ImapFlow, messageIds: readonly string[]): Promise<number[]> {
  const each = messageIds.map((messageId) => ({ header: { 'message-id': messageId } }))
  return (await search(client, each.length === 1 ? each[0]! : { or: each })).sort((a, b) => a - b)
}

/** The library answers `false` to a search that failed, also for a connection that was cut: that is not "none". */
async function search(client: ImapFlow, what: SearchObject): Promise<number[]> {
  const uids = await client.search(what, { uid: true })
  if (uids) return uids
  throw Object.assign(new Error('The server did not answer a search'), { code: 'SearchFailed' })
}

/** The whole folder, page by page. */
export async function* listFolder(client: ImapFlow, uidValidity: bigint): AsyncGenerator<Held, void, void> {
  const uids = await search(client, { all: true })
  for (let from = 0; from < uids.length; from += fetchedAtOnce) {
    const page = await fetchByUid(client, uids.slice(from, from + fetchedAtOnce))
    for (const one of page.values()) yield heldOf(one, uidValidity)
  }
}

function heldOf(one: FetchMessageObject, uidValidity: bigint): Held {
  return {
    messageId: one.envelope?.messageId || null,
    receipt: receiptOf(uidValidity, one.uid),
    bytes: one.size ?? null,
    sentAt: sentAtOf(one),
    faults: [
      ...(one.flags?.has('\\Draft') ? ['is a draft'] : []),
      ...(one.flags?.has('\\Deleted') ? ['is marked as deleted'] : []),
    ],
  }
}

/** The internal date, which is to the second; null where the server gives none. */
export function sentAtOf({ internalDate }: FetchMessageObject): number | null {
  const time = new Date(internalDate ?? Number.NaN).getTime()
  return Number.isNaN(time) ? null : time
}
