export { type DecideOptions, type Decision, decide, tags } from './decide.ts'
export { type EvidencePack, evidencePack } from './evidence-pack.ts'
export type { ReviewParts } from './parts.ts'
export { createPseudonyms, hideNames, peopleOf } from './pseudonyms.ts'
export {
  type AlertFacts,
  type AlertItem,
  addressesOf,
  barredMessages,
  type QueuedAlert,
  type QueuePolicy,
  readAlert,
  readQueue,
  reviewedPolicies,
} from './queue.ts'
export { type Raised, raiseAlerts } from './raise-alerts.ts'
export { importRelations, listRelations, type Relation } from './relations.ts'
export { type ReviewReport, reviewReport } from './report.ts'
export { type Reviewer, readsReportOf, seesNames } from './reviewer.ts'
export {
  commitSample,
  drawFrom,
  drawSample,
  listSamples,
  type Sample,
  type Stratum,
  strataNames,
} from './sample.ts'
export { type SendReviewMail, tellReviewers } from './tell-reviewers.ts'
