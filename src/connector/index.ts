export { createAccountKey } from './account-keys.ts'
export { type Arrival, type ArrivalWatch, createArrivalWatch } from './arrivals.ts'
export { cancelRun } from './cancel-run.ts'
export {
  type ConnectorChange,
  changeConnector,
  pauseConnector,
  removeConnector,
  resumeConnector,
} from './change-connector.ts'
export {
  type Connector,
  type ConnectorType,
  connectorById,
  connectorByName,
  connectorTypes,
  familyOfConnector,
  listConnectors,
  openFeed,
  removedConnectorIds,
  requirePrivateKey,
} from './connectors.ts'
export { createConnector, type NewConnector } from './create-connector.ts'
export {
  createDraft,
  type Draft,
  type DraftChange,
  type DraftStep,
  draftById,
  draftSteps,
  listDrafts,
  removeDraft,
  saveDraft,
} from './drafts.ts'
export {
  countExceptions,
  type ExceptionReason,
  exceptionLines,
  exceptionReasons,
  type ImportException,
  listExceptions,
} from './exception-list.ts'
export { type FinishedDraft, finishDraft, previewDraft, testDraftSignIn } from './finish-draft.ts'
export { storeRegisteredUsers } from './load-mapping.ts'
export { type MappingPreview, previewMapping } from './mapping-preview.ts'
export { exportMapping, mapParticipant, replaceMapping } from './mapping-rows.ts'
export { type ConnectorHealth, type ConnectorOverview, connectorOverviews } from './overview.ts'
export type { ConnectorParts, NewItems, Preparation, PreparationDirectory } from './parts.ts'
export { type PageInput, type PreparedPage, type PrepareOptions, preparePage } from './prepare-page.ts'
export {
  endTransferBasis,
  readRegions,
  recordTransferBasis,
  setConnectorRegion,
  setMailboxRegion,
} from './regions.ts'
export { continueRun, runConnector, runScheduled } from './run.ts'
export { createRunFeed, type RunFeed } from './run-feed.ts'
export { runKey, runLockName, runQueueName } from './run-lock.ts'
export { runLogLines } from './run-log.ts'
export { queueRun, type RunRequest } from './run-progress.ts'
export { listRuns, type RunReport, type RunState, runReport } from './run-report.ts'
export { dailySchedule, nextRunOf } from './schedule.ts'
export { currentTermsVersion, ownTermsVersion, readTerms, type Terms, termsVersion } from './terms.ts'
