/** Archive policies and the mailboxes that have an archive. */

import { parseItemId } from '../../archive/index.ts'
import { noteLogEntries } from '../../archive/log/index.ts'
import type { AuditOperation } from '../../domain/audit.ts'
import { folderCodes } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { type Client, createKysely, inTransaction } from '../../platform/postgres/index.ts'
import type { InPlaceArchiveParts } from './parts.ts'
import type { ArchiveTag, TagKind } from './rules.ts'

export interface ArchivePolicy {
  readonly id: number
  readonly name: string
  readonly builtIn: boolean
  readonly tags: readonly (ArchiveTag & { readonly id: number })[]
  /** How many mailboxes have it. */
  readonly mailboxes: number
}

export const defaultPolicyName = 'Default archive policy'

export async function listArchivePolicies({
  queries,
}: Pick<InPlaceArchiveParts, 'queries'>): Promise<ArchivePolicy[]> {
  const policies = await queries.selectFrom('archive_policy').selectAll().orderBy('name').execute()
  const tags = await queries.selectFrom('archive_tag').selectAll().orderBy('id').execute()
  const uses = await queries
    .selectFrom('archive_mailbox')
    .select(['policy_id', ({ fn }) => fn.countAll<bigint>().as('mailboxes')])
    .groupBy('policy_id')
    .execute()
  return policies.map(({ id, name, built_in }) => ({
    id,
    name,
    builtIn: built_in,
    tags: tags
      .filter((tag) => tag.policy_id === id)
      .map((tag) => ({
        id: tag.id,
        name: tag.name,
        kind: tag.kind as TagKind,
        folder: tag.folder === null ? null : folderCodes.wordOf(tag.folder),
        afterDays: tag.after_days,
      })),
    mailboxes: Number(uses.find((use) => use.policy_id === id)?.mailboxes ?? 0),
  }))
}

/** Throws `archive-policy-refused`: a name that is taken, two default tags, two of a folder, none at all. */
export async function createArchivePolicy(
  parts: InPlaceArchiveParts,
  { name, tags }: { readonly name: string; readonly tags: readonly ArchiveTag[] },
  by: string,
): Promise<number> {
  checkTags(tags)
  return change(parts, 'change-archive-policy', name, { act: 'create', tags }, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `insert into archive_policy (name, created_by, created_at) values ($1, $2, $3)
       on conflict (name) do nothing returning id`,
      [name, by, new Date(parts.clock.now())],
    )
    const id = rows[0]?.id
    if (id === undefined) throw refused(`There is an archive policy "${name}" already.`)
    await client.query(
      `insert into archive_tag (policy_id, name, kind, folder, after_days)
       select $1, * from unnest($2::text[], $3::text[], $4::smallint[], $5::int[])`,
      [
        id,
        tags.map((tag) => tag.name),
        tags.map(({ kind }) => kind),
        tags.map(({ folder }) => folder && folderCodes.codeOf(folder)),
        tags.map(({ afterDays }) => afterDays),
      ],
    )
    return id
  })
}

function checkTags(tags: readonly ArchiveTag[]): void {
  const twice = (keys: readonly string[]) => keys.find((key, place) => keys.indexOf(key) !== place)
  if (tags.length === 0) throw refused('A policy needs one tag at least.')
  const name = twice(tags.map((tag) => tag.name))
  if (name !== undefined) throw refused(`Two tags are called "${name}".`)
  const scope = twice(
    tags.flatMap(({ kind, folder }) => (kind === 'personal' ? [] : [folder ?? 'the whole mailbox'])),
  )
  if (scope !== undefined) throw refused(`Two tags are for ${scope}; only personal tags may be several.`)
}

/** Mailboxes get an archive under a policy, or another policy. Answers how many changed. */
export async function enableArchive(
  parts: InPlaceArchiveParts,
  mailboxIds: readonly number[],
  policyName: string,
  by: string,
): Promise<number> {
  const { queries, clock } = parts
  const policy = await queries
    .selectFrom('archive_policy')
    .select('id')
    .where('name', '=', policyName)
    .executeTakeFirst()
  if (!policy) throw refused(`There is no archive policy "${policyName}".`)
  return change(parts, 'enable-archive', policyName, { mailboxes: mailboxIds }, async (client) => {
    const { rowCount } = await client.query(
      `insert into archive_mailbox (mailbox_id, policy_id, enabled_by, enabled_at)
       select unnest($1::int[]), $2, $3, $4
       on conflict (mailbox_id) do update set policy_id = excluded.policy_id
        where archive_mailbox.policy_id <> excluded.policy_id`,
      [mailboxIds, policy.id, by, new Date(clock.now())],
    )
    return rowCount ?? 0
  })
}

/** No item of the mailboxes moves any more; what is in the archive stays there and is found as before. */
export async function disableArchive(
  parts: InPlaceArchiveParts,
  mailboxIds: readonly number[],
): Promise<number> {
  return change(parts, 'disable-archive', undefined, { mailboxes: mailboxIds }, async (client) => {
    const { rowCount } = await client.query('delete from archive_mailbox where mailbox_id = any($1)', [
      mailboxIds,
    ])
    return rowCount ?? 0
  })
}

export interface ArchiveMailbox {
  readonly id: number
  readonly address: string
  readonly name: string
  /** Null: the mailbox has no archive. */
  readonly policy: string | null
  readonly enabledAt: string | null
  readonly primaryItems: number
  readonly archiveItems: number
}

/** All mailboxes in the order of their addresses, or those that have an archive. */
export async function listArchiveMailboxes(
  { pool }: Pick<InPlaceArchiveParts, 'pool'>,
  { enabledOnly = false }: { readonly enabledOnly?: boolean } = {},
): Promise<ArchiveMailbox[]> {
  const { rows } = await pool.query<{
    id: number
    address: string
    name: string
    policy: string | null
    enabled_at: Date | null
    primary_items: bigint
    archive_items: bigint
  }>(
    `select mailbox.id, address, mailbox.name, archive_policy.name as policy, enabled_at,
            coalesce(sum(items) filter (where area = 0), 0)::bigint as primary_items,
            coalesce(sum(items) filter (where area = 1), 0)::bigint as archive_items
       from mailbox left join archive_mailbox on archive_mailbox.mailbox_id = mailbox.id
       left join archive_policy on archive_policy.id = policy_id
       left join item_tally on item_tally.mailbox_id = mailbox.id
      where not $1 or policy_id is not null
      group by mailbox.id, archive_policy.name, enabled_at order by address`,
    [enabledOnly],
  )
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    name: row.name,
    policy: row.policy,
    enabledAt: row.enabled_at?.toISOString() ?? null,
    primaryItems: Number(row.primary_items),
    archiveItems: Number(row.archive_items),
  }))
}

/** Gives an item a personal tag of its mailbox's policy; null takes it away. Throws `archive-policy-refused`, `item-not-found`. */
export async function tagItem(
  parts: InPlaceArchiveParts,
  item: string,
  tagName: string | null,
): Promise<void> {
  const { messageId, mailboxId } = parseItemId(item)
  await change(parts, 'tag-item', item, { tag: tagName }, async (client) => {
    const { rowCount } = await client.query('select from item where message_id = $1 and mailbox_id = $2', [
      messageId,
      mailboxId,
    ])
    if (rowCount === 0) throw new AppError('item-not-found', `There is no item "${item}".`)
    if (tagName === null) {
      await client.query('delete from item_archive_tag where message_id = $1 and mailbox_id = $2', [
        messageId,
        mailboxId,
      ])
      return
    }
    const { rowCount: tagged } = await client.query(
      `insert into item_archive_tag (message_id, mailbox_id, tag_id)
       select $1, $2, archive_tag.id from archive_mailbox join archive_tag using (policy_id)
        where mailbox_id = $2 and kind = 'personal' and name = $3
       on conflict (message_id, mailbox_id) do update set tag_id = excluded.tag_id`,
      [messageId, mailboxId, tagName],
    )
    if (tagged === 0)
      throw refused(
        `"${tagName}" is no personal tag of this mailbox's archive policy, or the mailbox has no archive.`,
      )
  })
}

async function change<Result>(
  { pool, clock }: InPlaceArchiveParts,
  operation: AuditOperation,
  target: string | undefined,
  details: Readonly<Record<string, unknown>>,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  return inTransaction(pool, async (client) => {
    const result = await work(client)
    const at = clock.now()
    await appendAudit(createKysely(client), {
      ...{ at, operation, outcome: 'succeeded', details },
      ...(target === undefined ? {} : { target }),
    })
    await noteLogEntries(client, [{ at, kind: 'policy', facts: { of: operation } }])
    return result
  })
}

function refused(message: string): AppError {
  return new AppError('archive-policy-refused', message)
}
