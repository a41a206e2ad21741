/** Invitations: a one-time link for each user, by mail where there is a mail server, else to be passed on by hand. */
import { hash } from 'node:crypto'
import type { NoticeLanguage } from '../../domain/activation.ts'
import { isAppError } from '../../domain/errors.ts'
import { appendAudit, auditOrigin, localOperator } from '../../platform/audit/audit.ts'
import type { Mailer } from '../../platform/mail/mailer.ts'
import type { SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'
import { invitationLetter } from './invitation-letter.ts'
import { holdUser } from './invited-user.ts'
import { keepFirstNotice } from './notices.ts'
import { readActivationSettings } from './settings.ts'
import { moveStates, waysOf } from './states.ts'

export interface InviteRequest {
  /** Ids of registered users, or all who have neither answered nor a link that works. */
  readonly users: readonly number[] | 'all'
  /** Absent: the user's own of before, else English. */
  readonly language?: NoticeLanguage | undefined
  /** Where the portal answers: `https://host`. */
  readonly origin: string
  /** Null: links are handed out. */
  readonly mailer: Mailer | null
}

export interface Invited {
  readonly userId: number
  readonly name: string
  readonly mobile: string
  readonly email: string
  readonly expiresAt: Date
  /** Where it was not mailed: to be passed on by hand, and shown this once. */
  readonly link: string | null
  /** Why it was not mailed although there is a mail server. */
  readonly problem: string | null
}

const daysValid = 14
const dayMs = 86_400_000
/** 192 bits. */
const tokenBytes = 24
const invitedAtOnceMax = 500
/** A mail server that refuses so many letters in a row is not asked for more. */
const failuresMax = 3

/**
 * Invites users. An earlier link of theirs is dead from then on, their consents are kept. `remaining` is how many of
 * those who were asked for are not invited yet: call again. Throws `registered-user-not-found`.
 */
export async function inviteUsers(
  parts: SiteParts,
  account: SiteAccount,
  { users, language, origin, mailer }: InviteRequest,
): Promise<{ invited: Invited[]; remaining: number }> {
  const ids = users === 'all' ? await usersToInvite(parts, account) : [...new Set(users)]
  if (ids.length === 0) await auditNobody(parts, account)
  const invited: Invited[] = []
  let failures = 0
  for (const id of ids.slice(0, invitedAtOnceMax)) {
    if (failures >= failuresMax) break
    const made = await makeInvitation(parts, account, id, language)
    const link = `${origin}/activate#${made.token}`
    const problem = mailer ? await mailInvitation(parts, mailer, made, account, link) : null
    failures = problem === null ? 0 : failures + 1
    const { userId, name, mobile, email, expiresAt } = made
    const byHand = mailer === null || problem !== null
    invited.push({ userId, name, mobile, email, expiresAt, link: byHand ? link : null, problem })
  }
  return { invited, remaining: ids.length - invited.length }
}

export function tokenHash(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/** Each invitation is audited with its change; that there was none to make is, too. */
function auditNobody({ database, clock }: SiteParts, account: SiteAccount): Promise<void> {
  return appendAudit(database, {
    ...{ at: clock.now(), operation: 'invite-users', target: account.name, outcome: 'succeeded' },
    details: { users: 0 },
  })
}

async function usersToInvite({ database, clock }: SiteParts, account: SiteAccount): Promise<number[]> {
  const rows = await database
    .selectFrom('site_registered_user as person')
    .select('person.id')
    .where('person.account_id', '=', account.id)
    .where('person.valid_to', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('site_invitation')
            .select('id')
            .whereRef('registered_user_id', '=', 'person.id')
            .where('ended_at', 'is', null)
            .where('expires_at', '>', new Date(clock.now())),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('site_consent')
            .select('id')
            .whereRef('registered_user_id', '=', 'person.id')
            .where('kind', '=', 'capture'),
        ),
      ),
    )
    .orderBy('person.id')
    .execute()
  return rows.map(({ id }) => id)
}

interface Made extends Omit<Invited, 'link' | 'problem'> {
  readonly id: number
  readonly token: string
  readonly language: NoticeLanguage
}

async function makeInvitation(
  parts: SiteParts,
  account: SiteAccount,
  userId: number,
  wanted: NoticeLanguage | undefined,
): Promise<Made> {
  const token = parts.random.bytes(tokenBytes).toString('base64url')
  const { offered } = await readActivationSettings(parts, account)
  return parts.database.transaction().execute(async (transaction) => {
    const now = parts.clock.now()
    const expiresAt = new Date(now + daysValid * dayMs)
    const user = await holdUser(transaction, account, userId)
    const language = wanted ?? ((user.language ?? 'en') as NoticeLanguage)
    await keepFirstNotice(parts, transaction, account)
    await transaction
      .updateTable('site_invitation')
      .set({ ended_at: new Date(now) })
      .where('registered_user_id', '=', userId)
      .where('ended_at', 'is', null)
      .execute()
    const { id } = await transaction
      .insertInto('site_invitation')
      .values({
        ...{ account_id: account.id, registered_user_id: userId, token_sha256: tokenHash(token), language },
        ...{ invited_by: auditOrigin()?.actor ?? localOperator, invited_at: new Date(now) },
        expires_at: expiresAt,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await transaction.updateTable('site_registered_user').set({ language }).where('id', '=', userId).execute()
    const ways = new Set([
      ...offered,
      ...(await waysOf(transaction, account, userId)).map((way) => way.source),
    ])
    await moveStates(
      ...([transaction, account, [...ways].map((source) => ({ userId, source })), 'invite', now] as const),
    )
    await appendAudit(transaction, {
      ...{ at: now, operation: 'invite-users', target: account.name, outcome: 'succeeded' },
      details: { user: userId, language },
    })
    const { name, mobile, email } = user
    return { id, token, language, userId, name, mobile, email, expiresAt }
  })
}

/** Answers why it could not be sent; null when the server took it. */
async function mailInvitation(
  { database, clock }: SiteParts,
  mailer: Mailer,
  { id, language, name, email, expiresAt }: Made,
  account: SiteAccount,
  link: string,
): Promise<string | null> {
  const letter = invitationLetter(language, { name, account: account.name, link, expiresAt })
  try {
    await mailer.send({ to: email, ...letter })
  } catch (error) {
    if (!isAppError(error, 'mail-refused')) throw error
    return error.message
  }
  await database
    .updateTable('site_invitation')
    .set({ mailed_at: new Date(clock.now()) })
    .where('id', '=', id)
    .execute()
  return null
}
