export type { HoldAct, HoldOutcome } from './ask-second-person.ts'
export { type DeletedItem, deleteItem, purgeBySearch, recoverableFolders } from './delete-items.ts'
export { type EvaluateOptions, evaluateHolds } from './evaluate-holds.ts'
export { explainHolds, type HoldOverItem } from './explain-holds.ts'
export { holdImported } from './hold-imported.ts'
export { updateHoldStatistics } from './hold-statistics.ts'
export {
  type Delay,
  type HeldMailbox,
  type HoldFacts,
  listDelays,
  listHolds,
  readHold,
} from './list-holds.ts'
export type { HoldParts, HoldViewer } from './parts.ts'
export { addHoldMailboxes, giveHold, placeHold } from './place-hold.ts'
export { type HoldPreview, previewHold } from './preview-hold.ts'
export { delayDays, endDelay, type Release, releaseHold } from './release-hold.ts'
export { decideHoldRequest, type HoldRequest, listHoldRequests } from './requests.ts'
export { type HoldKind, holdDaysMax, holdKinds, type NewHold } from './rules.ts'
