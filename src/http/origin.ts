/** Which address the browser has for us. */
import type { FastifyRequest } from 'fastify'

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Whether a host name or address, without its port, reaches this machine only. */
export function isLoopback(host: string): boolean {
  return loopbackNames.test(host) || host === '::1'
}

/** `https://host`, as the browser sees it: what the operator said, else what the request (or a trusted proxy) says. */
export function originOf(request: FastifyRequest, publicUrl: string | null): string {
  return publicUrl ?? requestOrigin(request)
}

/** All origins our pages may have: also by the machine's own name, for whoever sits at it. */
export function ownOrigins(request: FastifyRequest, publicUrl: string | null): readonly string[] {
  const asked = requestOrigin(request)
  if (publicUrl === null) return [asked]
  return isLoopback(request.hostname) ? [publicUrl, asked] : [publicUrl]
}

/** Whether the browser is at the end of TLS, ours or a trusted proxy's: cookies are then for TLS only. */
export function isSecure(request: FastifyRequest, publicUrl: string | null): boolean {
  return request.protocol === 'https' || publicUrl?.startsWith('https:') === true
}

function requestOrigin(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`
}
