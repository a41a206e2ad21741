import type { Client } from '../../platform/postgres/index.ts'

/**
 * Notes new items' messages in the import's transaction, one row: once it has committed, every policy that is on, or
 * paused, looks at them. Nothing where no policy is; a draft counts, which may be on by the time the import commits.
 */
export async function notePending(
  client: Pick<Client, 'query'>,
  messageIds: readonly bigint[],
  now: Date,
): Promise<void> {
  if (messageIds.length === 0) return
  await client.query(
    `insert into supervision_pending (message_ids, noted_at)
     select $1::bigint[], $2 where exists (select from supervision_policy)`,
    [[...new Set(messageIds)], now],
  )
}
