/** Labels, and the events they wait for, of all that a search finds: by hand, but not one by one. */
import { parseItemId } from '../../archive/index.ts'
import type { Client, Pool } from '../../platform/postgres/index.ts'
import { parseQuery, searchItems } from '../../search/index.ts'
import type { RetentionParts } from './parts.ts'
import { refused } from './period.ts'
import { change } from './policies.ts'

interface Found {
  /** KeyQL. */
  readonly query: string
  /** Null: of all mailboxes. */
  readonly mailboxIds: readonly number[] | null
}

type LabelParts = Pick<RetentionParts, 'pool' | 'clock'>

/**
 * Labels what a query finds, as if by hand: it replaces other labels, but those of regulatory records. Answers how many
 * items it changed. Throws `retention-refused`, and the errors of a query that cannot be read.
 */
export async function labelFound(
  parts: LabelParts,
  label: string,
  found: Found,
  by: string,
): Promise<number> {
  const keys = await keysOf(parts, found)
  return changeCounted(parts, label, { query: found.query, found: keys.messageIds.length }, (client) =>
    client.query(
      `insert into item_label (message_id, mailbox_id, label_id, origin, applied_by, applied_at)
       select message_id, mailbox_id, label.id, 'manual', $4, $5
         from unnest($1::bigint[], $2::int[]) as found (message_id, mailbox_id) join retention_label as label on label.name = $3
       on conflict (message_id, mailbox_id) do update
         set label_id = excluded.label_id, origin = 'manual', applied_by = excluded.applied_by, applied_at = excluded.applied_at
         where item_label.label_id <> excluded.label_id
           and not exists (select from retention_label where id = item_label.label_id and record = 'regulatory')`,
      [keys.messageIds, keys.mailboxIds, label, by, new Date(parts.clock.now())],
    ),
  )
}

/**
 * The event that a label waits for happened, for all items with it that a query finds; what noted one before keeps it.
 * Answers how many. Throws `retention-refused`, and the errors of a query that cannot be read.
 */
export async function noteEventFound(
  parts: LabelParts,
  label: string,
  found: Found,
  at: number,
): Promise<number> {
  const keys = await keysOf(parts, found)
  const details = { query: found.query, event: new Date(at).toISOString() }
  return changeCounted(parts, label, details, (client) =>
    client.query(
      `update item_label set event_at = $4 from retention_label as label, unnest($1::bigint[], $2::int[]) as found (message_id, mailbox_id)
        where label.id = label_id and label.name = $3 and label.starts = 'event' and event_at is null
          and (item_label.message_id, item_label.mailbox_id) = (found.message_id, found.mailbox_id)`,
      [keys.messageIds, keys.mailboxIds, label, new Date(at)],
    ),
  )
}

/** Mailboxes whose items have a label where they have none of their own, by the label's id. */
export async function defaultLabels(db: Pick<Pool, 'query'>): Promise<ReadonlyMap<number, string[]>> {
  const { rows } = await db.query<{ label_id: number; addresses: string[] }>(
    `select label_id, array_agg(address order by address) as addresses
       from retention_default_label join mailbox on mailbox.id = mailbox_id group by label_id`,
  )
  return new Map(rows.map(({ label_id, addresses }) => [label_id, addresses]))
}

/** More than this is no act of a person: a label with a query finds it by itself. */
const itemsMax = 100_000
const itemsPerPage = 1_000

async function keysOf({ pool, clock }: LabelParts, { query, mailboxIds }: Found) {
  const parsed = parseQuery(query, { now: clock.now() })
  const keys: { messageIds: bigint[]; mailboxIds: number[] } = { messageIds: [], mailboxIds: [] }
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const options = { limit: itemsPerPage, ...(mailboxIds ? { mailboxIds } : {}) }
    const page = await searchItems(pool, parsed, { ...options, ...(cursor ? { cursor } : {}) })
    for (const { id } of page.items) {
      const { messageId, mailboxId } = parseItemId(id)
      keys.messageIds.push(messageId)
      keys.mailboxIds.push(mailboxId)
    }
    if (keys.messageIds.length > itemsMax)
      throw refused(`More than ${itemsMax} items are found; give the label a query of its own instead.`)
    cursor = page.cursor
  }
  return keys
}

async function changeCounted(
  parts: LabelParts,
  label: string,
  details: Readonly<Record<string, unknown>>,
  work: (client: Client) => Promise<{ readonly rowCount: number | null }>,
): Promise<number> {
  return change(parts, 'label-item', label, details, async (client) => (await work(client)).rowCount ?? 0)
}
