export {
  type BatchAnswer,
  type BatchRequest,
  batch,
  batchRequestsMax,
  requestBytesMax,
} from './batch.ts'
export { type Endpoints, endpointsOf, scopeOf } from './clouds.ts'
export {
  type ApplicationSecret,
  type ApplicationSettings,
  applicationSecret,
  applicationSettings,
  type Credential,
  credentialOf,
} from './credential.ts'
export {
  createGraphClient,
  type GraphAnswer,
  type GraphClient,
  type GraphClientOptions,
  type GraphPage,
  type GraphReading,
  type GraphRequest,
  type UploadRequest,
} from './graph.ts'
export { GraphError, graphErrorOf } from './graph-error.ts'
export type { HttpAnswer } from './http-call.ts'
export type { BudgetLimits } from './mailbox-budget.ts'
