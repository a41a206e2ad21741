/**
 * What a plug-in keeps at its site: the session that it speaks to its vendor with. The entries are sealed by the plug-in
 * before they come, and once more here; their names are tags of its own. So the plug-in needs no database, and the site
 * cannot use what it keeps.
 */
import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { AppError } from '../../domain/errors.ts'
import type { SessionAsk } from '../../sources/live-source.ts'
import type { SiteParts } from '../parts.ts'
import type { Route } from './routes.ts'

type RouteKey = Pick<Route, 'id' | 'address'>

/** Answers the session as it is, for `read`, or after what was asked. Throws `changed-meanwhile` for a write that is late. */
export async function answerSession(parts: SiteParts, route: RouteKey, ask: SessionAsk): Promise<object> {
  if (ask.what === 'read') return readSession(parts, route)
  await writeSession(parts, route, ask)
  return { generation: ask.generation }
}

async function readSession({ pool, vault }: SiteParts, route: RouteKey): Promise<object> {
  // In one statement: entries and generation are of one moment.
  const { rows } = await pool.query<{ generation: string; tag: Buffer | null; sealed: Buffer }>(
    `select session_generation as generation, name_tag as tag, sealed_entry as sealed
       from site_route left join site_route_session on route_id = id where id = $1`,
    [route.id],
  )
  const entries: Record<string, string> = {}
  for (const { tag, sealed } of rows)
    if (tag !== null)
      entries[tag.toString('hex')] = Buffer.from(await vault.open(purposeOf(route, tag), sealed)).toString(
        'base64',
      )
  return { generation: Number(rows[0]?.generation ?? 0), entries }
}

async function writeSession(
  { database, vault }: SiteParts,
  route: RouteKey,
  ask: Extract<SessionAsk, { what: 'write' }>,
): Promise<void> {
  const request = hash('sha256', JSON.stringify([ask.generation, ask.anew, [...ask.entries]]), 'buffer')
  const entries = [...ask.entries].map(([tag, entry]) => ({ tag: Buffer.from(tag, 'hex'), entry }))
  const gone = entries.filter(({ entry }) => entry === null).map(({ tag }) => tag)
  const held = entries.flatMap(({ tag, entry }) =>
    entry === null ? [] : [{ tag, content: Buffer.from(entry, 'base64') }],
  )
  const sealed = await Promise.all(
    held.map(async ({ tag, content }) => Buffer.from(await vault.seal(purposeOf(route, tag), content))),
  )
  await database.transaction().execute(async (transaction) => {
    const { generation, last } = await lockedState(transaction, route.id)
    // Its answer was lost: what it asked is done.
    if (generation === ask.generation && last?.equals(request)) return
    if (generation + 1 !== ask.generation)
      throw new AppError(
        'changed-meanwhile',
        `The session was written ${generation} times, and this is write ${ask.generation}: another plug-in uses it, or an old one was restored.`,
      )
    await sql`delete from site_route_session
               where route_id = ${route.id} and (${ask.anew} or name_tag = any(${gone}::bytea[]))`.execute(
      transaction,
    )
    // As arrays: a session that begins has tens of thousands of entries.
    await sql`insert into site_route_session (route_id, name_tag, sealed_entry)
              select ${route.id}, name_tag, sealed_entry
                from unnest(${held.map(({ tag }) => tag)}::bytea[], ${sealed}::bytea[]) as entry (name_tag, sealed_entry)
              on conflict (route_id, name_tag) do update set sealed_entry = excluded.sealed_entry`.execute(
      transaction,
    )
    await transaction
      .updateTable('site_route')
      .set({ session_generation: BigInt(ask.generation), session_request_sha256: request })
      .where('id', '=', route.id)
      .execute()
  })
}

async function lockedState(transaction: SiteParts['database'], routeId: number) {
  const row = await transaction
    .selectFrom('site_route')
    .select(['session_generation', 'session_request_sha256'])
    .where('id', '=', routeId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { generation: Number(row.session_generation), last: row.session_request_sha256 }
}

function purposeOf({ address }: RouteKey, tag: Buffer): string {
  return `route-session/${address}/${tag.toString('hex')}`
}
