import { AppError } from '../domain/errors.ts'
import type { HttpConfig } from '../platform/config.ts'
import { isLoopback } from './origin.ts'

/** Throws `listening-unsafe` where passwords and messages would cross a network readable. */
export function assertSafeListening(config: HttpConfig): void {
  const { host, certificate, trustedProxies, plainAllowed } = config
  if (isLoopback(host) || certificate !== null || trustedProxies.length > 0 || plainAllowed) return
  throw new AppError(
    'listening-unsafe',
    `Listening on ${host} without TLS would send passwords and messages readable over the network. Set HOLDFAST_TLS_CERTIFICATE_FILE and HOLDFAST_TLS_KEY_FILE, or put a proxy with a certificate before Holdfast and name it in HOLDFAST_TRUSTED_PROXIES; where the network itself is safe, set HOLDFAST_ALLOW_PLAIN_HTTP=yes.`,
    { details: { host } },
  )
}
