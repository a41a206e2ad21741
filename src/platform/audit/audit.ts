import { AsyncLocalStorage } from 'node:async_hooks'
import type { ActorType, AuditOperation, AuditOutcome } from '../../domain/audit.ts'
import type { Queries } from '../postgres/index.ts'

export { type AuditOperation, auditOperations } from '../../domain/audit.ts'

/** Who acts when a command works on the data folder itself. */
export const localOperator = 'local-operator'

export interface AuditEvent {
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  /** The principal; that of the origin, else `local-operator`, unless told. */
  readonly actor?: string | undefined
  /** That of the origin unless told: somebody who signs in is nobody known until he has. */
  readonly actorType?: ActorType
  /** That of the origin unless told: the session a sign-in began, or none where another person let the act happen. */
  readonly sessionId?: string | null
  readonly clientIp?: null
  readonly operation: AuditOperation
  /** The name or id of what it was done to. */
  readonly target?: string
  readonly outcome: AuditOutcome
  readonly details?: Readonly<Record<string, unknown>>
}

/** Where a request comes from; the same for every event it causes, so that no feature has to hand it on. */
export interface AuditOrigin {
  readonly actor: string
  readonly actorType: ActorType
  readonly clientIp: string | null
  readonly sessionId: string | null
  readonly correlationId: string
}

interface Trail {
  readonly origin: AuditOrigin
  appended: number
  refusals: number
}

const trails = new AsyncLocalStorage<Trail>()

/**
 * Does the work with every event of it carrying the origin. Answers what the work answers, and how many events
 * it appended: a change that left none is a fault of the program.
 */
export async function withAuditOrigin<Result>(
  origin: AuditOrigin,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly appended: number }> {
  const trail: Trail = { origin, appended: 0, refusals: 0 }
  return { result: await trails.run(trail, work), appended: trail.appended }
}

/** The origin of the request that is being worked on; undefined in a command or a worker. */
export function auditOrigin(): AuditOrigin | undefined {
  return trails.getStore()?.origin
}

/**
 * How many events the request that is being worked on has appended so far, and how many of them tell of a refusal
 * or failure: those do not go with a transaction that is undone.
 */
export function auditedSoFar(): { readonly appended: number; readonly refusals: number } {
  return trails.getStore() ?? { appended: 0, refusals: 0 }
}

/** Appends an event; `queries` is the transaction of the change it describes, or the pool's for a mere look. */
export async function appendAudit(queries: Queries, event: AuditEvent): Promise<void> {
  const trail = trails.getStore()
  const origin = trail?.origin
  const actor = event.actor ?? origin?.actor ?? localOperator
  await queries
    .insertInto('audit_event')
    .values({
      at: new Date(event.at),
      actor,
      actor_type: event.actorType ?? origin?.actorType ?? actorTypeOf(actor),
      client_ip: event.clientIp === undefined ? (origin?.clientIp ?? null) : event.clientIp,
      session_id: event.sessionId === undefined ? (origin?.sessionId ?? null) : event.sessionId,
      correlation_id: origin?.correlationId ?? null,
      operation: event.operation,
      target: event.target ?? null,
      outcome: event.outcome,
      details: JSON.stringify(event.details ?? {}),
    })
    .execute()
  if (!trail) return
  trail.appended += 1
  if (event.outcome !== 'succeeded') trail.refusals += 1
}

/** Outside a request there are only the operator at the machine and the schedule; runs name who asked for them. */
function actorTypeOf(actor: string): ActorType {
  if (actor === localOperator) return 'operator'
  return actor === 'schedule' ? 'schedule' : 'person'
}
