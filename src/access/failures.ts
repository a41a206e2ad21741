/**
 * Failed sign-ins are counted by the name that was given, borne by somebody or not, so that neither an answer nor a
 * lock tells which names exist (NIST SP 800-63B §3.2.2 asks for a limit).
 */
import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'

const failuresMax = 5
const lockMs = 5 * 60_000
const lockMsMax = 60 * 60_000
const rememberedMs = 24 * 60 * 60_000

export interface Attempt {
  /** Takes the attempt back: it was right, but not yet the whole sign-in. */
  rightSoFar(queries: Queries): Promise<void>
  /** He is in: nothing that failed before counts any more. */
  succeeded(queries: Queries): Promise<void>
}

/**
 * Counts an attempt before it is looked at, so that many at once are no way around the lock. Every fifth failure in a
 * day locks the name: five minutes, then ten, up to an hour. Throws `sign-in-throttled`.
 */
export async function beginAttempt(parts: AccessParts, username: string): Promise<Attempt> {
  const key = (await nameKeys(parts))(username)
  const now = new Date(parts.clock.now())
  const forgotten = new Date(now.getTime() - rememberedMs)
  const { rows } = await sql`
    insert into sign_in_failure as f (name_hmac, failures, last_at) values (${key}, 1, ${now})
    on conflict (name_hmac) do update set
      failures = case when f.last_at < ${forgotten} then 1 else f.failures + 1 end,
      last_at = ${now},
      locked_until = case
        when f.last_at < ${forgotten} or (f.failures + 1) % ${failuresMax}::int <> 0 then null
        else ${now}::timestamptz + least(${lockMs}::float8 * power(2, (f.failures + 1) / ${failuresMax}::int - 1), ${lockMsMax}::float8)
          * interval '1 millisecond' end
      where f.locked_until is null or f.locked_until <= ${now}
    returning failures`.execute(parts.queries)
  if (rows.length === 0) {
    throw new AppError('sign-in-throttled', 'Too many failed sign-ins; wait some minutes and try again.')
  }
  await parts.queries.deleteFrom('sign_in_failure').where('last_at', '<', forgotten).execute()
  return {
    async rightSoFar(queries) {
      await queries
        .updateTable('sign_in_failure')
        .set({ failures: sql`greatest(failures - 1, 0)`, locked_until: null })
        .where('name_hmac', '=', key)
        .execute()
    },
    async succeeded(queries) {
      await queries.deleteFrom('sign_in_failure').where('name_hmac', '=', key).execute()
    },
  }
}

/** Until when each of these names is locked; those that are not are absent. */
export async function lockedNames(
  parts: AccessParts,
  usernames: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const key = await nameKeys(parts)
  const rows = await parts.queries
    .selectFrom('sign_in_failure')
    .select(['name_hmac', 'locked_until'])
    .where('locked_until', '>', new Date(parts.clock.now()))
    .execute()
  const locked = new Map(rows.map((row) => [row.name_hmac.toString('hex'), row.locked_until!]))
  return new Map(
    usernames.flatMap((username) => {
      const until = locked.get(key(username).toString('hex'))
      return until ? [[username, until] as const] : []
    }),
  )
}

/** Lets a name try again at once. */
export async function unlockName(queries: Queries, parts: AccessParts, username: string): Promise<void> {
  const key = (await nameKeys(parts))(username)
  await queries.deleteFrom('sign_in_failure').where('name_hmac', '=', key).execute()
}

async function nameKeys(parts: AccessParts): Promise<(username: string) => Buffer> {
  const secret = await parts.vault.derive('names of failed sign-ins')
  return (username) => createHmac('sha256', secret).update(username.trim().toLowerCase()).digest()
}
