/** One call of an endpoint: who makes it, from where, and whether he may. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../access/index.ts'
import type { Endpoint } from '../api/index.ts'
import { AppError } from '../domain/errors.ts'
import type { Role } from '../domain/roles.ts'
import type { AuditOrigin } from '../platform/audit/audit.ts'
import { readCookie, writeCookie } from './cookies.ts'
import { assertCsrfToken, assertOwnPage } from './forgery.ts'
import type { CallContext } from './handler.ts'
import { isSecure, originOf, ownOrigins } from './origin.ts'

/** Finds who stands behind what a request shows; null when it is worth nothing (any more). */
export interface Doorkeeper {
  principalOfSession(token: string): Promise<Principal | null>
  principalOfToken(token: string): Promise<Principal | null>
}

export interface Call {
  readonly principal: Principal | null
  readonly context: CallContext
  readonly origin: AuditOrigin
}

const bearer = /^Bearer ([\w.~+/=-]{1,300})$/i

/** Whoever shows a bearer token is judged by it alone, whatever cookies he has. */
export async function principalOf(
  request: FastifyRequest,
  doorkeeper: Doorkeeper,
  publicUrl: string | null,
): Promise<Principal | null> {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = bearer.exec(authorization)?.[1]
    return token === undefined ? null : doorkeeper.principalOfToken(token)
  }
  const cookie = readCookie(request, 'session', isSecure(request, publicUrl))
  return cookie === null ? null : doorkeeper.principalOfSession(cookie)
}

/**
 * Throws `not-signed-in`, `request-forged`, `not-allowed` or `confirm-identity`. A token never does what a person is
 * asked to prove himself again for, nor changes anything about its owner himself: whoever steals one must not be
 * able to make himself at home.
 */
export function assertAllowed(
  endpoint: Endpoint,
  principal: Principal | null,
  request: FastifyRequest,
  { publicUrl, now }: { readonly publicUrl: string | null; readonly now: number },
): void {
  const changes = endpoint.method !== 'GET'
  const session = principal?.session ?? null
  if (changes && (session !== null || (principal === null && endpoint.access === 'anybody'))) {
    assertOwnPage(request, ownOrigins(request, publicUrl))
  }
  if (endpoint.access === 'anybody') return
  if (principal === null) {
    throw new AppError('not-signed-in', 'Nobody is signed in here (any more). Sign in and try again.')
  }
  if (changes && session !== null) assertCsrfToken(request, session)
  if (Array.isArray(endpoint.access)) assertRole(endpoint.access, principal)
  if (session === null && changes && (endpoint.dangerous || endpoint.access === 'signed-in')) {
    throw new AppError('not-allowed', 'A token cannot do this. Sign in to the portal to do it.')
  }
  if (endpoint.dangerous && session !== null && session.confirmedUntil <= now) {
    throw new AppError('confirm-identity', 'Prove once more who you are, then this will be done.')
  }
}

function assertRole(roles: readonly Role[], principal: Principal): void {
  if (roles.some((role) => principal.roles.has(role))) return
  const oneOf = roles.length === 1 ? 'the role' : 'one of the roles'
  throw new AppError(
    'not-allowed',
    `This needs ${oneOf} ${roles.join(', ')}. Ask an administrator of Holdfast to make you a member of a role group that has it.`,
    { details: { roles } },
  )
}

export function callOf(
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal | null,
  options: { readonly publicUrl: string | null; readonly signal: AbortSignal },
): Call {
  const { publicUrl } = options
  const secure = isSecure(request, publicUrl)
  const header = (name: string) => {
    const value = request.headers[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : value
  }
  const context: CallContext = {
    // Handlers of endpoints for anybody look at `signedIn`, as their contract says.
    principal: principal as Principal,
    signedIn: principal,
    clientIp: request.ip,
    userAgent: header('user-agent')?.slice(0, 300) ?? null,
    correlationId: request.id,
    origin: originOf(request, publicUrl),
    signal: options.signal,
    header,
    setSession: (token) => writeCookie(reply, 'session', token, secure),
    signInStep: readCookie(request, 'step', secure),
    setSignInStep: (token) => writeCookie(reply, 'step', token, secure),
  }
  return { principal, context, origin: auditOriginOf(request, principal) }
}

export function auditOriginOf(request: FastifyRequest, principal: Principal | null): AuditOrigin {
  return {
    actor: principal?.username ?? 'unknown',
    actorType: principal?.kind ?? 'unknown',
    clientIp: request.ip,
    sessionId: principal?.session?.id ?? null,
    correlationId: request.id,
  }
}
