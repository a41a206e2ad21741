/** What a call leaves in the audit log: every look and every refusal; a change writes its own in its transaction. */
import type { Endpoint } from '../api/index.ts'
import type { AuditOperation, AuditOutcome } from '../domain/audit.ts'
import { isAppError } from '../domain/errors.ts'
import { appendAudit, auditedSoFar } from '../platform/audit/audit.ts'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/postgres/index.ts'

export interface AuditParts {
  readonly queries: Queries
  readonly clock: Clock
}

export interface AuditedCall {
  readonly name: string
  readonly endpoint: Endpoint
  /** As sent; of the contract's making, so numbers and ids only. */
  readonly params: unknown
}

/** Looks, which the core notes where the handler had nothing better to say; all other operations are changes. */
const looks: ReadonlySet<AuditOperation> = new Set([
  'view-users',
  'view-activation',
  'view-mailboxes',
  'view-coverage',
  'export-mapping',
  'export-run-log',
  'view-exceptions',
  'export-exceptions',
  'search',
  'list-items',
  'open-item',
  'open-attachment',
  'open-conversation',
  'export-item',
  'view-people',
  'view-supervision-policies',
  'search-audit',
  'export-audit',
])

/**
 * After the handler answered, before the answer leaves. Throws where a change left nothing in the log: that is a
 * fault of the program, and no answer may hide it.
 */
export async function auditAnswer(parts: AuditParts, call: AuditedCall): Promise<void> {
  const operation = call.endpoint.audit
  if (typeof operation !== 'string' || auditedSoFar().appended > 0) return
  if (!looks.has(operation)) throw new Error(`${call.name} changed something and audited nothing`)
  await append(parts, call, operation, 'succeeded')
}

/** A refusal of the core or the handler, unless the handler has told more of it already. */
export async function auditRefusal(parts: AuditParts, call: AuditedCall, error: unknown): Promise<void> {
  if (auditedSoFar().refusals > 0) return
  const { audit } = call.endpoint
  const code = isAppError(error) ? error.code : 'internal'
  const outcome = isAppError(error) ? 'refused' : 'failed'
  await append(parts, call, typeof audit === 'string' ? audit : 'use-api', outcome, code)
}

function append(
  { queries, clock }: AuditParts,
  { name, params }: AuditedCall,
  operation: AuditOperation,
  outcome: AuditOutcome,
  code?: string,
): Promise<void> {
  const ids = Object.values((params ?? {}) as Record<string, string>)
  return appendAudit(queries, {
    at: clock.now(),
    operation,
    outcome,
    ...(ids.length > 0 ? { target: ids.join('/').slice(0, 100) } : {}),
    details: { endpoint: name, ...(code ? { code } : {}) },
  })
}
