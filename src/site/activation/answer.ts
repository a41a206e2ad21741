/** What a user does with his link: he reads the notice, answers, connects, and is done. */
import type { ConsentAnswer, NoticeLanguage, NoticeTexts, OfferedWay } from '../../domain/activation.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import { accountById, type SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'
import { byHimself, keepAnswers, lastAnswers } from './consents.ts'
import { tokenHash } from './invite.ts'
import { currentNotice } from './notices.ts'
import { type AccountActivation, readActivationSettings } from './settings.ts'
import { waysOf } from './states.ts'

/** What live routes show on the user's page; handed in by whoever runs them. */
export interface WaysShown {
  /** What a linked device's QR code says now; null where there is none (already linked, or nothing that asks). */
  qrText(account: SiteAccount, userId: number): Promise<string | null>
}

export interface ActivationPage {
  readonly name: string
  readonly account: string
  readonly language: NoticeLanguage
  readonly expiresAt: Date
  readonly consentRequired: boolean
  readonly notice: { readonly version: number; readonly texts: NoticeTexts }
  /** What he answered to this version of the notice; null: nothing yet. */
  readonly answers: { readonly capture: ConsentAnswer | null; readonly crossBorder: ConsentAnswer | null }
  readonly ways: readonly {
    readonly way: OfferedWay
    readonly qrText: string | null
    readonly signupUrl: string | null
  }[]
}

/** A user's page. Throws `link-refused`. */
export async function activationPage(
  parts: SiteParts,
  token: string,
  { qrText }: WaysShown,
): Promise<ActivationPage> {
  const { account, user, expiresAt } = await invitationOf(parts, parts.database, token)
  const notice = await currentNotice(parts, account)
  const settings = await readActivationSettings(parts, account)
  const answers = (await lastAnswers(parts.database, account, user.id)).get(user.id) ?? []
  const answerTo = (kind: 'capture' | 'cross-border') =>
    answers.find((one) => one.kind === kind && one.noticeVersion === notice.version)?.answer ?? null
  const capture = answerTo('capture')
  const code =
    capture === 'given' && settings.offered.includes('whatsapp-linked-device')
      ? await qrText(account, user.id)
      : null
  return {
    ...{ name: user.name, account: account.name, language: user.language, expiresAt },
    consentRequired: settings.consentRequired,
    notice: { version: notice.version, texts: notice.texts },
    answers: { capture, crossBorder: answerTo('cross-border') },
    ways: settings.offered.map((way) => ({
      way,
      qrText: way === 'whatsapp-linked-device' ? code : null,
      signupUrl: way === 'whatsapp-cloud' ? signupUrl(settings) : null,
    })),
  }
}

/** Meta's page on which a business number joins the platform and stays in the Business app. */
function signupUrl({ embeddedSignup }: AccountActivation): string | null {
  if (embeddedSignup === null) return null
  const address = new URL(embeddedSignup.address)
  address.searchParams.set('app_id', embeddedSignup.appId)
  address.searchParams.set('config_id', embeddedSignup.configurationId)
  const extras = { version: 'v3', featureType: 'whatsapp_business_app_onboarding' }
  address.searchParams.set('extras', JSON.stringify(extras))
  return address.href
}

export interface NoticeAnswer {
  readonly noticeVersion: number
  readonly language: NoticeLanguage
  readonly capture: 'given' | 'refused'
  readonly crossBorder: 'given' | 'refused'
}

/**
 * Keeps that the notice was read, and both answers. A refusal stops capture from this instant. Throws `link-refused`,
 * and `changed-meanwhile` where the notice is no longer the one he read.
 */
export async function answerNotice(parts: SiteParts, token: string, given: NoticeAnswer): Promise<void> {
  const { capture, crossBorder, language, noticeVersion } = given
  await parts.database.transaction().execute(async (transaction) => {
    const { account, user } = await invitationOf(parts, transaction, token)
    const notice = await currentNotice({ ...parts, database: transaction }, account)
    if (notice.version !== noticeVersion)
      throw new AppError('changed-meanwhile', 'The notice was changed meanwhile; read it again.')
    const { offered } = await readActivationSettings({ database: transaction }, account)
    const known = (await waysOf(transaction, account, user.id)).map(({ source }) => source)
    const ways = [...new Set([...known, ...offered])].map((source) => ({ userId: user.id, source }))
    const answered = { noticeVersion, language, by: byHimself }
    await keepAnswers(
      ...([parts, transaction, account, user] as const),
      [
        { ...answered, kind: 'notice', answer: 'given' },
        { ...answered, kind: 'capture', answer: capture },
        { ...answered, kind: 'cross-border', answer: crossBorder },
      ],
      ways,
    )
    await transaction
      .updateTable('site_registered_user')
      .set({ language })
      .where('id', '=', user.id)
      .execute()
    await audit(parts, transaction, account, user.id, 'answer-notice', {
      capture,
      crossBorder,
      noticeVersion,
    })
  })
}

/** The link is used up. Throws `link-refused`, and `draft-incomplete` before he has answered. */
export async function finishActivation(parts: SiteParts, token: string): Promise<void> {
  await parts.database.transaction().execute(async (transaction) => {
    const { account, user, id } = await invitationOf(parts, transaction, token)
    const answers = (await lastAnswers(transaction, account, user.id)).get(user.id) ?? []
    if (!answers.some(({ kind }) => kind === 'capture'))
      throw new AppError('draft-incomplete', 'Answer the notice first: it asks whether you agree.')
    const now = new Date(parts.clock.now())
    await transaction
      .updateTable('site_invitation')
      .set({ completed_at: now, ended_at: now })
      .where('id', '=', id)
      .execute()
    await audit(parts, transaction, account, user.id, 'finish-activation', {})
  })
}

export interface OpenInvitation {
  readonly id: number
  readonly account: SiteAccount
  readonly user: {
    readonly id: number
    readonly name: string
    readonly mobile: string
    readonly language: NoticeLanguage
  }
  readonly expiresAt: Date
}

/** Unknown, expired, used, replaced or of somebody who left: whoever holds the link learns no more than that. */
export async function invitationOf(
  parts: SiteParts,
  queries: Queries,
  token: string,
): Promise<OpenInvitation> {
  let found = queries
    .selectFrom('site_invitation')
    .innerJoin('site_registered_user', 'site_registered_user.id', 'site_invitation.registered_user_id')
    .select([
      ...(['site_invitation.id', 'site_invitation.account_id', 'expires_at'] as const),
      ...(['registered_user_id', 'name', 'mobile', 'site_invitation.language'] as const),
    ])
    .where('token_sha256', '=', tokenHash(token))
    .where('ended_at', 'is', null)
    .where('expires_at', '>', new Date(parts.clock.now()))
    .where('valid_to', 'is', null)
  // An answer and a withdrawal at the same moment come one after the other.
  if (queries.isTransaction) found = found.forUpdate('site_registered_user').forUpdate('site_invitation')
  const row = await found.executeTakeFirst()
  if (!row)
    throw new AppError(
      'link-refused',
      'The link does not work any more. Ask your administrator for a new one.',
    )
  const { name, mobile, language, registered_user_id: id } = row
  return {
    id: row.id,
    account: await accountById({ ...parts, database: queries }, row.account_id),
    user: { id, name, mobile, language: language as NoticeLanguage },
    expiresAt: row.expires_at,
  }
}

/** He has no account: his number in the list of registered users says who he is. */
function audit(
  parts: SiteParts,
  transaction: Queries,
  account: SiteAccount,
  userId: number,
  operation: 'answer-notice' | 'finish-activation',
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAudit(transaction, {
    ...{ at: parts.clock.now(), operation, target: account.name, outcome: 'succeeded' },
    ...{ actor: `registered user ${userId}`, actorType: 'person', details: { user: userId, ...details } },
  })
}
