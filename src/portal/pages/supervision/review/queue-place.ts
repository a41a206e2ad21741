import type { QueueFilter } from './queue-filter.ts'

export interface QueuePlace {
  readonly policyId: number
  readonly filter: QueueFilter
  /** Of the alerts, in the order in which they were shown. */
  readonly ids: readonly string[]
}

let last: QueuePlace | null = null

/** The queue that was read last: an alert's page goes on in it. */
export const queuePlace = {
  keep(place: QueuePlace): void {
    last = place
  },
  of: (policyId: number): QueuePlace | null => (last?.policyId === policyId ? last : null),
}
