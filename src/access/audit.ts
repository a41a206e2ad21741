import type { AuditOperation } from '../domain/audit.ts'
import { type AuditEvent, appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'

/** Who made a change of rights: whoever asks now, or, for an approved one, whoever asked for it then. */
export interface Author {
  readonly userId: number
  readonly username: string
  /** Present once a second person has approved it. */
  readonly approval: { readonly id: number; readonly approvedBy: string } | null
  /** Whether he gives something to himself. */
  readonly self: boolean
}

/** Audits a change of rights. An approved one is its author's act, though the request is the approver's. */
export async function auditChange(
  transaction: Queries,
  parts: Pick<AccessParts, 'clock'>,
  author: Author,
  event: { readonly operation: AuditOperation; readonly target: string; readonly details?: object },
): Promise<void> {
  const { approval, self } = author
  const elsewhere: Partial<AuditEvent> = approval
    ? { actor: author.username, actorType: 'person', sessionId: null, clientIp: null }
    : {}
  await appendAudit(transaction, {
    ...elsewhere,
    at: parts.clock.now(),
    operation: event.operation,
    target: event.target,
    outcome: 'succeeded',
    details: {
      ...event.details,
      ...(self ? { self: true } : {}),
      ...(approval ? { approval: approval.id, approvedBy: approval.approvedBy } : {}),
    },
  })
}
