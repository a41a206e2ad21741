/** Where each user stands on each way in: written as the rules say. */
import { sql } from 'kysely'
import type { ActivationState } from '../../domain/activation.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { SiteAccount } from '../accounts.ts'
import { type ActivationEvent, stateAfter } from './rules.ts'

export interface Way {
  readonly userId: number
  /** The name of the source. */
  readonly source: string
}

/** Moves each user and way by the event; answers how many changed. One read and one write, however many there are. */
export async function moveStates(
  transaction: Queries,
  account: Pick<SiteAccount, 'id'>,
  ways: readonly Way[],
  event: ActivationEvent,
  at: number,
): Promise<number> {
  if (ways.length === 0) return 0
  const states = await statesOf(transaction, account, [...new Set(ways.map(({ userId }) => userId))])
  const moved = ways.flatMap(({ userId, source }) => {
    const next = stateAfter(states.get(`${userId} ${source}`) ?? null, event)
    return next === null ? [] : [{ userId, source, next }]
  })
  if (moved.length === 0) return 0
  await sql`
    insert into site_activation (account_id, registered_user_id, source, state, since)
    select ${account.id}, user_id, source, state, ${new Date(at)}
      from unnest(${moved.map(({ userId }) => userId)}::int[], ${moved.map(({ source }) => source)}::text[],
                  ${moved.map(({ next }) => next)}::text[]) as moved (user_id, source, state)
    on conflict (registered_user_id, source) do update set state = excluded.state, since = excluded.since`.execute(
    transaction,
  )
  return moved.length
}

/** The ways a user has a state of. */
export async function waysOf(
  queries: Queries,
  account: Pick<SiteAccount, 'id'>,
  userId: number,
): Promise<Way[]> {
  const rows = await queries
    .selectFrom('site_activation')
    .select('source')
    .where('account_id', '=', account.id)
    .where('registered_user_id', '=', userId)
    .execute()
  return rows.map(({ source }) => ({ userId, source }))
}

async function statesOf(transaction: Queries, account: Pick<SiteAccount, 'id'>, userIds: readonly number[]) {
  const rows = await transaction
    .selectFrom('site_activation')
    .select(['registered_user_id', 'source', 'state'])
    .where('account_id', '=', account.id)
    .where('registered_user_id', '=', sql<number>`any(${userIds}::int[])`)
    .orderBy('registered_user_id')
    .orderBy('source')
    // Two who move one state come one after the other.
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [`${row.registered_user_id} ${row.source}`, row.state as ActivationState]))
}
