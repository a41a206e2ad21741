/** How accounts stand, for the page Coverage and the command. */
import type { ConnectorParts } from '../connector/index.ts'
import { type CoveredAccount, coveredAccounts } from './accounts.ts'
import { type Alert, listAlerts } from './alerts.ts'
import { type AttestationFacts, listAttestations } from './attestations.ts'
import { type CoverageDay, coverageDays, isoDay } from './days.ts'
import { countGaps, type GapCounts } from './gaps.ts'
import { type Heartbeat, listHeartbeats } from './heartbeats.ts'
import { countUsers, type UserCounts, type UserOnRoute, usersOnRoutes } from './people.ts'
import { type RouteFacts, routesOf } from './routes.ts'
import { dayMs } from './rules.ts'

export interface AccountSummary extends Omit<CoveredAccount, 'connectors'> {
  readonly people: UserCounts
  readonly openGaps: number
  readonly openAlerts: number
}

export interface AccountCoverage extends AccountSummary {
  readonly gaps: GapCounts
  readonly routes: readonly RouteFacts[]
  /** Those who need a look first; `usersOmitted` more are there. */
  readonly users: readonly UserOnRoute[]
  readonly usersOmitted: number
  /** Newest first. */
  readonly days: readonly CoverageDay[]
  readonly alerts: readonly Alert[]
  readonly heartbeats: readonly Heartbeat[]
  readonly attestations: readonly AttestationFacts[]
}

const daysShown = 14
const usersShownMax = 1_000
const heartbeatDays = 14

/** Of all accounts that a connector takes from, by name. */
export async function accountSummaries(parts: ConnectorParts): Promise<AccountSummary[]> {
  const summaries: AccountSummary[] = []
  for (const account of await coveredAccounts(parts)) summaries.push(await summaryOf(parts, account))
  return summaries
}

async function summaryOf(parts: ConnectorParts, account: CoveredAccount): Promise<AccountSummary> {
  const { connectors: _connectors, ...facts } = account
  const [users, gaps, alerts] = await Promise.all([
    usersOnRoutes(parts, account.id),
    countGaps(parts, account.id),
    listAlerts(parts, account.id, { open: true }),
  ])
  return { ...facts, people: countUsers(users), openGaps: gaps.open, openAlerts: alerts.length }
}

export async function accountCoverage(
  parts: ConnectorParts,
  account: CoveredAccount,
): Promise<AccountCoverage> {
  const { id, connectors: _connectors, ...facts } = account
  const now = parts.clock.now()
  const users = await usersOnRoutes(parts, id)
  const [gaps, routes, days, alerts, heartbeats, attestations] = await Promise.all([
    countGaps(parts, id),
    routesOf(parts, id),
    coverageDays(parts, id, isoDay(now - (daysShown - 1) * dayMs), isoDay(now)),
    listAlerts(parts, id, { open: true }),
    listHeartbeats(parts, id, new Date(now - heartbeatDays * dayMs)),
    listAttestations(parts, id),
  ])
  return {
    ...{ id, ...facts, people: countUsers(users), openGaps: gaps.open, openAlerts: alerts.length },
    ...{ gaps, routes, alerts, heartbeats, attestations },
    users: users.slice(0, usersShownMax),
    usersOmitted: Math.max(0, users.length - usersShownMax),
    days: days.toReversed(),
  }
}
