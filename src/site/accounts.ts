/** Accounts of the archiver site and their sign-in: argon2id, throttled, in constant time. */

import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { hashPassword, isPassword } from '../platform/passwords.ts'
import type { SiteParts } from './parts.ts'

export interface SiteAccount {
  readonly id: number
  readonly name: string
  readonly username: string
  readonly publicKey: Buffer
}

export interface SiteSession {
  readonly token: string
  readonly expiresAt: Date
  readonly account: SiteAccount
}

const failedSignInsMax = 5
const lockMs = 5 * 60_000
const sessionMs = 12 * 60 * 60_000

/**
 * Creates an account sealed to `publicKey` (32 bytes, X25519). Answers the password: the only time it can be
 * read. Throws `account-exists`.
 */
export async function createAccount(
  parts: SiteParts,
  input: { readonly name: string; readonly publicKey: Uint8Array; readonly actor?: string },
): Promise<{ id: number; account: string; username: string; password: string }> {
  const name = input.name.trim()
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(name)) {
    throw new AppError(
      'bad-settings',
      `An account's name is 1 to 100 letters, digits, blanks, dots or dashes; got "${name}".`,
    )
  }
  const password = parts.random.bytes(18).toString('base64url')
  const username = await freeUsername(parts, name)
  const now = parts.clock.now()
  const values = {
    name,
    username,
    password_hash: await hashPassword(password),
    public_key: Buffer.from(input.publicKey),
    created_at: new Date(now),
  }
  const id = await parts.database.transaction().execute(async (transaction) => {
    const inserted = await transaction
      .insertInto('site_account')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!inserted)
      throw new AppError(
        'account-exists',
        `The site has an account named "${name}" already; choose another name.`,
      )
    await appendAudit(transaction, {
      at: now,
      actor: input.actor,
      operation: 'create-account',
      target: name,
      outcome: 'succeeded',
    })
    return inserted.id
  })
  return { id, account: name, username, password }
}

export interface AccountSummary {
  readonly account: string
  readonly username: string
  /** ISO time. */
  readonly createdAt: string
  readonly lastSequence: number
}

/** All accounts of the site, by name. */
export async function listAccounts(parts: Pick<SiteParts, 'database'>): Promise<AccountSummary[]> {
  const rows = await parts.database
    .selectFrom('site_account')
    .select(['name', 'username', 'created_at', 'last_sequence'])
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    account: row.name,
    username: row.username,
    createdAt: row.created_at.toISOString(),
    lastSequence: Number(row.last_sequence),
  }))
}

/** Throws `account-not-found`. */
export async function accountById(parts: SiteParts, id: number): Promise<SiteAccount> {
  const row = await accountQuery(parts).where('id', '=', id).executeTakeFirst()
  if (row) return accountOf(row)
  throw new AppError('account-not-found', 'The site has no such account; look at the list of accounts.')
}

/** Throws `account-not-found`, naming the accounts there are. */
export async function accountByName(parts: SiteParts, name: string): Promise<SiteAccount> {
  const row = await accountQuery(parts).where('name', '=', name).executeTakeFirst()
  if (row) return accountOf(row)
  const others = await parts.database
    .selectFrom('site_account')
    .select('name')
    .orderBy('name')
    .limit(20)
    .execute()
  const known =
    others.length === 0 ? 'there are none yet' : `there are: ${others.map((other) => other.name).join(', ')}`
  throw new AppError('account-not-found', `The site has no account named "${name}"; ${known}.`)
}

/**
 * Opens a session of twelve hours. Every refusal reads alike and takes as long, whether or not the name
 * exists. Throws `sign-in-refused` or, after five failures within five minutes, `sign-in-throttled`.
 */
export async function signIn(parts: SiteParts, username: string, password: string): Promise<SiteSession> {
  const now = parts.clock.now()
  const row = await parts.database
    .selectFrom('site_account')
    .selectAll()
    .where('username', '=', username)
    .executeTakeFirst()
  if (row?.locked_until && row.locked_until.getTime() > now) {
    throw new AppError('sign-in-throttled', 'Too many failed sign-ins; try again in five minutes.')
  }
  const matches = await isPassword(password, row?.password_hash ?? null)
  if (!row || !matches) {
    if (row) await countFailure(parts, row.id)
    throw new AppError('sign-in-refused', 'The site refused the user name or the password.')
  }
  const token = parts.random.bytes(32).toString('base64url')
  const expiresAt = new Date(now + sessionMs)
  await parts.database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('site_account')
      .set({ failed_sign_ins: 0, locked_until: null })
      .where('id', '=', row.id)
      .execute()
    await transaction.deleteFrom('site_session').where('expires_at', '<', new Date(now)).execute()
    await transaction
      .insertInto('site_session')
      .values({
        token_sha256: tokenHash(token),
        account_id: row.id,
        created_at: new Date(now),
        expires_at: expiresAt,
      })
      .execute()
  })
  return { token, expiresAt, account: accountOf(row) }
}

/** The account of a session's token, or throws `session-expired`. */
export async function accountOfToken(parts: SiteParts, token: string): Promise<SiteAccount> {
  const row = await accountQuery(parts)
    .innerJoin('site_session', 'site_session.account_id', 'site_account.id')
    .where('token_sha256', '=', tokenHash(token))
    .where('expires_at', '>', new Date(parts.clock.now()))
    .executeTakeFirst()
  if (!row) throw new AppError('session-expired', 'The session is unknown or has ended; sign in again.')
  return accountOf(row)
}

function accountQuery(parts: SiteParts) {
  return parts.database
    .selectFrom('site_account')
    .select(['site_account.id', 'site_account.name', 'site_account.username', 'site_account.public_key'])
}

function accountOf(row: { id: number; name: string; username: string; public_key: Buffer }): SiteAccount {
  return { id: row.id, name: row.name, username: row.username, publicKey: row.public_key }
}

async function countFailure(parts: SiteParts, accountId: number): Promise<void> {
  const lockedUntil = new Date(parts.clock.now() + lockMs)
  await parts.database
    .updateTable('site_account')
    .set({
      failed_sign_ins: sql`case when failed_sign_ins + 1 >= ${failedSignInsMax} then 0 else failed_sign_ins + 1 end`,
      locked_until: sql`case when failed_sign_ins + 1 >= ${failedSignInsMax} then ${lockedUntil}::timestamptz else null end`,
    })
    .where('id', '=', accountId)
    .execute()
}

/** A user name people can type, unlike any other: the account's name in plain letters and a short number. */
async function freeUsername(parts: SiteParts, name: string): Promise<string> {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'account'
  const taken = await parts.database
    .selectFrom('site_account')
    .select('username')
    .where('username', 'like', `${base}%`)
    .execute()
  const names = new Set(taken.map((row) => row.username))
  if (!names.has(base)) return base
  let number = 2
  while (names.has(`${base}-${number}`)) number += 1
  return `${base}-${number}`
}

function tokenHash(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
