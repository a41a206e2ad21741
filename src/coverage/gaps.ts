/** The gap ledger at the centre: what is missing, why, and who accepted it. */
import { sql } from 'kysely'
import { type ConnectorParts, requirePrivateKey } from '../connector/index.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { openWithPrivateKey } from '../platform/sealing/index.ts'
import { dayMs, type GapSeverity, severityOf } from './rules.ts'

export const gapStates = ['open', 'accepted', 'closed'] as const
export type GapState = (typeof gapStates)[number]

export interface Gap {
  readonly id: string
  readonly state: GapState
  readonly severity: GapSeverity
  readonly reason: string
  readonly source: string
  readonly route: string | null
  /** The registered user whose messages are missing, where it is known. */
  readonly user: { readonly id: number; readonly name: string | null } | null
  /** ISO time. */
  readonly foundAt: string
  readonly ageDays: number
  /** What the source said; null where this centre has not the key. */
  readonly explanation: string | null
  readonly closed: { readonly at: string; readonly by: string | null } | null
  readonly accepted: { readonly at: string; readonly by: string; readonly reason: string } | null
}

export interface GapFilter {
  readonly state?: GapState | undefined
  readonly reason?: string | undefined
  readonly source?: string | undefined
  readonly userId?: number | undefined
}

export interface GapPage {
  readonly gaps: readonly Gap[]
  /** The cursor of the next page. */
  readonly next: string | null
}

/** The account's gaps, newest first; `cursor` is the `next` of the page before. */
export async function listGaps(
  parts: ConnectorParts,
  accountId: number,
  filter: GapFilter,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<GapPage> {
  const rows = await gapRows(parts.queries, accountId, filter, cursor, limit + 1)
  const shown = rows.slice(0, limit)
  const privateKey = shown.length === 0 ? null : await privateKeyOf(parts, accountId)
  return {
    gaps: shown.map((row) => gapOf(row, privateKey, parts.clock.now())),
    next: rows.length > limit ? String(shown.at(-1)!.id) : null,
  }
}

async function gapRows(
  queries: Queries,
  accountId: number,
  { state, reason, source, userId }: GapFilter,
  cursor: string | undefined,
  limit: number,
) {
  let rows = queries
    .selectFrom('gap')
    .leftJoin('registered_user', (join) =>
      join
        .onRef('registered_user.feed_account_id', '=', 'gap.feed_account_id')
        .onRef('registered_user.site_user_id', '=', 'gap.site_user_id'),
    )
    .selectAll('gap')
    .select('registered_user.name as user_name')
    .where('gap.feed_account_id', '=', accountId)
  if (state === 'closed') rows = rows.where('closed_at', 'is not', null)
  if (state === 'open' || state === 'accepted')
    rows = rows.where('closed_at', 'is', null).where('accepted_at', state === 'open' ? 'is' : 'is not', null)
  if (reason !== undefined) rows = rows.where('reason', '=', reason)
  if (source !== undefined) rows = rows.where('source', '=', source)
  if (userId !== undefined) rows = rows.where('gap.site_user_id', '=', userId)
  if (cursor !== undefined) rows = rows.where('gap.id', '<', gapId(cursor))
  return rows.orderBy('gap.id', 'desc').limit(limit).execute()
}

type GapRow = Awaited<ReturnType<typeof gapRows>>[number]

function gapOf(row: GapRow, privateKey: Buffer | null, now: number): Gap {
  const { closed_at: closedAt, sealed_closing: sealedClosing, accepted_at: acceptedAt } = row
  return {
    id: String(row.id),
    state: closedAt !== null ? 'closed' : acceptedAt !== null ? 'accepted' : 'open',
    severity: severityOf(row.reason),
    ...{ reason: row.reason, source: row.source, route: row.route },
    user: row.site_user_id === null ? null : { id: row.site_user_id, name: row.user_name },
    foundAt: row.found_at.toISOString(),
    ageDays: Math.max(0, Math.floor((now - row.found_at.getTime()) / dayMs)),
    explanation: opened(privateKey, row.sealed_explanation, 'explanation'),
    closed:
      closedAt === null
        ? null
        : {
            at: closedAt.toISOString(),
            by: sealedClosing === null ? null : opened(privateKey, sealedClosing, 'by'),
          },
    accepted:
      acceptedAt === null
        ? null
        : { at: acceptedAt.toISOString(), by: row.accepted_by!, reason: row.accepted_reason! },
  }
}

/** A sentence as the source said it; null where it cannot be opened, for the row is worth showing all the same. */
function opened(privateKey: Buffer | null, sealed: Buffer, name: 'explanation' | 'by'): string | null {
  if (privateKey === null) return null
  try {
    const said: unknown = JSON.parse(openWithPrivateKey(privateKey, sealed, 'gap').toString())
    return String((said as Record<string, unknown>)[name])
  } catch {
    return null
  }
}

async function privateKeyOf(parts: ConnectorParts, accountId: number): Promise<Buffer | null> {
  const account = await parts.queries
    .selectFrom('feed_account')
    .select(['public_key', 'account', 'username'])
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (!account?.public_key) return null
  try {
    return await requirePrivateKey(parts, account.public_key, account.account ?? account.username)
  } catch (error) {
    if (isAppError(error, 'account-has-no-key')) return null
    throw error
  }
}

/**
 * Accepts an open gap: it is known, and nothing more will come. The ledger keeps it, with by whom and why. Throws
 * `not-found`, `bad-request` (no reason given), and `changed-meanwhile` for one that is closed or accepted already.
 */
export async function acceptGap(
  { queries, clock }: Pick<ConnectorParts, 'queries' | 'clock'>,
  id: string,
  { by, reason: given, actor }: { readonly by: string; readonly reason: string; readonly actor?: string },
): Promise<void> {
  const reason = given.trim()
  if (reason === '' || reason.length > acceptedReasonMax)
    throw new AppError('bad-request', 'Say in at most 1,000 characters why the gap is accepted.')
  const now = clock.now()
  await queries.transaction().execute(async (transaction) => {
    const accepted = await transaction
      .updateTable('gap')
      .set({ accepted_at: new Date(now), accepted_by: by, accepted_reason: reason })
      .where('id', '=', gapId(id))
      .where('closed_at', 'is', null)
      .where('accepted_at', 'is', null)
      .returning(['reason', 'source', 'feed_account_id'])
      .executeTakeFirst()
    if (!accepted) throw await whyNotAccepted(transaction, id)
    await appendAudit(transaction, {
      ...{ at: now, operation: 'accept-gap', target: `gap ${id}`, outcome: 'succeeded' },
      ...(actor === undefined ? {} : { actor }),
      details: { gap: id, reason: accepted.reason, source: accepted.source, because: reason },
    })
  })
}

const acceptedReasonMax = 1_000

async function whyNotAccepted(queries: Queries, id: string): Promise<AppError> {
  const found = await queries
    .selectFrom('gap')
    .select('closed_at')
    .where('id', '=', gapId(id))
    .executeTakeFirst()
  if (!found) return new AppError('not-found', `There is no gap ${id}; look at the list of gaps.`)
  const how = found.closed_at === null ? 'accepted' : 'closed'
  return new AppError('changed-meanwhile', `The gap ${id} was ${how} meanwhile; look at it again.`)
}

/** Throws `not-found` for what is no number of a gap. */
function gapId(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text)
  throw new AppError('not-found', `There is no gap ${text}; look at the list of gaps.`)
}

export interface GapCounts {
  readonly open: number
  readonly accepted: number
  readonly closed: number
  /** Open ones by reason, the most first. */
  readonly byReason: readonly {
    readonly reason: string
    readonly severity: GapSeverity
    readonly open: number
  }[]
}

export async function countGaps(
  { queries }: { readonly queries: Queries },
  accountId: number,
): Promise<GapCounts> {
  const { rows } = await sql<{ reason: string; open: bigint; accepted: bigint; closed: bigint }>`
    select reason, count(*) filter (where closed_at is null and accepted_at is null) as open,
           count(*) filter (where closed_at is null and accepted_at is not null) as accepted,
           count(*) filter (where closed_at is not null) as closed
      from gap where feed_account_id = ${accountId} group by reason order by 2 desc, reason`.execute(queries)
  const sum = (name: GapState) => rows.reduce((total, row) => total + Number(row[name]), 0)
  return {
    ...{ open: sum('open'), accepted: sum('accepted'), closed: sum('closed') },
    byReason: rows
      .filter(({ open }) => open > 0n)
      .map(({ reason, open }) => ({ reason, severity: severityOf(reason), open: Number(open) })),
  }
}
