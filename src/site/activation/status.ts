/** How all registered users of an account stand: asked, answered, captured, silent, broken, gone. */
import type { ActivationState, ConsentAnswer, NoticeLanguage } from '../../domain/activation.ts'
import type { SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'
import { type Answered, lastAnswers } from './consents.ts'
import { currentNotice } from './notices.ts'

export interface ShownAnswer {
  readonly answer: ConsentAnswer
  readonly at: Date
  readonly by: string
  readonly noticeVersion: number
  /** Given to a notice that no longer holds. */
  readonly outdated: boolean
}

export interface UserActivation {
  readonly userId: number
  readonly name: string
  readonly mobile: string
  readonly email: string
  readonly language: NoticeLanguage | null
  readonly leftAt: Date | null
  readonly invitation: {
    readonly state: 'open' | 'expired' | 'completed'
    readonly invitedAt: Date
    readonly expiresAt: Date
    readonly mailed: boolean
  } | null
  readonly notice: ShownAnswer | null
  readonly capture: ShownAnswer | null
  readonly crossBorder: ShownAnswer | null
  readonly ways: readonly { readonly way: string; readonly state: ActivationState; readonly since: Date }[]
}

/** All who are registered now or have left, by name. */
export async function listActivations(parts: SiteParts, account: SiteAccount): Promise<UserActivation[]> {
  const { database } = parts
  const users = await database
    .selectFrom('site_registered_user')
    .selectAll()
    .where('account_id', '=', account.id)
    .where((either) => either.or([either('valid_to', 'is', null), either('left_at', 'is not', null)]))
    .orderBy('name')
    .orderBy('id')
    .execute()
  const invitations = await latestInvitations(parts, account)
  const answers = await lastAnswers(database, account)
  const { version } = await currentNotice(parts, account)
  const states = await database
    .selectFrom('site_activation')
    .selectAll()
    .where('account_id', '=', account.id)
    .orderBy('source')
    .execute()
  const ways = Map.groupBy(states, (row) => row.registered_user_id)
  return users.map((user) => ({
    ...{ userId: user.id, name: user.name, mobile: user.mobile, email: user.email, leftAt: user.left_at },
    language: user.language as NoticeLanguage | null,
    invitation: invitations.get(user.id) ?? null,
    ...shownAnswers(answers.get(user.id) ?? [], version),
    ways: (ways.get(user.id) ?? []).map(({ source, state, since }) => ({
      ...{ way: source, state: state as ActivationState, since },
    })),
  }))
}

function shownAnswers(answers: readonly Answered[], version: number) {
  const shown = (wanted: Answered['kind']): ShownAnswer | null => {
    const found = answers.find(({ kind }) => kind === wanted)
    if (!found) return null
    const { answer, at, by, noticeVersion } = found
    return { answer, at, by, noticeVersion, outdated: noticeVersion < version }
  }
  return { notice: shown('notice'), capture: shown('capture'), crossBorder: shown('cross-border') }
}

async function latestInvitations({ database, clock }: SiteParts, { id }: SiteAccount) {
  const rows = await database
    .selectFrom('site_invitation')
    .selectAll()
    .distinctOn('registered_user_id')
    .where('account_id', '=', id)
    .orderBy('registered_user_id')
    .orderBy('id', 'desc')
    .execute()
  const now = clock.now()
  return new Map(
    rows.map((row) => {
      const open = row.ended_at === null && row.expires_at.getTime() > now
      const state = row.completed_at !== null ? 'completed' : open ? 'open' : 'expired'
      const { invited_at: invitedAt, expires_at: expiresAt } = row
      return [
        row.registered_user_id,
        { state, invitedAt, expiresAt, mailed: row.mailed_at !== null } as UserActivation['invitation'],
      ]
    }),
  )
}
