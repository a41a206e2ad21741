import { idBounds } from '../archive/id-bounds.ts'
import { itemIdOf, parseItemId } from '../archive/item-id.ts'
import { notPersonal } from '../archive/personal.ts'
import {
  type AreaName,
  areaCodes,
  channelCodes,
  eventCodes,
  folderCodes,
  kindCodes,
  sentAtOfMessageId,
} from '../domain/codes.ts'
import type { Channel, FolderName, MessageEvent, MessageKind } from '../domain/message.ts'
import type { Phrases } from '../domain/text/query-tokens.ts'
import { findMessages } from './find-messages.ts'
import { type Matching, mayMatch, shownMatchingOf } from './matching.ts'
import { type Query, wantedPhrases } from './query.ts'
import { type Snippet, snippetOf } from './snippet.ts'
import type { SqlClient } from './sql-client.ts'

export interface SearchOptions {
  /** Items a page, 1 to 1000; default 50. */
  readonly limit?: number
  /** Goes on after this item: the `cursor` of the page before. */
  readonly cursor?: string
  /** The mailboxes that the caller may see; absent for all. */
  readonly mailboxIds?: readonly number[]
  /** Reads the texts of messages out of the sealed content; absent: hits have no snippet. */
  readonly readText?: (messageIds: readonly bigint[]) => Promise<ReadonlyMap<bigint, string>>
  /** Names of at most so many recipients; absent: of all, ten thousand in a large group. */
  readonly recipientsMax?: number
  /** Connections for rows found by their keys, which may keep their plans; absent: the ones that search. */
  readonly lookups?: SqlClient
}

export interface FoundItem extends Snippet {
  readonly id: string
  /** Address of the mailbox. */
  readonly mailbox: string
  readonly folder: FolderName
  readonly area: AreaName
  readonly kind: MessageKind
  readonly event: MessageEvent
  readonly channel: Channel
  /** ISO 8601, UTC. */
  readonly sentAt: string
  /** `Name <identity>`, or the identity alone; null for what nobody says. */
  readonly from: string | null
  /** All recipients, or the first of them where the caller set `recipientsMax`. */
  readonly to: readonly string[]
  readonly recipients: number
  readonly subject: string
  readonly hasAttachments: boolean
}

export interface FoundPage {
  readonly items: readonly FoundItem[]
  /** For the next page; null when this is the last. */
  readonly cursor: string | null
}

interface Hit {
  readonly messageId: bigint
  readonly mailboxId: number
  readonly row: ItemRow
}

interface ItemRow {
  readonly id: bigint | string
  readonly mailbox_id: number
  readonly folder: number
  readonly area: number
  readonly kind: number
  readonly event: number
  readonly channel: number
  readonly sender_id: number | null
  readonly recipient_ids: readonly number[]
  readonly recipients: number
  readonly subject: string
  readonly has_attachments: boolean
}

const recipientsUnbounded = 2 ** 31 - 1
const limitDefault = 50
const limitMax = 1000

/**
 * The items that match, newest first, a page at a time. Every item is found, whatever its place; the same item
 * is never on two pages. Throws AppError `item-not-found` for a cursor that is none.
 */
export async function searchItems(
  db: SqlClient,
  query: Query,
  options: SearchOptions = {},
): Promise<FoundPage> {
  const limit = Math.min(Math.max(options.limit ?? limitDefault, 1), limitMax)
  const after = options.cursor === undefined ? null : parseItemId(options.cursor)
  const matching = await shownMatchingOf(db, query, options.mailboxIds)
  const hits = mayMatch(matching) ? await readHits(db, matching, after, limit + 1, options) : []
  const page = hits.slice(0, limit)
  const last = page.at(-1)
  return {
    items: await itemsOf(options.lookups ?? db, page, wantedPhrases(query.root), options.readText),
    cursor: hits.length > limit && last !== undefined ? itemIdOf(last.messageId, last.mailboxId) : null,
  }
}

type Place = { readonly messageId: bigint; readonly mailboxId: number }

/**
 * The next `count` items after a place. Every message found has at least one item that counts, so one round is
 * the rule; another one follows only where an item went away meanwhile.
 */
async function readHits(
  db: SqlClient,
  matching: Matching,
  after: Place | null,
  count: number,
  { recipientsMax, lookups = db }: SearchOptions,
): Promise<Hit[]> {
  const hits: Hit[] = []
  let from = after
  for (;;) {
    const wanted = count - hits.length + (from === null ? 0 : 1)
    const ids = await findMessages(db, matching, from?.messageId ?? null, wanted)
    hits.push(
      ...(await readItems(lookups, ids, matching.mailboxIds, recipientsMax)).filter(
        (hit) => from === null || follows(hit, from),
      ),
    )
    const last = ids.at(-1)
    if (hits.length >= count || ids.length < wanted || last === undefined) return hits.slice(0, count)
    from = { messageId: last, mailboxId: Number.MAX_SAFE_INTEGER }
  }
}

function follows(hit: Hit, place: Place): boolean {
  if (hit.messageId !== place.messageId) return hit.messageId < place.messageId
  return hit.mailboxId > place.mailboxId
}

const itemsStatement = `
select m.id, i.mailbox_id, i.folder, i.area, m.kind, m.event, m.channel, m.sender_id,
       m.recipient_ids[1:$3::int] as recipient_ids, cardinality(m.recipient_ids) as recipients, m.subject, m.has_attachments
  from message m
  join item i on i.message_id = m.id and i.message_id = any($1::bigint[]) and i.message_id between $4 and $5
 where m.id = any($1::bigint[]) and m.id between $4 and $5 and ($2::int[] is null or i.mailbox_id = any($2::int[]))
   and ${notPersonal('m.id')}
 order by m.id desc, i.mailbox_id`

async function readItems(
  db: SqlClient,
  messageIds: readonly bigint[],
  mailboxIds: readonly number[] | null,
  recipientsMax = recipientsUnbounded,
): Promise<Hit[]> {
  if (messageIds.length === 0) return []
  const { lowest, highest } = idBounds(messageIds)
  const values = [messageIds.map(String), mailboxIds, recipientsMax, String(lowest), String(highest)]
  const { rows } = await db.query(itemsStatement, values)
  return rows.map((row: ItemRow) => ({ messageId: BigInt(row.id), mailboxId: row.mailbox_id, row }))
}

/** Known items as a search shows them, in the order of their keys; those that are gone are left out. */
export async function describeItems(
  db: SqlClient,
  mailboxId: number,
  messageIds: readonly bigint[],
  options: Pick<SearchOptions, 'readText' | 'recipientsMax'> = {},
): Promise<FoundItem[]> {
  const hits = await readItems(db, messageIds, [mailboxId], options.recipientsMax)
  const places = new Map(messageIds.map((id, place) => [id, place]))
  hits.sort((a, b) => places.get(a.messageId)! - places.get(b.messageId)!)
  return itemsOf(db, hits, [], options.readText)
}

async function itemsOf(
  db: SqlClient,
  hits: readonly Hit[],
  wanted: readonly Phrases[],
  readText: SearchOptions['readText'],
): Promise<FoundItem[]> {
  const names = await readNames(db, hits)
  const texts =
    (await readText?.([...new Set(hits.map((hit) => hit.messageId))])) ?? new Map<bigint, string>()
  const snippets = new Map([...texts].map(([id, text]) => [id, snippetOf(text, wanted)]))
  return hits.map(({ messageId, mailboxId, row }) => ({
    id: itemIdOf(messageId, mailboxId),
    mailbox: names.mailboxes.get(mailboxId) ?? '',
    folder: folderCodes.wordOf(row.folder),
    area: areaCodes.wordOf(row.area),
    kind: kindCodes.wordOf(row.kind),
    event: eventCodes.wordOf(row.event),
    channel: channelCodes.wordOf(row.channel),
    sentAt: new Date(sentAtOfMessageId(messageId)).toISOString(),
    from: row.sender_id === null ? null : (names.people.get(row.sender_id) ?? null),
    to: row.recipient_ids.map((id) => names.people.get(id) ?? ''),
    recipients: row.recipients,
    subject: row.subject,
    hasAttachments: row.has_attachments,
    ...(snippets.get(messageId) ?? { snippet: '', highlights: [] }),
  }))
}

/** What ids are shown as: people by their id, mailboxes by theirs. */
interface Names {
  readonly people: ReadonlyMap<number, string>
  readonly mailboxes: ReadonlyMap<number, string>
}

const namesStatement = `
select true as person, id, identity_value as value, name from participant where id = any($1::int[])
union all
select false, id, address, null from mailbox where id = any($2::int[])`

async function readNames(db: SqlClient, hits: readonly Hit[]): Promise<Names> {
  if (hits.length === 0) return { people: new Map(), mailboxes: new Map() }
  const people = new Set(hits.flatMap(({ row }) => [...row.recipient_ids, row.sender_id ?? 0]))
  const boxes = new Set(hits.map((hit) => hit.mailboxId))
  const { rows } = await db.query(namesStatement, [[...people], [...boxes]])
  const shown = (person: boolean) =>
    new Map(
      rows.filter((row) => row.person === person).map((row) => [row.id, shownName(row.name, row.value)]),
    )
  return { people: shown(true), mailboxes: shown(false) }
}

function shownName(name: string | null, identity: string): string {
  return name === null || name === '' || name === identity ? identity : `${name} <${identity}>`
}
