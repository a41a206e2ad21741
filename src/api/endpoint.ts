import type { z } from 'zod'
import type { AuditOperation } from '../domain/audit.ts'
import type { Role } from '../domain/roles.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may call: anybody (sign-in), whoever is signed in, or whoever holds one of the roles. */
export type Access = 'anybody' | 'signed-in' | readonly [Role, ...Role[]]

/**
 * What the endpoint leaves in the audit log when it allows a call: an operation, or the reason why there is none
 * (which never holds for a change or for anything people wrote).
 */
export type Audited = AuditOperation | { readonly none: string }

/** Bytes as they are (a file sent or downloaded), or server-sent events, each of one JSON value. */
export type Body = z.ZodType | 'bytes'
export type Answer = z.ZodType | 'bytes' | 'events' | 'nothing'

export interface Endpoint {
  readonly method: Method
  /** Absolute from the origin; `:name` for the parameters. */
  readonly path: `/api/${string}`
  /** One sentence for whoever reads the OpenAPI document. */
  readonly summary: string
  readonly access: Access
  readonly audit: Audited
  /** Refused (`confirm-identity`) unless the person has proved who he is within the last minutes. */
  readonly dangerous?: true
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: Body
  /** Upper bound of `body: 'bytes'`; 1 MiB of JSON otherwise. */
  readonly bodyBytesMax?: number
  readonly answer: Answer
}

export function defineEndpoints<const Table extends Readonly<Record<string, Endpoint>>>(table: Table): Table {
  return table
}
