/** What the commands of activation do and print. */
import type { Platform } from '../app.ts'
import type { NoticeLanguage } from '../domain/activation.ts'
import { AppError } from '../domain/errors.ts'
import { normalisePhone } from '../domain/phone.ts'
import { createMailer } from '../platform/mail/mailer.ts'
import {
  changeActivationSettings,
  currentNotice,
  decideExclusion,
  endExclusion,
  inviteUsers,
  leaveUser,
  listActivations,
  listExclusions,
  proposeExclusion,
  publishNotice,
  readActivationSettings,
  withdrawConsent,
} from '../site/activation/index.ts'
import { registeredUsers, type SiteAccount, type SiteParts } from '../site/index.ts'
import { auditFailure, auditLook, type Context } from './context.ts'
import { readInput } from './input-file.ts'
import { factsText } from './output.ts'
import { runningPart } from './running.ts'
import { shownTime, timeOf } from './times.ts'

export interface OfAccount {
  readonly account: string
}

export interface InviteOptions extends OfAccount {
  readonly mobile?: string
  readonly all?: boolean
  readonly language?: NoticeLanguage
  readonly byHand?: boolean
}

export interface UserOptions extends OfAccount {
  readonly mobile: string
}

export interface LeaveOptions extends UserOptions {
  readonly at?: string
}

export interface WithdrawOptions extends UserOptions {
  readonly crossBorder?: boolean
}

export interface ExclusionOptions extends OfAccount {
  readonly conversation: string
  readonly reason: string
  readonly mobile?: string
}

export interface At {
  readonly platform: Platform
  readonly site: SiteParts
  readonly account: SiteAccount
}

export async function invite({ output }: Context, place: At, options: InviteOptions): Promise<void> {
  const { platform, site, account } = place
  if ((options.mobile === undefined) === (options.all !== true))
    throw new AppError('bad-settings', 'Say whom to invite: --mobile NUMBER, or --all.')
  const { mail, http } = platform.config
  const running = http.publicUrl === null ? await runningPart(platform.folder, 'centre') : null
  const origin = http.publicUrl ?? running?.address ?? `http://${http.host}:${http.port}`
  const audited = { operation: 'invite-users', target: account.name } as const
  const { invited, remaining } = await auditFailure(platform, audited, async () =>
    inviteUsers(site, account, {
      users: options.mobile === undefined ? 'all' : [await userId(place, options.mobile)],
      language: options.language,
      origin,
      mailer: mail === null || options.byHand ? null : createMailer(mail),
    }),
  )
  await output.list(
    invited.map((one) => ({ ...one, expiresAt: one.expiresAt.toISOString() })),
    [
      { title: 'name', of: (row) => row.name },
      { title: 'mobile', of: (row) => row.mobile },
      { title: 'works until', of: (row) => shownTime(row.expiresAt) },
      { title: 'link', of: (row) => row.link ?? `mailed to ${row.email}` },
    ],
  )
  const problem = invited.find((one) => one.problem !== null)?.problem
  if (problem) output.note(problem)
  if (invited.some(({ link }) => link !== null))
    output.note('Links are shown this once: give each to its person alone.')
  if (remaining > 0) output.note(`${remaining} more are not invited yet: run the command again.`)
}

export async function status({ output }: Context, { platform, site, account }: At): Promise<void> {
  const users = await listActivations(site, account)
  await auditLook(platform, {
    ...{ operation: 'view-activation', target: account.name, details: { users: users.length } },
  })
  await output.list(users, [
    { title: 'name', of: (row) => row.name },
    { title: 'mobile', of: (row) => row.mobile },
    { title: 'invitation', of: ({ invitation }) => invitation?.state ?? 'none' },
    { title: 'capture', of: ({ capture }) => answerText(capture) },
    { title: 'cross-border', of: ({ crossBorder }) => answerText(crossBorder) },
    { title: 'ways', of: ({ ways }) => ways.map(({ way, state }) => `${way}: ${state}`).join(', ') },
    { title: 'left', of: ({ leftAt }) => shownTime(leftAt?.toISOString() ?? null) },
  ])
}

function answerText(answer: { readonly answer: string; readonly outdated: boolean } | null): string {
  if (answer === null) return 'no answer'
  return answer.outdated ? `${answer.answer} (earlier notice)` : answer.answer
}

export async function leave({ output }: Context, place: At, options: LeaveOptions): Promise<void> {
  const { platform, site, account } = place
  const audited = { operation: 'leave-user', target: account.name } as const
  await auditFailure(platform, audited, async () =>
    leaveUser(
      ...([site, account, await userId(place, options.mobile)] as const),
      options.at === undefined ? undefined : timeOf(options.at, '--at'),
    ),
  )
  await output.document({ left: true }, () => 'Nothing of this user is captured any more; what was stays.')
}

export async function withdraw({ output }: Context, place: At, options: WithdrawOptions): Promise<void> {
  const { platform, site, account } = place
  const audited = { operation: 'withdraw-consent', target: account.name } as const
  const kind = options.crossBorder ? 'cross-border' : 'capture'
  await auditFailure(platform, audited, async () =>
    withdrawConsent(site, account, await userId(place, options.mobile), kind),
  )
  await output.document({ withdrawn: kind }, () => `The consent (${kind}) is withdrawn from now on.`)
}

export async function required(
  { output }: Context,
  { platform, site, account }: At,
  value: string | undefined,
): Promise<void> {
  if (value !== undefined && value !== 'yes' && value !== 'no')
    throw new AppError('bad-settings', `Say yes or no, not "${value}".`)
  const audited = { operation: 'change-activation', target: account.name } as const
  const { consentRequired } =
    value === undefined
      ? await readActivationSettings(site, account)
      : await auditFailure(platform, audited, () =>
          changeActivationSettings(site, account, { consentRequired: value === 'yes' }),
        )
  await output.document({ account: account.name, consentRequired }, () =>
    consentRequired
      ? 'Nothing of a user is captured before he agrees.'
      : 'Users are captured until they refuse.',
  )
}

export async function showNotice({ output }: Context, { site, account }: At): Promise<void> {
  const { version, texts, publishedBy, publishedAt } = await currentNotice(site, account)
  await output.document({ version, texts, publishedBy, publishedAt: publishedAt.toISOString() }, () =>
    factsText({
      ...{ version, 'published by': publishedBy, languages: Object.keys(texts).join(', ') },
      ...(texts.en ?? Object.values(texts)[0]),
    }),
  )
}

export async function publish(
  { output }: Context,
  { platform, site, account }: At,
  file: string,
): Promise<void> {
  const audited = { operation: 'publish-notice', target: account.name } as const
  const version = await auditFailure(platform, audited, async () => {
    const { version: after, texts } = parsed((await readInput(file, 'a notice')).toString('utf8'))
    return publishNotice(site, account, { texts, after: Number(after) })
  })
  await output.document({ version }, () => `Version ${version} holds from now on.`)
}

function parsed(text: string): { version?: unknown; texts?: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch (cause) {
    throw new AppError(
      'bad-settings',
      'The notice is not JSON; begin with "holdfast site notice show --json".',
      {
        cause,
      },
    )
  }
  throw new AppError('bad-settings', 'The notice is a JSON object with "version" and "texts".')
}

export async function exclusions({ output }: Context, { site, account }: At): Promise<void> {
  await output.list(await listExclusions(site, account), [
    { title: 'id', of: (row) => row.id },
    { title: 'state', of: (row) => row.state },
    { title: 'reason', of: (row) => row.reason },
    { title: 'proposed by', of: (row) => row.proposedBy },
    { title: 'decided by', of: (row) => row.decidedBy ?? '' },
    { title: 'not captured', of: (row) => row.records },
  ])
}

export async function propose({ output }: Context, place: At, options: ExclusionOptions): Promise<void> {
  const { platform, site, account } = place
  const { conversation, reason, mobile } = options
  const audited = { operation: 'propose-exclusion', target: account.name } as const
  const id = await auditFailure(platform, audited, async () =>
    proposeExclusion(site, account, {
      ...{ conversation, reason, userId: mobile === undefined ? null : await userId(place, mobile) },
    }),
  )
  await output.document({ id }, () => `Exclusion ${id} is proposed; another person has to approve it.`)
}

export async function decide(
  { output }: Context,
  { platform, site, account }: At,
  given: string,
  verb: 'approve' | 'refuse' | 'end',
): Promise<void> {
  const id = Number(given)
  if (!Number.isInteger(id) || id < 1)
    throw new AppError(
      'bad-settings',
      `"${given}" is no exclusion's number; see "holdfast site exclusion list".`,
    )
  const operation = verb === 'end' ? 'end-exclusion' : 'decide-exclusion'
  await auditFailure(platform, { operation, target: account.name, details: { exclusion: id } }, () =>
    verb === 'end' ? endExclusion(site, account, id) : decideExclusion(site, account, id, verb === 'approve'),
  )
  await output.document(
    { id, done: verb },
    () => `Exclusion ${id}: ${verb === 'end' ? 'ended' : `${verb}d`}.`,
  )
}

/** The user who has the number now. Throws `registered-user-not-found`. */
async function userId({ site, account }: At, mobile: UserOptions['mobile']): Promise<number> {
  const number = normalisePhone(mobile)
  const users = await registeredUsers(site, account)
  const found = users.find((user) => user.validTo === null && user.mobile === number)
  if (found) return found.id
  throw new AppError(
    'registered-user-not-found',
    `Nobody registered with "${account.name}" has this number now; see "holdfast site user list".`,
  )
}
