export { type CoveredAccount, coveredAccount, coveredAccountNamed, coveredAccounts } from './accounts.ts'
export { type AlertSettings, changeAlertSettings, readAlertSettings } from './alert-settings.ts'
export { type Alert, alertKinds, keepAlerts, listAlerts } from './alerts.ts'
export { type Attention, findAttention } from './attention.ts'
export {
  type AttestationFacts,
  attestDay,
  dueDays,
  listAttestations,
  readAttestation,
} from './attestations.ts'
export { type Comparison, compareArchive } from './compare/compare-archive.ts'
export { type CoverageDay, coverageDays, isoDay } from './days.ts'
export { type ArchiveFigures, archiveFigures, type DayFigures, dayFigures } from './figures.ts'
export { acceptGap, type Gap, type GapFilter, type GapPage, gapStates, listGaps } from './gaps.ts'
export { beginHeartbeat, type FindWord } from './heartbeats.ts'
export { type CoverageKeeping, keepCoverage } from './keep-coverage.ts'
export { type AccountCoverage, type AccountSummary, accountCoverage, accountSummaries } from './overview.ts'
export type { CoverageParts } from './parts.ts'
export { type Reconciliation, reconcileRoutes } from './reconcile/reconcile-routes.ts'
export { refreshCoverage } from './refresh.ts'
export { type CoverageCount, type CoveredUser, countCoverage, coveredUsers } from './registered-users.ts'
export { captureStatuses, dayStates, gapSeverities } from './rules.ts'
export { type Statement, statementKey, verifyStatement } from './signed.ts'
export { noticeProblem, type SendAlertMail, webhookSignature } from './tell-alerts.ts'
