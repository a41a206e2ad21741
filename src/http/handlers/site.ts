import type { siteEndpoints } from '../../api/endpoints/site.ts'
import { createAccountKey } from '../../connector/index.ts'
import { type CoveredUser, coveredUsers } from '../../coverage/index.ts'
import { AppError } from '../../domain/errors.ts'
import { parseRegisteredUsers } from '../../domain/registered-users.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { withUploadedFile } from '../../platform/uploaded-file.ts'
import {
  type AccountFacts,
  accountById,
  accountFacts,
  addUser,
  type CaptureRequest,
  capture,
  changeUser,
  createAccount,
  endUser,
  importRegisteredUsers,
  listAccountFacts,
  listCaptures,
  listGaps,
  parseUploadSettings,
  type SiteAccount,
  uploadSettingsSchema,
} from '../../site/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { contentOf, problemsOf } from './uploaded-mapping.ts'

type SiteHandlers = Handlers<typeof siteEndpoints>

export function siteHandlers(parts: PortalParts): SiteHandlers {
  return { ...accountHandlers(parts), ...userHandlers(parts), ...captureHandlers(parts) }
}

/** Throws `site-elsewhere`. */
function siteOf({ site }: PortalParts): NonNullable<PortalParts['site']> {
  if (site) return site
  throw new AppError(
    'site-elsewhere',
    'The archiver site does not run in this installation: look after its accounts and users where it runs.',
  )
}

function accountHandlers(
  parts: PortalParts,
): Pick<SiteHandlers, 'listAccounts' | 'createAccount' | 'readAccount' | 'listGaps' | 'listCaptures'> {
  return {
    listAccounts: async () => (await listAccountFacts(siteOf(parts))).map(shownAccount),
    async createAccount({ body }) {
      const site = siteOf(parts)
      await refuseTakenAccount(parts, body.name)
      return createAccount(site, { name: body.name, publicKey: await createAccountKey(parts.centre) })
    },
    readAccount: async ({ params }) => shownAccount(await accountFacts(siteOf(parts), params.id)),
    async listGaps({ params }) {
      const { id } = await accountById(siteOf(parts), params.id)
      return listGaps(siteOf(parts), id)
    },
    async listCaptures({ params }) {
      const { id } = await accountById(siteOf(parts), params.id)
      return listCaptures(siteOf(parts), id, capturesShown)
    },
  }
}

const capturesShown = 100

function shownAccount({ byFamily: { whatsapp, wechat }, ...facts }: AccountFacts) {
  return { ...facts, byFamily: { whatsapp: { ...whatsapp }, wechat: { ...wechat } } }
}

/** Before a key pair is made for it in vain. */
async function refuseTakenAccount(parts: PortalParts, name: string): Promise<void> {
  const accounts = await listAccountFacts(siteOf(parts))
  if (accounts.some((account) => account.name === name.trim()))
    throw new AppError(
      'account-exists',
      `The site has an account named "${name}" already; choose another name.`,
    )
}

function userHandlers(
  parts: PortalParts,
): Pick<
  SiteHandlers,
  | 'listRegisteredUsers'
  | 'addRegisteredUser'
  | 'changeRegisteredUser'
  | 'endRegisteredUser'
  | 'uploadRegisteredUsers'
> {
  const shown = async (account: SiteAccount, userId: number) =>
    shownUser((await usersOf(parts, account.id)).find(({ id }) => id === userId)!)
  return {
    async listRegisteredUsers({ params }) {
      const account = await accountById(siteOf(parts), params.id)
      const users = await usersOf(parts, account.id)
      await appendAudit(parts.centre.queries, {
        at: parts.centre.clock.now(),
        operation: 'view-users',
        target: account.name,
        outcome: 'succeeded',
        details: { users: users.length },
      })
      return users.map(shownUser)
    },
    async addRegisteredUser({ params, body }) {
      const account = await accountById(siteOf(parts), params.id)
      return shown(account, await addUser(siteOf(parts), account, body))
    },
    async changeRegisteredUser({ params, body }) {
      const account = await accountById(siteOf(parts), params.id)
      return shown(account, await changeUser(siteOf(parts), account, params.user, body))
    },
    async endRegisteredUser({ params }) {
      const account = await accountById(siteOf(parts), params.id)
      return shown(account, await endUser(siteOf(parts), account, params.user))
    },
    async uploadRegisteredUsers({ params, query, body }) {
      const account = await accountById(siteOf(parts), params.id)
      const content = await contentOf(body)
      const read = problemsOf(() => ({ rows: parseRegisteredUsers(content, query.name) }))
      if (read.taken)
        return { taken: true, ...(await importRegisteredUsers(siteOf(parts), account, read.rows)) }
      await appendAudit(parts.centre.queries, {
        at: parts.centre.clock.now(),
        operation: 'import-users',
        target: account.name,
        outcome: 'refused',
        details: { problems: read.problems.length },
      })
      return read
    },
  }
}

function usersOf({ centre }: PortalParts, accountId: number): Promise<CoveredUser[]> {
  return coveredUsers({ ...centre, siteIsHere: true }, accountId)
}

function shownUser({ warnings, ...user }: CoveredUser) {
  return { ...user, warnings: [...warnings] }
}

function captureHandlers(parts: PortalParts): Pick<SiteHandlers, 'listSources' | 'captureFile'> {
  return {
    listSources: async () =>
      parts.sources.map((source) => ({
        name: source.name,
        title: source.title,
        channels: [...source.channels],
        settings: uploadSettingsSchema(source),
      })),
    async captureFile({ params, query, body }) {
      const site = siteOf(parts)
      const account = await accountById(site, params.id)
      const source = sourceNamed(parts, query.source)
      const settings = parseUploadSettings(source, query.settings)
      const { folder, centre } = parts
      const gaps: { reason: string; explanation: string }[] = []
      const counts = await withUploadedFile({ ...centre, folder }, { name: query.name, body }, (path) =>
        capture(site, {
          ...{ account, source, settings, files: [path] },
          onGap: ({ reason, explanation }) => {
            if (gaps.length < gapsShown) gaps.push({ reason, explanation })
          },
        }),
      )
      return { ...counts, gaps }
    },
  }
}

/** Told once, to whoever captured: afterwards the site cannot read them. */
const gapsShown = 500

function sourceNamed({ sources }: PortalParts, name: string): CaptureRequest['source'] {
  const found = sources.find((source) => source.name === name)
  if (found) return found
  const names = sources.map((source) => source.name).join(', ')
  throw new AppError('unknown-source', `There is no source named "${name}"; there are: ${names}.`)
}
