/** Addresses and telephones of mailboxes, each with the time it was theirs. */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { MailboxFacts } from './plan.ts'
import { partsOf } from './row-parts.ts'

export interface WrittenMailbox {
  readonly id: number
  /** Null for one that was just added. */
  readonly before: MailboxFacts | null
  readonly facts: MailboxFacts
}

/**
 * Closes what is no longer theirs and opens what is new, as of `now`. What a mailbox begins with has been its own
 * ever since, for all anybody knows, unless another had it. All is closed before anything is opened: an address may
 * pass from one to another.
 */
export async function writeSpans(
  transaction: Queries,
  mailboxes: readonly WrittenMailbox[],
  now: Date,
): Promise<void> {
  const { closed, opened } = differences(mailboxes, ({ addresses }) =>
    addresses.map((address) => ({ address })),
  )
  for (const part of partsOf(closed)) await closeAddresses(transaction, part, now)
  for (const part of partsOf(opened)) await openAddresses(transaction, part, now)
  const phones = differences(mailboxes, (facts) => facts.phones.map(({ kind, phone }) => ({ kind, phone })))
  for (const part of partsOf(phones.closed)) await closePhones(transaction, part, now)
  for (const part of partsOf(phones.opened)) await openPhones(transaction, part, now)
}

type Of<Thing> = Thing & { readonly id: number }

function differences<Thing>(
  mailboxes: readonly WrittenMailbox[],
  thingsOf: (facts: MailboxFacts) => readonly Thing[],
): { readonly closed: readonly Of<Thing>[]; readonly opened: readonly Of<Thing>[] } {
  const closed: Of<Thing>[] = []
  const opened: Of<Thing>[] = []
  for (const { id, before, facts } of mailboxes) {
    const had = new Map((before ? thingsOf(before) : []).map((thing) => [JSON.stringify(thing), thing]))
    const has = new Map(thingsOf(facts).map((thing) => [JSON.stringify(thing), thing]))
    for (const [key, thing] of had) if (!has.has(key)) closed.push({ ...thing, id })
    for (const [key, thing] of has) if (!had.has(key)) opened.push({ ...thing, id })
  }
  return { closed, opened }
}

async function closeAddresses(
  transaction: Queries,
  addresses: readonly Of<{ address: string }>[],
  now: Date,
): Promise<void> {
  await sql`
    update mailbox_address a set valid_to = ${now}
      from jsonb_to_recordset(${JSON.stringify(addresses)}::jsonb) as theirs (id int, address text)
     where a.mailbox_id = theirs.id and a.address = theirs.address and a.valid_to is null`.execute(
    transaction,
  )
}

async function openAddresses(
  transaction: Queries,
  addresses: readonly Of<{ address: string }>[],
  now: Date,
): Promise<void> {
  await sql`
    insert into mailbox_address (mailbox_id, address, valid_from)
    select theirs.id, theirs.address,
           case when exists (select 1 from mailbox_address before where before.mailbox_id = theirs.id)
                  or exists (select 1 from mailbox_address before where before.address = theirs.address)
                then ${now}::timestamptz end
      from jsonb_to_recordset(${JSON.stringify(addresses)}::jsonb) as theirs (id int, address text)`.execute(
    transaction,
  )
}

async function closePhones(
  transaction: Queries,
  phones: readonly Of<{ kind: string; phone: string }>[],
  now: Date,
): Promise<void> {
  await sql`
    update mailbox_phone p set valid_to = ${now}
      from jsonb_to_recordset(${JSON.stringify(phones)}::jsonb) as theirs (id int, kind text, phone text)
     where p.mailbox_id = theirs.id and p.kind = theirs.kind and p.phone = theirs.phone and p.valid_to is null`.execute(
    transaction,
  )
}

async function openPhones(
  transaction: Queries,
  phones: readonly Of<{ kind: string; phone: string }>[],
  now: Date,
): Promise<void> {
  await sql`
    insert into mailbox_phone (mailbox_id, kind, phone, valid_from)
    select theirs.id, theirs.kind, theirs.phone,
           case when exists (select 1 from mailbox_phone before where before.mailbox_id = theirs.id)
                  or exists (select 1 from mailbox_phone before where before.phone = theirs.phone)
                then ${now}::timestamptz end
      from jsonb_to_recordset(${JSON.stringify(phones)}::jsonb) as theirs (id int, kind text, phone text)`.execute(
    transaction,
  )
}
