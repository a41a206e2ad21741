/** Users' answers: every one is kept, the last of a kind holds; one about capture opens or closes a gap. */
import { sql } from 'kysely'
import type { ConsentAnswer, ConsentKind, NoticeLanguage } from '../../domain/activation.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit, auditOrigin, localOperator } from '../../platform/audit/audit.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { SiteAccount } from '../accounts.ts'
import { closeGap, type GapScope, openGap } from '../gaps.ts'
import type { SiteParts } from '../parts.ts'
import { createRecordKeyer } from '../record-key.ts'
import { registeredUsers } from '../registered-users.ts'
import { holdUser } from './invited-user.ts'
import { keepFirstNotice } from './notices.ts'
import { moveStates, type Way, waysOf } from './states.ts'

export interface Answered {
  readonly kind: ConsentKind
  readonly answer: ConsentAnswer
  readonly noticeVersion: number
  readonly language: NoticeLanguage
  readonly at: Date
  readonly by: string
}

/** What stands in the gap ledger as the source: no way in lacks these messages, all of a user's do. */
export const gapSource = 'activation'
export const noConsent = 'no-consent'
/** Who answers for himself by his link. */
export const byHimself = 'user'

/** The last answer of each kind, by user. */
export async function lastAnswers(
  queries: Queries,
  { id }: Pick<SiteAccount, 'id'>,
  userId?: number,
): Promise<ReadonlyMap<number, readonly Answered[]>> {
  let rows = queries
    .selectFrom('site_consent')
    .selectAll()
    .distinctOn(['registered_user_id', 'kind'])
    .where('account_id', '=', id)
  if (userId !== undefined) rows = rows.where('registered_user_id', '=', userId)
  const found = await rows.orderBy('registered_user_id').orderBy('kind').orderBy('id', 'desc').execute()
  const byUser = Map.groupBy(found, (row) => row.registered_user_id)
  return new Map(
    [...byUser].map(([user, answers]) => [
      user,
      answers.map((row) => ({
        kind: row.kind as ConsentKind,
        answer: row.answer as ConsentAnswer,
        noticeVersion: row.notice_version,
        language: row.language as NoticeLanguage,
        at: row.answered_at,
        by: row.answered_by,
      })),
    ]),
  )
}

/** Keeps answers and lets follow what they mean. The user's row is held by the transaction. */
export async function keepAnswers(
  parts: SiteParts,
  transaction: Queries,
  account: SiteAccount,
  user: { readonly id: number; readonly mobile: string; readonly name: string },
  answers: readonly Omit<Answered, 'at'>[],
  ways: readonly Way[],
): Promise<void> {
  const now = parts.clock.now()
  await transaction
    .insertInto('site_consent')
    .values(
      answers.map(({ kind, answer, noticeVersion, language, by }) => ({
        ...{ account_id: account.id, registered_user_id: user.id, kind, answer, language },
        ...{ notice_version: noticeVersion, answered_at: new Date(now), answered_by: by },
      })),
    )
    .execute()
  const capture = answers.find(({ kind }) => kind === 'capture')
  if (!capture) return
  const given = capture.answer === 'given'
  await moveStates(transaction, account, ways, given ? 'consent' : 'refuse', now)
  const scope = await gapScope(parts, account)
  if (given) await closeConsentGaps(parts, transaction, scope, user.mobile, `${user.name} consented.`)
  else await openConsentGap(parts, transaction, scope, user, capture.answer)
}

/** A user's second refusal does not open a second gap. */
async function openConsentGap(
  parts: SiteParts,
  transaction: Queries,
  scope: GapScope,
  user: { readonly id: number; readonly mobile: string; readonly name: string },
  answer: ConsentAnswer,
): Promise<void> {
  const open = await transaction
    .selectFrom('site_gap')
    .select('id')
    .where('account_id', '=', scope.account.id)
    .where('registered_user_id', '=', user.id)
    .where('source', '=', gapSource)
    .where('reason', '=', noConsent)
    .where('closed_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (open) return
  const at = new Date(parts.clock.now()).toISOString()
  const did = answer === 'withdrawn' ? 'withdrew the consent to capture' : 'refused capture'
  await openGap(parts, transaction, scope, {
    gap: {
      ...{ reason: noConsent, key: `${user.id} ${at}`, custodian: user.mobile },
      explanation: `${user.name} ${did} at ${at}; nothing of this user is captured from then on.`,
    },
  })
}

export function closeConsentGaps(
  parts: SiteParts,
  transaction: Queries,
  scope: GapScope,
  mobile: string,
  by: string,
): Promise<void> {
  return closeGap(parts, transaction, scope, { closed: { reason: noConsent, custodian: mobile, by } })
}

/** The scope in which gaps of consent are opened and closed, whatever the way in. */
export async function gapScope(parts: SiteParts, account: SiteAccount): Promise<GapScope> {
  const keyer = createRecordKeyer(await parts.vault.derive(`record-keys/${account.id}`), gapSource)
  const users = (await registeredUsers(parts, account)).filter(({ validTo }) => validTo === null)
  return { account, source: gapSource, routeId: null, keyer, users }
}

/**
 * Withdraws a consent on the user's behalf, from this instant: what was captured stays. Throws
 * `registered-user-not-found`, and `bad-settings` where nothing is left to withdraw.
 */
export async function withdrawConsent(
  parts: SiteParts,
  account: SiteAccount,
  userId: number,
  kind: 'capture' | 'cross-border',
): Promise<void> {
  await parts.database.transaction().execute(async (transaction) => {
    const user = await holdUser(transaction, account, userId)
    await keepFirstNotice(parts, transaction, account)
    const last = (await lastAnswers(transaction, account, userId))
      .get(userId)
      ?.find((one) => one.kind === kind)
    if (last && last.answer !== 'given')
      throw new AppError('bad-settings', `${user.name} has not consented: there is nothing to withdraw.`)
    const answer = {
      ...{ kind, answer: 'withdrawn' as const, by: auditOrigin()?.actor ?? localOperator },
      noticeVersion: last?.noticeVersion ?? (await newestVersion(transaction, account)),
      language: last?.language ?? ((user.language ?? 'en') as NoticeLanguage),
    }
    await keepAnswers(parts, transaction, account, user, [answer], await waysOf(transaction, account, userId))
    await appendAudit(transaction, {
      ...{ at: parts.clock.now(), operation: 'withdraw-consent', target: account.name, outcome: 'succeeded' },
      details: { user: userId, kind },
    })
  })
}

async function newestVersion(transaction: Queries, { id }: SiteAccount): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select max(version) as version from site_notice where account_id = ${id}`.execute(transaction)
  return rows[0]!.version
}
