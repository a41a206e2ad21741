/**
 * Keeps other pages from making a signed-in browser act: a change is taken only from our own pages, which the
 * browser tells by `Origin` and `Sec-Fetch-Site`, and only with the session's own token beside the cookie.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { PrincipalSession } from '../access/index.ts'
import { AppError } from '../domain/errors.ts'

export const csrfHeader = 'x-holdfast-csrf'

/** Throws `request-forged` unless one of our own pages made the request. */
export function assertOwnPage(request: FastifyRequest, ownOrigins: readonly string[]): void {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  const originFits = origin === undefined || ownOrigins.includes(origin)
  const siteFits = site === undefined || site === 'same-origin'
  if (originFits && siteFits && (origin !== undefined || site !== undefined)) return
  throw new AppError(
    'request-forged',
    'The request does not come from a page of Holdfast. Open the portal at its own address and try again.',
  )
}

/** Throws `request-forged` unless the header repeats the session's token. */
export function assertCsrfToken(request: FastifyRequest, session: PrincipalSession): void {
  const given = request.headers[csrfHeader]
  if (typeof given === 'string' && sameText(given, session.csrfToken)) return
  throw new AppError(
    'request-forged',
    `The request lacks the header ${csrfHeader} with the token of this session. Reload the page and try again.`,
  )
}

/** Hashed first, so that not even the length shows in the time it takes. */
function sameText(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(first!, second!)
}
