export { createAccountKey } from './account-keys.ts'
export {
  type Connector,
  type ConnectorType,
  connectorByName,
  connectorTypes,
  createConnector,
  familyOfConnector,
  listConnectors,
  type NewConnector,
  replaceMapping,
  termsVersion,
} from './connectors.ts'
export { type ExceptionReason, exceptionReasons, type ImportException, listExceptions } from './exceptions.ts'
export type { ConnectorParts, Preparation, PreparationDirectory } from './parts.ts'
export { type PageInput, type PreparedPage, type PrepareOptions, preparePage } from './prepare-page.ts'
export { continueRun, runConnector } from './run.ts'
export { queueRun, type RunReport, type RunRequest, runReport } from './run-progress.ts'
export { dailySchedule, nextRunOf } from './schedule.ts'
