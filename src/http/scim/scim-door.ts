/** Who may come in: a program with a token that can do this and nothing else. */
import type { FastifyRequest } from 'fastify'
import { holds, type Principal } from '../../access/index.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Role } from '../../domain/roles.ts'
import { appendAudit, withAuditOrigin } from '../../platform/audit/audit.ts'
import { auditOriginOf, type Doorkeeper } from '../call.ts'
import type { AuditParts } from '../call-audit.ts'

export const scimRole: Role = 'Mail Recipients'

const bearer = /^Bearer ([\w.~+/=-]{1,300})$/i

/** Cookies open nothing here: the provider is a program, and a browser has no business at this door. */
export async function principalOfProvider(
  request: FastifyRequest,
  { principalOfToken }: Pick<Doorkeeper, 'principalOfToken'>,
): Promise<Principal | null> {
  const token = bearer.exec(request.headers.authorization ?? '')?.[1]
  return token === undefined ? null : principalOfToken(token)
}

/**
 * Throws `not-signed-in`, and `not-allowed` for a token without the role or with any other. The token lies at the
 * identity provider, where many administrators may read it: it must not be able to read messages or give rights.
 */
export function assertProvider(principal: Principal | null): asserts principal is Principal {
  if (principal === null)
    throw new AppError(
      'not-signed-in',
      'Give an API token of Holdfast that is in force, as "Authorization: Bearer …".',
    )
  const makeAnother = `Make one in the portal with the role ${scimRole} only.`
  if (!holds(principal, scimRole))
    throw new AppError('not-allowed', `The token has not the role ${scimRole}. ${makeAnother}`)
  const others = [...principal.roles].filter((role) => role !== scimRole)
  if (others.length > 0)
    throw new AppError(
      'not-allowed',
      `The token may do more than this (${others.join(', ')}) and is not taken. ${makeAnother}`,
    )
}

/** Every refusal at the door is noted, also of nobody known: they are few, as the door limits them. */
export async function auditRefusedCall(
  { queries, clock }: AuditParts,
  request: FastifyRequest,
  error: unknown,
): Promise<void> {
  const code = isAppError(error) ? error.code : 'internal'
  await withAuditOrigin(auditOriginOf(request, request.principal), () =>
    appendAudit(queries, {
      ...{ at: clock.now(), operation: 'use-api', outcome: isAppError(error) ? 'refused' : 'failed' },
      ...{ target: 'scim', details: { endpoint: 'scim', method: request.method, code } },
    }),
  )
}
