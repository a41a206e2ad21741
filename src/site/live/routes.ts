/** Routes: which live sources an account has, with their settings and secrets. */
import type { Selectable } from 'kysely'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { SiteRouteTable } from '../../platform/postgres/schema.generated.ts'
import type { LiveSource } from '../../sources/live-source.ts'
import type { Json, Source } from '../../sources/source.ts'
import type { SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'

export interface Route {
  readonly id: number
  readonly accountId: number
  readonly source: string
  readonly name: string
  /** The end of the address at which it is called. */
  readonly address: string
  readonly settings: Json
  readonly enabled: boolean
  readonly riskAcceptedBy: string | null
  readonly cursor: Json | null
  readonly version: number
  readonly createdAt: Date
  readonly lastReceivedAt: Date | null
  readonly lastPulledAt: Date | null
  readonly refusedCalls: number
  readonly problem: { readonly code: string; readonly message: string; readonly since: Date } | null
}

export interface RouteInput {
  readonly name: string
  readonly settings: unknown
  /** Absent where the source takes none. */
  readonly secret?: unknown
  /** The source's sentence of risk was read and accepted by the actor. */
  readonly acceptRisk?: boolean
}

type Row = Selectable<SiteRouteTable>

/** The live half of a source. Throws `unknown-source` for one that only reads files. */
export function liveOf(source: Source): LiveSource {
  if (source.live) return source.live
  throw new AppError('unknown-source', `${source.name} only reads files: use "holdfast site capture".`)
}

/** Makes a route. Throws `route-exists`, `bad-settings`, `risk-not-accepted`, `unknown-source`. */
export async function createRoute(
  parts: SiteParts,
  account: SiteAccount,
  source: Source,
  input: RouteInput,
  actor?: string,
): Promise<Route> {
  const live = liveOf(source)
  const { settings, secret } = checkedInput(source, input.settings, input.secret)
  if (live.risk !== undefined && !input.acceptRisk)
    throw new AppError('risk-not-accepted', `${source.title} needs its risk accepted first: ${live.risk}`)
  const address = parts.random.bytes(16).toString('hex')
  const now = parts.clock.now()
  const risk = live.risk === undefined ? {} : riskOf(live.risk, actor, now)
  return parts.database.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto('site_route')
      .values({
        ...{ account_id: account.id, source: source.name, name: input.name, address, ...risk },
        settings: JSON.stringify(settings),
        sealed_secret: await sealedSecret(parts, address, secret),
        created_at: new Date(now),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst()
    if (!row)
      throw new AppError(
        'route-exists',
        `"${account.name}" has a route "${input.name}" already; choose another name.`,
      )
    await auditRoute(parts, transaction, 'create-route', account, routeOf(row), actor)
    return routeOf(row)
  })
}

function riskOf(risk: string, actor: string | undefined, now: number) {
  return { risk_text: risk, risk_accepted_by: actor ?? 'local-operator', risk_accepted_at: new Date(now) }
}

export interface RouteChange {
  readonly name?: string
  readonly enabled?: boolean
  readonly settings?: unknown
  /** Absent: as it is. */
  readonly secret?: unknown
}

/** Throws `changed-meanwhile` when the route is no longer at `version`, `bad-settings`. */
export async function changeRoute(
  parts: SiteParts,
  account: SiteAccount,
  source: Source,
  route: Route,
  change: RouteChange,
  actor?: string,
): Promise<Route> {
  const checked =
    change.settings === undefined && change.secret === undefined
      ? null
      : checkedInput(
          source,
          change.settings ?? route.settings,
          change.secret ?? (await openSecret(parts, route)),
        )
  return parts.database.transaction().execute(async (transaction) => {
    const row = await transaction
      .updateTable('site_route')
      .set({
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
        ...(checked === null
          ? {}
          : {
              settings: JSON.stringify(checked.settings),
              sealed_secret: await sealedSecret(parts, route.address, checked.secret),
            }),
        ...{ version: route.version + 1, problem_code: null, problem_message: null, problem_since: null },
      })
      .where('id', '=', route.id)
      .where('version', '=', route.version)
      .where('removed_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (!row)
      throw new AppError(
        'changed-meanwhile',
        `The route "${route.name}" was changed meanwhile; look at it again.`,
      )
    await auditRoute(parts, transaction, 'change-route', account, routeOf(row), actor)
    return routeOf(row)
  })
}

/** It is called and pulled no more, its secret and its session are gone; what it captured, and what waits to be split, stays. */
export async function removeRoute(
  parts: SiteParts,
  account: SiteAccount,
  route: Route,
  actor?: string,
): Promise<void> {
  const now = new Date(parts.clock.now())
  await parts.database.transaction().execute(async (transaction) => {
    const waiting = await transaction
      .selectFrom('site_kept_body')
      .select('id')
      .where('route_id', '=', route.id)
      .limit(1)
      .executeTakeFirst()
    if (waiting)
      throw new AppError(
        'route-busy',
        `The route "${route.name}" has bodies that are not in the journal yet; disable it and wait until none wait.`,
      )
    await transaction.deleteFrom('site_route_session').where('route_id', '=', route.id).execute()
    await transaction
      .updateTable('site_route')
      .set({ removed_at: now, enabled: false, sealed_secret: null, version: route.version + 1 })
      .where('id', '=', route.id)
      .where('removed_at', 'is', null)
      .execute()
    await auditRoute(parts, transaction, 'remove-route', account, route, actor)
  })
}

/** By account and name; of all accounts without one. */
export async function listRoutes({ database }: SiteParts, account?: SiteAccount): Promise<Route[]> {
  let rows = database.selectFrom('site_route').selectAll().where('removed_at', 'is', null)
  if (account) rows = rows.where('account_id', '=', account.id)
  return (await rows.orderBy('account_id').orderBy('name').execute()).map(routeOf)
}

/** By route: bodies that are acknowledged and not in the journal yet. */
export async function waitingBodies({ database }: SiteParts): Promise<ReadonlyMap<number, number>> {
  const rows = await database
    .selectFrom('site_kept_body')
    .select(({ fn }) => ['route_id', fn.countAll<bigint>().as('bodies')])
    .groupBy('route_id')
    .execute()
  return new Map(rows.map((row) => [row.route_id, Number(row.bodies)]))
}

/** Throws `route-not-found`. */
export async function routeByName(parts: SiteParts, account: SiteAccount, name: string): Promise<Route> {
  const found = (await listRoutes(parts, account)).find(
    (route) => route.name.toLowerCase() === name.toLowerCase(),
  )
  if (found) return found
  throw new AppError(
    'route-not-found',
    `"${account.name}" has no route "${name}"; see "holdfast site route list".`,
  )
}

/** The secret as the source takes it; null where it takes none. */
export async function openSecret(parts: SiteParts, route: Pick<Route, 'id' | 'address'>): Promise<unknown> {
  const { sealed_secret: sealed } = await parts.database
    .selectFrom('site_route')
    .select('sealed_secret')
    .where('id', '=', route.id)
    .executeTakeFirstOrThrow()
  if (sealed === null) return null
  return JSON.parse(Buffer.from(await parts.vault.open(secretPurpose(route.address), sealed)).toString())
}

async function sealedSecret(parts: SiteParts, address: string, secret: unknown): Promise<Buffer | null> {
  if (secret === null || secret === undefined) return null
  return Buffer.from(await parts.vault.seal(secretPurpose(address), Buffer.from(JSON.stringify(secret))))
}

function secretPurpose(address: string): string {
  return `route-secret/${address}`
}

function checkedInput(source: Source, settings: unknown, secret: unknown) {
  const live = liveOf(source)
  const ofSettings = live.settings.safeParse(settings ?? {})
  const ofSecret = live.secret.safeParse(secret ?? null)
  // A secret that is wrong is named by its place, never by its value.
  const slips = [
    ...(ofSettings.error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.') || 'settings'}: ${message}`,
    ),
    ...(ofSecret.error?.issues ?? []).map(({ path, message }) => `secret ${path.join('.')}: ${message}`),
  ]
  if (slips.length > 0)
    throw new AppError('bad-settings', `The route's settings cannot be used: ${slips.join('; ')}.`)
  return { settings: settings ?? {}, secret: secret ?? null }
}

async function auditRoute(
  parts: SiteParts,
  transaction: Queries,
  operation: 'create-route' | 'change-route' | 'remove-route',
  account: SiteAccount,
  route: Route,
  actor: string | undefined,
): Promise<void> {
  await appendAudit(transaction, {
    ...{ at: parts.clock.now(), actor, operation, target: account.name, outcome: 'succeeded' },
    details: { route: route.name, source: route.source, enabled: route.enabled },
  })
}

export function routeOf(row: Row): Route {
  return {
    ...{ id: row.id, accountId: row.account_id, source: row.source, name: row.name, address: row.address },
    settings: row.settings as Json,
    enabled: row.enabled,
    riskAcceptedBy: row.risk_accepted_by,
    cursor: (row.cursor ?? null) as Json | null,
    version: row.version,
    createdAt: row.created_at,
    lastReceivedAt: row.last_received_at,
    lastPulledAt: row.last_pulled_at,
    refusedCalls: Number(row.refused_calls),
    problem:
      row.problem_code === null
        ? null
        : { code: row.problem_code, message: row.problem_message ?? '', since: row.problem_since! },
  }
}
