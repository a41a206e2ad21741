import type { coverageEndpoints } from '../../api/endpoints/coverage.ts'
import {
  type AccountCoverage,
  type AccountSummary,
  type AlertSettings,
  acceptGap,
  accountCoverage,
  accountSummaries,
  beginHeartbeat,
  changeAlertSettings,
  coveredAccount,
  listGaps,
  noticeProblem,
  readAlertSettings,
  readAttestation,
  reconcileRoutes,
  refreshCoverage,
  statementKey,
} from '../../coverage/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

type CoverageHandlers = Handlers<typeof coverageEndpoints>

export function coverageHandlers({ centre }: Pick<PortalParts, 'centre'>): CoverageHandlers {
  const factsOf = async (id: number) => {
    const coverage = await accountCoverage(centre, await coveredAccount(centre, id))
    return shownCoverage(coverage, (await statementKey(centre)).publicKey)
  }
  const shownSettings = async (settings: AlertSettings) => ({
    ...settings,
    emailAddresses: [...settings.emailAddresses],
    problem: await noticeProblem(centre),
  })
  return {
    listCoverage: async () => (await accountSummaries(centre)).map(shownSummary),
    readCoverage: async ({ params }) => factsOf(params.id),
    async refreshCoverage({ params }) {
      await refreshCoverage(centre, await coveredAccount(centre, params.id))
      return factsOf(params.id)
    },
    async listCoverageGaps({ params, query: { state, reason, cursor, limit } }) {
      const account = await coveredAccount(centre, params.id)
      const { gaps, next } = await listGaps(centre, account.id, { state, reason }, { cursor, limit })
      return { items: [...gaps], next }
    },
    async reconcileRoutes({ params, query }) {
      const { rows, ...days } = await reconcileRoutes(centre, await coveredAccount(centre, params.id), query)
      const shown = rows.map(({ examplesHere, examplesThere, ...row }) => ({
        ...{ ...row, examplesHere: [...examplesHere], examplesThere: [...examplesThere] },
      }))
      return { ...days, rows: shown }
    },
    async acceptGap({ params, body }, { principal }) {
      await acceptGap(centre, String(params.id), { by: principal.username, reason: body.reason })
      return { accepted: true }
    },
    async readAttestation({ params }) {
      const { day, document } = await readAttestation(centre, params.id)
      return { name: `coverage-${day}.json`, type: 'application/json', content: document }
    },
    startHeartbeat: async ({ params, body }) => ({
      nonce: await beginHeartbeat(centre, await coveredAccount(centre, params.id), body.route),
    }),
    readAlertSettings: async () => shownSettings(await readAlertSettings(centre.queries)),
    async changeAlertSettings({ body: { webhook, ...change } }) {
      const settings = { ...change, webhookUrl: webhook?.url ?? null, webhookSecret: webhook?.secret }
      return shownSettings(await changeAlertSettings(centre, settings))
    },
  }
}

function shownSummary({ id, name, siteUrl, toldAt, problem, people, openGaps, openAlerts }: AccountSummary) {
  return { ...{ id, name, siteUrl, toldAt, problem }, ...{ people, openGaps, openAlerts } }
}

function shownCoverage(coverage: AccountCoverage, publicKey: string) {
  const { gaps, routes, users, usersOmitted, days, alerts, heartbeats, attestations } = coverage
  return {
    ...shownSummary(coverage),
    gaps: { ...gaps, byReason: [...gaps.byReason] },
    alerts: alerts.map(({ id, kind, facts, beganAt }) => ({ id, kind, facts: { ...facts }, beganAt })),
    ...{ routes: [...routes], users: [...users], usersOmitted, days: [...days] },
    ...{ heartbeats: [...heartbeats], attestations: [...attestations], publicKey },
  }
}
