/**
 * The cookies: the session's, and that of a sign-in that is under way at the provider. Scripts cannot read them
 * (HttpOnly); over TLS the session's name carries `__Host-`, so that no neighbouring host can set it.
 */
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type CookieName = 'session' | 'step'

/** What came with the request, if it looks like one of ours. */
export function readCookie(request: FastifyRequest, name: CookieName, secure: boolean): string | null {
  const value = request.cookies[nameOf(name, secure)]
  return value !== undefined && /^[\w.~-]{1,200}$/.test(value) ? value : null
}

/** Sets the cookie, or clears it. */
export function writeCookie(
  reply: FastifyReply,
  name: CookieName,
  value: string | null,
  secure: boolean,
): void {
  const options: CookieSerializeOptions = { ...attributes[name], httpOnly: true, secure }
  const { maxAge, ...cleared } = options
  if (value === null) reply.clearCookie(nameOf(name, secure), cleared)
  else reply.setCookie(nameOf(name, secure), value, options)
}

const attributes: Readonly<Record<CookieName, CookieSerializeOptions>> = {
  // It ends with the browser; the server ends the session itself sooner. Strict: the portal's pages carry no session
  // and ask for everything themselves, so whoever is signed in is known even after a link from elsewhere.
  session: { path: '/', sameSite: 'strict' },
  // Comes back on a request that the provider began.
  step: { path: '/api/sign-in/provider', sameSite: 'lax', maxAge: 600 },
}

/** `__Host-` would ask for the path `/`. */
function nameOf(name: CookieName, secure: boolean): string {
  const prefix = name === 'session' ? '__Host-' : '__Secure-'
  return `${secure ? prefix : ''}holdfast-${name}`
}
