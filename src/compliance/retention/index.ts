export {
  type BasisKind,
  basisKinds,
  certifyDisposal,
  type DisposalCertificate,
  type DisposedFilter,
  type DisposedItem,
  type DisposedState,
  disposedStates,
  exportDisposed,
  listBases,
  listDisposed,
} from './certificate.ts'
export {
  changeRetentionPolicy,
  deleteRetentionPolicy,
  editRetentionPolicy,
  isInForce,
  type PolicyChange,
} from './change-policy.ts'
export { explainRetention, type ItemRetention } from './explain.ts'
export { lastRetentionRun, nextRetentionRun, type RunOutcome, readRetentionRun } from './history.ts'
export { defaultLabels, labelFound, noteEventFound } from './label-found.ts'
export {
  applyQueryLabels,
  createRetentionLabel,
  labelImported,
  labelItem,
  listRetentionLabels,
  type NewRetentionLabel,
  noteEvent,
  type RetentionLabel,
  setDefaultLabel,
} from './labels.ts'
export type { RetentionParts } from './parts.ts'
export { actions, type Period, type PeriodUnit, periodUnits, type RetentionAction } from './period.ts'
export {
  approvePolicy,
  askForPolicy,
  createRetentionPolicy,
  declinePolicy,
  listRetentionPolicies,
  lockPolicy,
  type NewRetentionPolicy,
  type RetentionPolicy,
  retentionPolicyByName,
  turnOffPolicy,
} from './policies.ts'
export { type Preset, presets } from './presets.ts'
export {
  type DecisionRecord,
  type DispositionDecision,
  type DispositionReviewer,
  decideDisposition,
  listDispositionDecisions,
  listDispositionReviews,
  listReviewStages,
  type ReviewedItem,
  type ReviewStage,
} from './review.ts'
export { retentionOf } from './rules.ts'
export { type RetentionRun, runRetention } from './run.ts'
export {
  type AdaptiveScope,
  createAdaptiveScope,
  listAdaptiveScopes,
  previewScope,
  refreshScopes,
  type ScopeQuery,
  scopeAttributes,
  scopeOperators,
} from './scopes.ts'
export { simulatePolicy } from './simulate.ts'
export type { Simulation } from './simulation.ts'
