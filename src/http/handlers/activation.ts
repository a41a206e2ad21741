import type { activationEndpoints } from '../../api/endpoints/activation.ts'
import { AppError } from '../../domain/errors.ts'
import { createMailer } from '../../platform/mail/mailer.ts'
import { withUploadedFile } from '../../platform/uploaded-file.ts'
import {
  type AccountActivation,
  activationPage,
  answerNotice,
  changeActivationSettings,
  decideExclusion,
  endExclusion,
  finishActivation,
  invitationOf,
  inviteUsers,
  leaveUser,
  listActivations,
  listExclusions,
  listNotices,
  proposeExclusion,
  publishNotice,
  readActivationSettings,
  reportPersonal,
  type ShownAnswer,
  type UserActivation,
  type WaysShown,
  withdrawConsent,
} from '../../site/activation/index.ts'
import { accountById, capture, parseUploadSettings, uploadSettingsSchema } from '../../site/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

type ActivationHandlers = Handlers<typeof activationEndpoints>

const done = { done: true } as const

const noCode: WaysShown = { qrText: async () => null }

export function activationHandlers(parts: PortalParts): ActivationHandlers {
  return {
    ...invitationHandlers(parts),
    ...noticeHandlers(parts),
    ...exclusionHandlers(parts),
    ...linkHandlers(parts, parts.qrText ? { qrText: parts.qrText } : noCode),
  }
}

/** Throws `site-elsewhere`. */
function siteOf({ site }: PortalParts): NonNullable<PortalParts['site']> {
  if (site) return site
  throw new AppError(
    'site-elsewhere',
    'The archiver site does not run in this installation: look after its accounts and users where it runs.',
  )
}

const accountOf = (parts: PortalParts, id: number) => accountById(siteOf(parts), id)

function invitationHandlers(
  parts: PortalParts,
): Pick<
  ActivationHandlers,
  'listActivations' | 'inviteUsers' | 'withdrawConsent' | 'leaveUser' | 'changeActivation'
> {
  const { mail, http } = parts.config
  return {
    async listActivations({ params }) {
      const account = await accountOf(parts, params.id)
      const settings = await readActivationSettings(siteOf(parts), account)
      const users = await listActivations(siteOf(parts), account)
      return { settings: shownSettings(settings), mails: mail !== null, users: users.map(shownUser) }
    },
    async inviteUsers({ params, body }, { origin }) {
      const { users, language, byHand } = body
      const account = await accountOf(parts, params.id)
      const answer = await inviteUsers(siteOf(parts), account, {
        ...{ users, language, origin: http.publicUrl ?? origin },
        mailer: mail === null || byHand ? null : createMailer(mail),
      })
      const invited = answer.invited.map((one) => ({ ...one, expiresAt: one.expiresAt.toISOString() }))
      return { invited, remaining: answer.remaining }
    },
    async withdrawConsent({ params, body }) {
      await withdrawConsent(siteOf(parts), await accountOf(parts, params.id), params.user, body.kind)
      return done
    },
    async leaveUser({ params, body }) {
      const at = body.at === undefined ? undefined : Date.parse(body.at)
      await leaveUser(siteOf(parts), await accountOf(parts, params.id), params.user, at)
      return done
    },
    changeActivation: async ({ params, body }) =>
      shownSettings(await changeActivationSettings(siteOf(parts), await accountOf(parts, params.id), body)),
  }
}

function shownSettings({ offered, ways, ...settings }: AccountActivation) {
  return { ...settings, offered: [...offered], ways: ways === null ? null : [...ways] }
}

function shownUser(user: UserActivation) {
  const { invitation } = user
  return {
    ...user,
    leftAt: user.leftAt?.toISOString() ?? null,
    invitation:
      invitation === null
        ? null
        : {
            ...invitation,
            invitedAt: invitation.invitedAt.toISOString(),
            expiresAt: invitation.expiresAt.toISOString(),
          },
    notice: answerOf(user.notice),
    capture: answerOf(user.capture),
    crossBorder: answerOf(user.crossBorder),
    ways: user.ways.map(({ since, ...way }) => ({ ...way, since: since.toISOString() })),
  }
}

function answerOf(answer: ShownAnswer | null) {
  return answer === null ? null : { ...answer, at: answer.at.toISOString() }
}

function noticeHandlers(parts: PortalParts): Pick<ActivationHandlers, 'listNotices' | 'publishNotice'> {
  return {
    async listNotices({ params }) {
      const notices = await listNotices(siteOf(parts), await accountOf(parts, params.id))
      return notices.map((notice) => ({ ...notice, publishedAt: notice.publishedAt.toISOString() }))
    },
    publishNotice: async ({ params, body }) => ({
      version: await publishNotice(siteOf(parts), await accountOf(parts, params.id), body),
    }),
  }
}

function exclusionHandlers(
  parts: PortalParts,
): Pick<ActivationHandlers, 'listExclusions' | 'proposeExclusion' | 'decideExclusion' | 'endExclusion'> {
  return {
    async listExclusions({ params }) {
      const exclusions = await listExclusions(siteOf(parts), await accountOf(parts, params.id))
      return exclusions.map((one) => ({
        ...one,
        proposedAt: one.proposedAt.toISOString(),
        decidedAt: one.decidedAt?.toISOString() ?? null,
      }))
    },
    proposeExclusion: async ({ params, body }) => ({
      id: await proposeExclusion(siteOf(parts), await accountOf(parts, params.id), body),
    }),
    async decideExclusion({ params, body }) {
      const account = await accountOf(parts, params.id)
      await decideExclusion(siteOf(parts), account, params.exclusion, body.approved)
      return done
    },
    async endExclusion({ params }) {
      await endExclusion(siteOf(parts), await accountOf(parts, params.id), params.exclusion)
      return done
    },
  }
}

/** Of nobody who is signed in: the token alone says who it is. */
function linkHandlers(
  parts: PortalParts,
  shown: WaysShown,
): Pick<
  ActivationHandlers,
  'checkActivation' | 'reportPersonal' | 'answerNotice' | 'uploadBackup' | 'finishActivation'
> {
  return {
    async checkActivation({ body }) {
      const page = await activationPage(siteOf(parts), body.token, shown)
      return {
        ...page,
        expiresAt: page.expiresAt.toISOString(),
        ways: page.ways.map((one) => ({ ...one, uploads: takesUploads(parts, one.way) })),
      }
    },
    async reportPersonal({ body: { token, ...time } }) {
      await reportPersonal(siteOf(parts), token, time)
      return done
    },
    async answerNotice({ body: { token, ...answer } }) {
      await answerNotice(siteOf(parts), token, answer)
      return done
    },
    uploadBackup: ({ query, body }) => uploadBackup(parts, query, body),
    async finishActivation({ body }) {
      await finishActivation(siteOf(parts), body.token)
      return done
    },
  }
}

const uploaded = ['whatsapp-backup', 'whatsapp-export', 'wechat-export']

function takesUploads({ sources }: PortalParts, way: string): boolean {
  return uploaded.includes(way) && sources.some(({ name }) => name === way)
}

/** The link and the consent are looked at before a byte of the file is read. */
async function uploadBackup(
  parts: PortalParts,
  query: { readonly token: string; readonly way: string; readonly name: string; readonly settings: string },
  body: AsyncIterable<Uint8Array>,
) {
  const site = siteOf(parts)
  const { account, user } = await invitationOf(site, site.database, query.token)
  const page = await activationPage(site, query.token, noCode)
  if (page.answers.capture !== 'given')
    throw new AppError('not-allowed', 'Agree to the notice first: without that nothing of you is captured.')
  const source = parts.sources.find(({ name }) => name === query.way)
  if (!source || !page.ways.some(({ way }) => way === query.way))
    throw new AppError('unknown-source', 'Files of this kind are not taken here; ask your administrator.')
  const known = uploadSettingsSchema(source).properties as Record<string, unknown>
  const given = parseUploadSettings(source, query.settings)
  // Whose phone it is says the link, never the file's sender.
  const settings = { ...given, ...('custodian' in known ? { custodian: user.mobile } : {}) }
  const file = { name: query.name, body }
  const { captured, duplicates } = await withUploadedFile(
    { ...parts.centre, folder: parts.folder },
    file,
    (path) =>
      capture(site, { account, source, settings, files: [path], actor: `registered user ${user.id}` }),
  )
  return { captured, duplicates }
}
