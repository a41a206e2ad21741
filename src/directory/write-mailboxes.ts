/** Mailboxes and the users they belong to, a plan's worth at a time. */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { PlannedChange, PlannedUser, SyncPlan } from './plan.ts'
import type { DirectorySource } from './record.ts'
import { partsOf } from './row-parts.ts'
import type { WrittenMailbox } from './write-spans.ts'

/** Adds and changes the mailboxes of the plan; answers them with their ids. */
export async function writeMailboxes(
  transaction: Queries,
  changes: readonly PlannedChange[],
  now: Date,
): Promise<WrittenMailbox[]> {
  const known = changes.flatMap(({ mailboxId, before, facts }) =>
    mailboxId === null ? [] : [{ id: mailboxId, before, facts }],
  )
  // Addresses may pass from one mailbox to another, in a ring even: all let go of theirs before any takes one.
  for (const part of partsOf(known)) await letGoOfAddresses(transaction, part)
  for (const part of partsOf(known)) await changeMailboxes(transaction, part, now)
  const added = changes.filter(({ mailboxId }) => mailboxId === null)
  const written: WrittenMailbox[] = [...known]
  for (const part of partsOf(added)) written.push(...(await addMailboxes(transaction, part, now)))
  return written
}

function rowsOf(mailboxes: readonly WrittenMailbox[]): string {
  return JSON.stringify(
    mailboxes.map(({ id, facts: { address, name, mobile, department, active } }) => ({
      ...{ id, address, name, mobile, department, active },
    })),
  )
}

async function letGoOfAddresses(transaction: Queries, mailboxes: readonly WrittenMailbox[]): Promise<void> {
  await sql`
    update mailbox m set address = '~' || m.id
      from jsonb_to_recordset(${rowsOf(mailboxes)}::jsonb) as wanted (id int, address text)
     where m.id = wanted.id and m.address <> wanted.address`.execute(transaction)
}

async function changeMailboxes(
  transaction: Queries,
  mailboxes: readonly WrittenMailbox[],
  now: Date,
): Promise<void> {
  await sql`
    update mailbox m
       set address = wanted.address, name = wanted.name, mobile = wanted.mobile, department = wanted.department,
           active = wanted.active,
           active_to = case when wanted.active then null else coalesce(m.active_to, ${now}::timestamptz) end
      from jsonb_to_recordset(${rowsOf(mailboxes)}::jsonb)
             as wanted (id int, address text, name text, mobile text, department text, active boolean)
     where m.id = wanted.id`.execute(transaction)
}

async function addMailboxes(
  transaction: Queries,
  added: readonly PlannedChange[],
  now: Date,
): Promise<WrittenMailbox[]> {
  const rows = rowsOf(added.map(({ facts }) => ({ id: 0, before: null, facts })))
  const answer = await sql<{ id: number; address: string }>`
    insert into mailbox (address, name, mobile, department, active, active_to, created_at)
    select address, name, mobile, department, active, case when active then null else ${now}::timestamptz end,
           ${now}::timestamptz
      from jsonb_to_recordset(${rows}::jsonb)
             as wanted (address text, name text, mobile text, department text, active boolean)
    returning id, address`.execute(transaction)
  const ids = new Map(answer.rows.map(({ id, address }) => [address, id]))
  return added.map(({ facts }) => ({ id: ids.get(facts.address)!, before: null, facts }))
}

/** Writes the rows of users; mailboxes that were another source's are theirs from now on. */
export async function writeUsers(
  transaction: Queries,
  { source, users }: SyncPlan,
  written: readonly WrittenMailbox[],
  now: Date,
): Promise<void> {
  const theirs = users.flatMap(({ mailbox }) => (mailbox && 'id' in mailbox ? [mailbox.id] : []))
  await sql`
    update directory_user set mailbox_id = null, version = version + 1, changed_at = ${now}
     where mailbox_id = any(${theirs}) and source <> ${source}`.execute(transaction)
  const ids = new Map(written.map(({ id, facts }) => [facts.address, id]))
  for (const part of partsOf(users)) await writeUserRows(transaction, source, part, ids, now)
}

async function writeUserRows(
  transaction: Queries,
  source: DirectorySource,
  users: readonly PlannedUser[],
  ids: ReadonlyMap<string, number>,
  now: Date,
): Promise<void> {
  const rows = users.map(({ mailbox, ...user }) => {
    const mailboxId = mailbox && ('id' in mailbox ? mailbox.id : (ids.get(mailbox.address) ?? null))
    return { ...user, mailboxId }
  })
  await sql`
    insert into directory_user
      (source, source_id, mailbox_id, record, gone_at, retired, problem, created_at, changed_at)
    select ${source}, "sourceId", "mailboxId", record, case when gone then ${now}::timestamptz end, retired, problem,
           ${now}::timestamptz, ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
             as wanted ("sourceId" text, "mailboxId" int, record jsonb, gone boolean, retired boolean, problem text)
    on conflict (source, source_id) do update
      set mailbox_id = excluded.mailbox_id, record = excluded.record,
          gone_at = case when excluded.gone_at is null then null
                         else coalesce(directory_user.gone_at, excluded.gone_at) end,
          retired = excluded.retired, problem = excluded.problem, changed_at = excluded.changed_at,
          version = directory_user.version + 1`.execute(transaction)
}
