/** What a sync did or would do, for people: counts in full, the rest as far as anybody reads. */
import { type Conflict, countsOf, type PassedOver, type PlannedChange, type SyncCounts } from './plan.ts'
import type { SyncOutcome } from './run-sync.ts'

export interface SyncReport {
  readonly applied: boolean
  /** It would be refused: too many mailboxes would close. */
  readonly removalsRefused: boolean
  readonly counts: SyncCounts
  readonly changes: readonly ToldChange[]
  readonly conflicts: readonly Pick<Conflict, 'userName' | 'address' | 'explanation'>[]
  readonly passedOver: Readonly<Record<PassedOver['reason'], number>>
}

export type ToldChange = Pick<PlannedChange, 'kind' | 'fields'> & {
  readonly address: string
  readonly name: string
}

/** The first `linesMax` changes and conflicts; the closing ones first, as they are what somebody has to agree to. */
export function syncReport({ plan, applied, removalsRefused }: SyncOutcome, linesMax: number): SyncReport {
  const order = ['deactivated', 'reactivated', 'added', 'changed']
  const changes = plan.changes.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))
  const reasons = Map.groupBy(plan.passedOver, ({ reason }) => reason)
  const passed = (reason: PassedOver['reason']) => reasons.get(reason)?.length ?? 0
  return {
    ...{ applied, removalsRefused, counts: countsOf(plan) },
    changes: changes.slice(0, linesMax).map(({ kind, fields, facts }) => ({
      ...{ kind, address: facts.address, name: facts.name, fields },
    })),
    conflicts: plan.conflicts.slice(0, linesMax).map(({ userName, address, explanation }) => ({
      ...{ userName, address, explanation },
    })),
    passedOver: {
      'no-address': passed('no-address'),
      unlicensed: passed('unlicensed'),
      disabled: passed('disabled'),
    },
  }
}
