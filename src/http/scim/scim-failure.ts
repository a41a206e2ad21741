/** Refusals as RFC 7644 §3.12 has them. */
import type { FastifyReply } from 'fastify'
import { AppError } from '../../domain/errors.ts'
import { toldOf } from '../failures.ts'

export const scimType = 'application/scim+json; charset=utf-8'

export type ScimReason =
  | 'invalidFilter'
  | 'invalidPath'
  | 'invalidSyntax'
  | 'invalidValue'
  | 'mutability'
  | 'noTarget'
  | 'uniqueness'

/** What SCIM names and our own codes do not. */
export class ScimRefusal extends Error {
  override readonly name = 'ScimRefusal'
  readonly status: number
  readonly reason: ScimReason | null

  constructor(status: number, reason: ScimReason | null, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

export interface ScimFailure {
  readonly status: number
  readonly reason: ScimReason | null
  readonly detail: string
}

export function scimFailureOf(error: unknown, correlationId: string): ScimFailure {
  if (error instanceof ScimRefusal)
    return { status: error.status, reason: error.reason, detail: error.message }
  const { status, failure } = toldOf(error, correlationId)
  const code = error instanceof AppError ? error.code : null
  if (code === 'directory-conflict') return { status: 409, reason: 'uniqueness', detail: failure.message }
  // RFC 7644 §3.14: another version than the one that If-Match names.
  if (code === 'changed-meanwhile') return { status: 412, reason: null, detail: failure.message }
  const reason = code === 'bad-request' ? 'invalidValue' : status === 400 ? 'invalidSyntax' : null
  return { status, reason, detail: failure.message }
}

export function tellScim(reply: FastifyReply, { status, reason, detail }: ScimFailure): FastifyReply {
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(reason === null ? {} : { scimType: reason }),
    detail,
  }
  return reply.code(status).header('cache-control', 'no-store').type(scimType).send(JSON.stringify(body))
}
