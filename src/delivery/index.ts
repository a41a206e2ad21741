export {
  type Attaching,
  attachConnector,
  attachNewConnector,
  destinationsOf,
  detachConnector,
} from './attach.ts'
export { type DeliverOptions, type DeliveryRun, deliver } from './deliver.ts'
export {
  type AccessCheck,
  type DestinationKind,
  destinationKinds,
} from './delivery.ts'
export {
  changeDestination,
  createDestination,
  type Destination,
  type DestinationChange,
  destinationById,
  destinationByName,
  listDestinations,
  type NewDestination,
  pauseDestination,
  removeDestination,
  resumeDestination,
  storedSecret,
  testDestination,
  tryDestination,
} from './destinations.ts'
export {
  type DeliveryException,
  type DeliveryStatus,
  deliveryStatus,
  listDeliveryExceptions,
  retryDelivery,
} from './exceptions.ts'
export { noteItems } from './ledger.ts'
export type { DeliveryParts } from './parts.ts'
export { DeliveryProblem } from './problem.ts'
export { lastReconciliation, type Reconciliation, reconcile } from './reconcile.ts'
