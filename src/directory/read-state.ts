/** The directory as it is, for the rules of a sync. */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { DirectoryState, KnownMailbox, KnownUser, Phone } from './plan.ts'
import { type DirectorySource, directoryRecord } from './record.ts'

/** All of it, or what has to do with one user of a source and the addresses that are told of him. */
export type StateScope =
  | 'all'
  | {
      readonly sourceId: string | null
      readonly mailboxId: number | null
      readonly addresses: readonly string[]
    }

/** Read in the transaction that is to change it, with `mailbox` locked against others. */
export async function readState(
  queries: Queries,
  source: DirectorySource,
  scope: StateScope = 'all',
): Promise<DirectoryState> {
  const mailboxes = await mailboxesOf(queries, source, scope)
  const users = await usersOf(
    queries,
    source,
    scope,
    mailboxes.map(({ id }) => id),
  )
  return { users, mailboxes }
}

async function mailboxesOf(
  queries: Queries,
  source: DirectorySource,
  scope: StateScope,
): Promise<KnownMailbox[]> {
  const { rows } = await sql<Omit<KnownMailbox, 'phones'> & { phones: Phone[] | null }>`
    with chosen as materialized (select m.* from mailbox m where ${mailboxCondition(source, scope)})
    select m.id, m.address, m.name, m.mobile, m.department, m.active, u.source as owner,
           coalesce(a.addresses, '{}') as addresses, p.phones
      from chosen m
      left join directory_user u on u.mailbox_id = m.id
      left join (select mailbox_id, array_agg(address order by address) as addresses
                   from mailbox_address where valid_to is null and mailbox_id in (select id from chosen)
                  group by mailbox_id) a on a.mailbox_id = m.id
      left join (select mailbox_id,
                        jsonb_agg(jsonb_build_object('kind', kind, 'phone', phone) order by kind desc, phone) as phones
                   from mailbox_phone where valid_to is null and mailbox_id in (select id from chosen)
                  group by mailbox_id) p on p.mailbox_id = m.id
     order by m.id`.execute(queries)
  return rows.map((row) => ({ ...row, phones: row.phones ?? [] }))
}

function mailboxCondition(source: DirectorySource, scope: StateScope) {
  if (scope === 'all') return sql`true`
  const { sourceId, mailboxId, addresses } = scope
  return sql`m.id = ${mailboxId} or m.address = any(${[...addresses]}) or m.id in (
    select mailbox_id from mailbox_address where valid_to is null and address = any(${[...addresses]})) or m.id in (
    select mailbox_id from directory_user where source = ${source} and source_id = ${sourceId})`
}

async function usersOf(
  queries: Queries,
  source: DirectorySource,
  scope: StateScope,
  mailboxIds: readonly number[],
): Promise<KnownUser[]> {
  let found = queries
    .selectFrom('directory_user')
    .select(['source_id', 'record', 'mailbox_id', 'gone_at', 'retired', 'problem'])
    .where('source', '=', source)
  if (scope !== 'all') {
    found = found.where((expression) =>
      expression.or([
        expression('source_id', '=', scope.sourceId ?? ''),
        expression('mailbox_id', '=', expression.fn.any(expression.val([...mailboxIds]))),
      ]),
    )
  }
  const rows = await found.execute()
  return rows.map((row) => ({
    sourceId: row.source_id,
    record: directoryRecord.parse(row.record),
    mailboxId: row.mailbox_id,
    gone: row.gone_at !== null,
    retired: row.retired,
    problem: row.problem,
  }))
}
