/** A route that is ready to be called: its source, its settings as the source has them, its secret in clear. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LiveSource, RouteGiven } from '../../sources/live-source.ts'
import type { Source } from '../../sources/source.ts'
import { accountById, type SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'
import { registeredUsers } from '../registered-users.ts'
import { liveOf, openSecret, type Route } from './routes.ts'

/** What routes need besides the site: the sources, and a folder for what a source keeps on disk. */
export interface LiveParts extends SiteParts {
  readonly sources: readonly Source[]
  readonly routesFolder: string
}

export interface OpenRoute {
  readonly route: Route
  readonly account: SiteAccount
  readonly source: Source
  readonly live: LiveSource
  readonly given: RouteGiven<unknown, unknown>
}

/** Null where this program lacks the route's source. Throws `key-refused` for a secret the vault cannot open. */
export async function openRoute(
  parts: LiveParts,
  route: Route,
  signal: AbortSignal,
): Promise<OpenRoute | null> {
  const source = parts.sources.find(({ name }) => name === route.source)
  if (!source) return null
  const live = liveOf(source)
  const account = await accountById(parts, route.accountId)
  const folder = join(parts.routesFolder, route.address)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const given = {
    settings: live.settings.parse(route.settings),
    secret: live.secret.parse(await openSecret(parts, route)),
    registeredUsers: await usersOfNow(parts, account),
    ...{ clock: parts.clock, random: parts.random, signal, folder },
  }
  return { route, account, source, live, given }
}

/** The same route with those who are registered by now: a route stays open for days, people come and go. */
export async function withUsersOfNow(parts: SiteParts, open: OpenRoute): Promise<OpenRoute> {
  return { ...open, given: { ...open.given, registeredUsers: await usersOfNow(parts, open.account) } }
}

async function usersOfNow(parts: SiteParts, account: SiteAccount) {
  return (await registeredUsers(parts, account)).filter(({ validTo }) => validTo === null)
}
