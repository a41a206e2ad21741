import { type AuditOperation, appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { DeliveryParts } from './parts.ts'

/** Notes what was done to a destination, in the transaction that does it. */
export function auditDestination(
  queries: Queries,
  { clock }: Pick<DeliveryParts, 'clock'>,
  operation: AuditOperation,
  target: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAudit(queries, { at: clock.now(), operation, target, outcome: 'succeeded', details })
}
