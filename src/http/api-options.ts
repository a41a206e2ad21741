/** What the routes of a table of endpoints are made with. */
import type { Endpoint } from '../api/index.ts'
import type { RightOfWay } from '../platform/right-of-way.ts'
import type { Doorkeeper } from './call.ts'
import type { AuditParts } from './call-audit.ts'
import type { CallContext } from './handler.ts'

/** A handler as the core sees it; `Handlers` of `handler.ts` is what holds it to the contract. */
export type AnyHandler = (input: never, context: CallContext) => Promise<unknown>

export interface ApiOptions extends AuditParts {
  readonly table: Readonly<Record<string, Endpoint>>
  readonly handlers: Readonly<Record<string, AnyHandler>>
  readonly doorkeeper: Doorkeeper
  /** `https://host` that browsers are to use; null: whatever they ask. */
  readonly publicUrl: string | null
  readonly limits?: Partial<RequestLimits>
  /** Before the runs of this process; absent: nothing steps back. */
  readonly rightOfWay?: RightOfWay
}

export interface RequestLimits {
  /** Of one address, in a minute. Failed ones of one name are slowed down long before that. */
  readonly signInsPerMinute: number
  /** Of one session or token, else of one address; no person and no well-meant program gets there. */
  readonly requestsPerMinute: number
}

export const standardLimits: RequestLimits = { signInsPerMinute: 60, requestsPerMinute: 12_000 }
