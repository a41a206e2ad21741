/** What an administrator sees of the site's accounts: their journals, gaps and captures, counted. */
import { sql } from 'kysely'
import { publicKeyFingerprint } from '../platform/sealing/index.ts'
import { accountById } from './accounts.ts'
import { type JournalStatus, journalStatus } from './journal.ts'
import type { SiteParts } from './parts.ts'

export interface AccountFacts extends Omit<JournalStatus, 'account' | 'gaps'> {
  readonly id: number
  readonly name: string
  readonly username: string
  /** ISO time. */
  readonly createdAt: string
  readonly keyFingerprint: string
  /** Those who are registered now. */
  readonly registeredUsers: number
  /** ISO time of the last block of the journal; null while it is empty. */
  readonly lastCapturedAt: string | null
  readonly gaps: number
}

/** Of all accounts, by name. */
export async function listAccountFacts(parts: SiteParts): Promise<AccountFacts[]> {
  const rows = await parts.database.selectFrom('site_account').select('id').orderBy('name').execute()
  const facts: AccountFacts[] = []
  for (const { id } of rows) facts.push(await accountFacts(parts, id))
  return facts
}

/** Throws `account-not-found`. */
export async function accountFacts(parts: SiteParts, id: number): Promise<AccountFacts> {
  const account = await accountById(parts, id)
  const { account: name, gaps, ...journal } = await journalStatus(parts, account)
  const more = await sql<{ created_at: Date; users: bigint; last_captured_at: Date | null }>`
    select created_at,
           (select count(*) from site_registered_user where account_id = ${id} and valid_to is null) as users,
           (select max(captured_at) from site_block where account_id = ${id}) as last_captured_at
      from site_account where id = ${id}`.execute(parts.database)
  const { created_at, users, last_captured_at } = more.rows[0]!
  return {
    ...journal,
    id,
    name,
    username: account.username,
    createdAt: created_at.toISOString(),
    keyFingerprint: publicKeyFingerprint(account.publicKey),
    registeredUsers: Number(users),
    lastCapturedAt: last_captured_at?.toISOString() ?? null,
    gaps: gaps.reduce((sum, { count }) => sum + count, 0),
  }
}

export interface GapCount {
  readonly reason: string
  readonly source: string
  readonly count: number
  /** ISO time. */
  readonly lastFoundAt: string
}

/** Open gaps of an account by reason and source; their sentences are sealed to the centre. */
export async function listGaps({ database }: SiteParts, accountId: number): Promise<GapCount[]> {
  const rows = await database
    .selectFrom('site_gap')
    .select(({ fn }) => [
      'reason',
      'source',
      fn.countAll<bigint>().as('count'),
      fn.max('found_at').as('last_found_at'),
    ])
    .where('account_id', '=', accountId)
    .where('closed_at', 'is', null)
    .groupBy(['reason', 'source'])
    .orderBy('reason')
    .orderBy('source')
    .execute()
  return rows.map((row) => ({
    reason: row.reason,
    source: row.source,
    count: Number(row.count),
    lastFoundAt: row.last_found_at.toISOString(),
  }))
}

export interface CaptureRecord {
  readonly id: number
  readonly source: string
  /** ISO times; an unfinished one runs still, or its process died: the next capture tidies up after it. */
  readonly startedAt: string
  readonly finishedAt: string | null
  readonly captured: number
  readonly duplicates: number
  readonly attachments: number
}

/** The account's captures, newest first. */
export async function listCaptures(
  { database }: SiteParts,
  accountId: number,
  limit: number,
): Promise<CaptureRecord[]> {
  const rows = await database
    .selectFrom('site_capture')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: Number(row.id),
    source: row.source,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    captured: Number(row.captured),
    duplicates: Number(row.duplicates),
    attachments: Number(row.attachments),
  }))
}
