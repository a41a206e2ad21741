/** Where a conversation goes on elsewhere, what is known of the people's capture: open gaps, and their ways in. */
import type { Client } from '../../platform/postgres/index.ts'
import type { Finding } from './look.ts'

export interface CaptureFacts {
  /** Open gaps of the gap ledger, newest first: of the people in it, or for a message that others speak of. */
  readonly gaps: readonly string[]
  /** Sources by which they were captured within four weeks before. */
  readonly capturedBy: readonly string[]
}

const gapsMax = 5

/** By message; for findings that name another channel or answer an unseen message. Counts and ids only. */
export async function captureFacts(
  client: Client,
  findings: readonly Finding[],
): Promise<ReadonlyMap<bigint, CaptureFacts>> {
  const elsewhere = findings.filter(({ facts }) => facts.channels || facts.unseenReply)
  if (elsewhere.length === 0) return new Map()
  const people = new Map<bigint, Set<number>>()
  for (const { messageId, mailboxIds } of elsewhere)
    for (const mailboxId of mailboxIds)
      people.set(messageId, (people.get(messageId) ?? new Set()).add(mailboxId))
  const pairs = [...people].flatMap(([messageId, ids]) =>
    Array.from(ids, (mailboxId) => ({ messageId, mailboxId })),
  )
  const { rows } = await client.query<{ message_id: bigint; gaps: string[]; captured_by: string[] }>(
    `with person as (
       select distinct pair.message_id, m.feed_account_id, m.captured_at, u.site_user_id
         from unnest($1::bigint[], $2::int[]) as pair (message_id, mailbox_id)
         join message m on m.id = pair.message_id
         join mailbox b on b.id = pair.mailbox_id
         left join registered_user u on u.feed_account_id = m.feed_account_id and lower(u.email) = b.address
     )
     select message_id,
            array(select id::text from gap
                   where closed_at is null and accepted_at is null
                     and exists (select from person p where p.message_id = asked.message_id
                                    and gap.feed_account_id = p.feed_account_id
                                    and (gap.site_user_id = p.site_user_id
                                         or (gap.site_user_id is null and gap.reason = 'reference-unseen')))
                   order by id desc limit ${gapsMax}) as gaps,
            array(select distinct source from capture_activity activity join person p
                      on p.feed_account_id = activity.feed_account_id and p.site_user_id = activity.site_user_id
                   where p.message_id = asked.message_id and activity.day > p.captured_at::date - 28
                   order by source) as captured_by
       from (select distinct message_id from person) as asked`,
    [pairs.map(({ messageId }) => messageId), pairs.map(({ mailboxId }) => mailboxId)],
  )
  return new Map(
    rows.map(({ message_id, gaps, captured_by }) => [message_id, { gaps, capturedBy: captured_by }]),
  )
}
