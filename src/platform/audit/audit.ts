import type { Queries } from '../postgres/index.ts'

/** The closed list of what is audited; the words are for ever. */
export const auditOperations = [
  'create-account',
  'create-account-key',
  'import-users',
  'capture',
  'import-mailboxes',
  'create-connector',
  'replace-mapping',
  'run-connector',
  'reprocess-exceptions',
  'search',
  'open-item',
  'export-item',
  'verify',
  'back-up-keys',
  'accept-clock',
] as const
export type AuditOperation = (typeof auditOperations)[number]

/** Who acts when a command works on the data folder itself. */
export const localOperator = 'local-operator'

export interface AuditEvent {
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  /** The principal; `local-operator` unless told. */
  readonly actor?: string | undefined
  readonly operation: AuditOperation
  /** The name or id of what it was done to. */
  readonly target?: string
  readonly outcome: 'succeeded' | 'refused' | 'failed'
  readonly details?: Readonly<Record<string, unknown>>
}

/** Appends an event; `queries` is the transaction of the change it describes, or the pool's for a mere look. */
export async function appendAudit(queries: Queries, event: AuditEvent): Promise<void> {
  await queries
    .insertInto('audit_event')
    .values({
      at: new Date(event.at),
      actor: event.actor ?? localOperator,
      operation: event.operation,
      target: event.target ?? null,
      outcome: event.outcome,
      details: JSON.stringify(event.details ?? {}),
    })
    .execute()
}
