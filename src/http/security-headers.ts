/** The headers that every answer carries, and the policy of the portal's pages. */
import type { FastifyInstance } from 'fastify'

/** Two years, as browsers' preload lists ask. Other hosts of the same domain are not ours to speak for. */
const strictTransport = 'max-age=63072000'

const everywhere: Readonly<Record<string, string>> = {
  // But for the portal's own files, which say so.
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
}

/** What is no page loads and runs nothing, should somebody open it as one. */
const inertPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

export function addSecurityHeaders(
  server: FastifyInstance,
  { publicUrl }: { publicUrl: string | null },
): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(everywhere)
    reply.header('content-security-policy', inertPolicy)
    reply.header('x-correlation-id', request.id)
    if (request.protocol === 'https' || publicUrl?.startsWith('https:')) {
      reply.header('strict-transport-security', strictTransport)
    }
  })
}

/**
 * The policy of the portal's page. Its style sheets made at run time carry the nonce, which a browser asks of every
 * `<style>` element, even an empty one that a script fills afterwards; a style attribute set by script is free.
 */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'none'",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}
