/** Retention labels: one an item. By hand beats by query; of several by query the oldest rule wins. */
import { type ItemKey, parseItemId } from '../../archive/index.ts'
import { noteLogEntries } from '../../archive/log/index.ts'
import { firstMessageIdAt } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { type Client, createKysely, inTransaction, type Pool } from '../../platform/postgres/index.ts'
import { matchingOf, mayMatch, type Parameters, parseQuery, selectMessages } from '../../search/index.ts'
import { monthsWithItems } from './months.ts'
import type { RetentionParts } from './parts.ts'
import { checkPeriod, type Period, type PeriodUnit, type RetentionAction, refused } from './period.ts'
import { change } from './policies.ts'

export interface NewRetentionLabel {
  readonly name: string
  /** Null: it only says what something is. */
  readonly action: RetentionAction | null
  readonly period: Period
  readonly starts: 'created' | 'modified' | 'labelled' | 'event'
  /** What bears a record label cannot be deleted by its users; a regulatory one nobody changes or takes off. */
  readonly record: 'none' | 'record' | 'regulatory'
  /** KeyQL; null: by hand or by default only. */
  readonly query: string | null
  /** Names of users and role groups who decide, stage by stage; at most five. */
  readonly reviewStages: readonly (readonly string[])[]
  readonly early: boolean
}

export interface RetentionLabel extends NewRetentionLabel {
  readonly id: number
  readonly items: number
  readonly createdBy: string
}

const stagesMax = 5

export async function listRetentionLabels(db: Pick<Pool, 'query'>): Promise<RetentionLabel[]> {
  const { rows } = await db.query<{
    id: number
    name: string
    action: RetentionAction | null
    period: number | null
    period_unit: PeriodUnit | null
    starts: RetentionLabel['starts']
    record: RetentionLabel['record']
    query: string | null
    review_stages: string[][]
    early: boolean
    created_by: string
    items: bigint
  }>(
    `select label.*, (select count(*) from item_label where label_id = label.id) as items from retention_label as label order by id`,
  )
  return rows.map(({ period, period_unit, review_stages, created_by, items, ...row }) => ({
    ...row,
    period: period === null ? null : { count: period, unit: period_unit! },
    reviewStages: review_stages,
    createdBy: created_by,
    items: Number(items),
  }))
}

/** Throws `retention-refused`, and the errors of a query that cannot be read. */
export async function createRetentionLabel(
  parts: Pick<RetentionParts, 'pool' | 'clock'>,
  label: NewRetentionLabel,
  by: string,
): Promise<number> {
  checkPeriod(label.action, label.period)
  if (label.reviewStages.length > stagesMax)
    throw refused(`A disposition review has at most ${stagesMax} stages.`)
  if (label.reviewStages.some((stage) => stage.length === 0))
    throw refused('Each stage of a review needs somebody who decides.')
  if (label.query !== null) parseQuery(label.query, { now: parts.clock.now() })
  return change(parts, 'create-retention-label', label.name, { ...label }, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `insert into retention_label (name, action, period, period_unit, starts, record, query, review_stages, early, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (name) do nothing returning id`,
      [
        ...[
          label.name,
          label.action,
          label.period?.count ?? null,
          label.period?.unit ?? null,
          label.starts,
          label.record,
        ],
        ...[label.query, JSON.stringify(label.reviewStages), label.early, by, new Date(parts.clock.now())],
      ],
    )
    if (!rows[0]) throw refused(`There is a retention label "${label.name}" already.`)
    return rows[0].id
  })
}

async function labelId(db: Pick<Pool, 'query'>, name: string): Promise<number> {
  const { rows } = await db.query<{ id: number }>('select id from retention_label where name = $1', [name])
  if (!rows[0]) throw refused(`There is no retention label "${name}".`)
  return rows[0].id
}

/** Labels an item by hand; null takes the label away. A regulatory record keeps its own. Throws `retention-refused`, `item-not-found`. */
export async function labelItem(
  parts: Pick<RetentionParts, 'pool' | 'clock'>,
  item: string,
  name: string | null,
  by: string,
): Promise<void> {
  const { messageId, mailboxId } = await existingItem(parts.pool, item)
  const id = name === null ? null : await labelId(parts.pool, name)
  await change(parts, 'label-item', item, { label: name }, async (client) => {
    if (id === null) {
      await client.query('delete from item_label where message_id = $1 and mailbox_id = $2', [
        messageId,
        mailboxId,
      ])
      return
    }
    await client.query(
      `insert into item_label (message_id, mailbox_id, label_id, origin, applied_by, applied_at)
       values ($1, $2, $3, 'manual', $4, $5)
       on conflict (message_id, mailbox_id) do update
         set label_id = excluded.label_id, origin = 'manual', applied_by = excluded.applied_by, applied_at = excluded.applied_at`,
      [messageId, mailboxId, id, by, new Date(parts.clock.now())],
    )
  })
}

/** The event that an item's label waits for happened. Throws `retention-refused`, `item-not-found`. */
export async function noteEvent(
  parts: Pick<RetentionParts, 'pool' | 'clock'>,
  item: string,
  at: number,
): Promise<void> {
  const { messageId, mailboxId } = await existingItem(parts.pool, item)
  await change(parts, 'label-item', item, { event: new Date(at).toISOString() }, async (client) => {
    const { rowCount } = await client.query(
      `update item_label set event_at = $3 from retention_label as label
        where label.id = label_id and starts = 'event' and message_id = $1 and mailbox_id = $2`,
      [messageId, mailboxId, new Date(at)],
    )
    if (rowCount === 0) throw refused('This item has no label that waits for an event.')
  })
}

/** What items of the mailboxes have that have no label of their own; null: none. */
export async function setDefaultLabel(
  parts: Pick<RetentionParts, 'pool' | 'clock'>,
  mailboxIds: readonly number[],
  name: string | null,
): Promise<void> {
  const id = name === null ? null : await labelId(parts.pool, name)
  await change(
    parts,
    'label-item',
    name ?? 'none',
    { mailboxes: mailboxIds, default: true },
    async (client) => {
      if (id === null)
        await client.query('delete from retention_default_label where mailbox_id = any($1)', [mailboxIds])
      else
        await client.query(
          `insert into retention_default_label (mailbox_id, label_id) select unnest($1::int[]), $2
         on conflict (mailbox_id) do update set label_id = excluded.label_id`,
          [mailboxIds, id],
        )
    },
  )
}

/** Labels what the queries of labels find and what has no label yet, month by month: a label that is new meets all items. */
export async function applyQueryLabels(
  { pool, clock }: Pick<RetentionParts, 'pool' | 'clock'>,
  by = 'schedule',
): Promise<number> {
  const labels = await queryLabels(pool)
  if (labels.length === 0) return 0
  const now = clock.now()
  let applied = 0
  for (const { from, to } of await monthsWithItems(pool, Infinity)) {
    applied += await inTransaction(pool, async (client) => {
      const bounds = [firstMessageIdAt(from), firstMessageIdAt(to)].map(String)
      return giveLabels(client, labels, { now, by }, (parameters) => {
        const [low, high] = bounds.map((bound) => parameters.add(bound, 'bigint'))
        return `m.id >= ${low} and m.id < ${high}`
      })
    })
  }
  return applied
}

/** Labels items that an import has just written, in its transaction. Where no label has a query, one short statement. */
export async function labelImported(
  client: Client,
  messageIds: readonly bigint[],
  now: number,
): Promise<void> {
  if (messageIds.length === 0) return
  const labels = await queryLabels(client)
  if (labels.length === 0) return
  const fresh = [...new Set(messageIds)].map(String)
  await giveLabels(
    client,
    labels,
    { now, by: 'import' },
    (parameters) => `m.id = any(${parameters.add(fresh, 'bigint[]')})`,
  )
}

interface QueryLabel {
  readonly id: number
  readonly name: string
  readonly query: string
}

/** The oldest first: of several that find an item it wins. */
async function queryLabels(db: Pick<Client, 'query'>): Promise<readonly QueryLabel[]> {
  const { rows } = await db.query<QueryLabel>(
    'select id, name, query from retention_label where query is not null order by id',
  )
  return rows
}

/** In the caller's transaction, with audit record and log entry. Answers how many items got a label. */
async function giveLabels(
  client: Client,
  labels: readonly QueryLabel[],
  { now, by }: { readonly now: number; readonly by: string },
  among: (parameters: Parameters) => string,
): Promise<number> {
  let given = 0
  for (const { id, name, query } of labels) {
    const matching = await matchingOf(client, parseQuery(query, { now }), undefined)
    if (!mayMatch(matching)) continue
    let items = 0
    for (const long of matching.directory.hasLongTexts ? [false, true] : [false]) {
      const rows = await selectMessages(client, matching, long, (where, parameters) => {
        const [label, who] = [parameters.add(id, 'int'), parameters.add(by, 'text')]
        const at = parameters.add(new Date(now), 'timestamptz')
        const inMailboxes = matching.mailboxIds
          ? `and i.mailbox_id = any(${parameters.add(matching.mailboxIds, 'int[]')})`
          : ''
        return `with found as materialized (select m.id from message m where ${where} and ${among(parameters)}),
                given as (
                  insert into item_label (message_id, mailbox_id, label_id, origin, applied_by, applied_at)
                  select i.message_id, i.mailbox_id, ${label}, 'query', ${who}, ${at}
                    from found join item as i on i.message_id = found.id ${inMailboxes}
                  on conflict do nothing returning 1)
                select count(*)::int as items from given`
      })
      items += rows[0].items
    }
    if (items === 0) continue
    given += items
    await appendAudit(createKysely(client), {
      ...{ at: now, operation: 'label-item', target: name, outcome: 'succeeded', details: { by, items } },
    })
    await noteLogEntries(client, [{ at: now, kind: 'label', facts: { label: id, items } }])
  }
  return given
}

async function existingItem(db: Pick<Pool, 'query'>, item: string): Promise<ItemKey> {
  const key = parseItemId(item)
  const { rowCount } = await db.query('select from item where message_id = $1 and mailbox_id = $2', [
    key.messageId,
    key.mailboxId,
  ])
  if (rowCount === 0) throw new AppError('item-not-found', `There is no item "${item}".`)
  return key
}
