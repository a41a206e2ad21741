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
export { runConnector } from './run.ts'
export { type RunReport, type RunRequest, runReport } from './run-progress.ts'
export { dailySchedule, nextRunOf } from './schedule.ts'
