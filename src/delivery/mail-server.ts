/** What the adapters to mail servers share: how the server is reached, and what its connections fail with. */
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { z } from 'zod'
import { DeliveryProblem } from './problem.ts'

export const mailServerFields = {
  host: z.string().trim().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  /** `tls`: from the first byte; `starttls`: required, before anything else; plain only to this machine. */
  tls: z.enum(['tls', 'starttls', 'none-loopback-only']),
  /** PEM, trusted instead of the public authorities. */
  certificateAuthority: z
    .string()
    .max(100_000)
    .includes('-----BEGIN CERTIFICATE-----', { error: 'is not a certificate in PEM form' })
    .optional(),
} as const

export interface MailServer {
  readonly host: string
  readonly port: number
  readonly tls: 'tls' | 'starttls' | 'none-loopback-only'
  readonly certificateAuthority?: string | undefined
}

/** For `refine`: nothing leaves this machine unencrypted. */
export const plainOnlyToLoopback = [
  ({ host, tls }: MailServer) => tls !== 'none-loopback-only' || isLoopback(host),
  { path: ['tls'], error: 'a connection without TLS is only made to this machine; choose tls or starttls' },
] satisfies [(server: MailServer) => boolean, { path: string[]; error: string }]

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

export function tlsOptionsOf({ host, certificateAuthority }: MailServer): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(isIP(host) ? {} : { servername: host }),
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
  }
}

/** Node's and OpenSSL's codes for certificates that are not believed. */
const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|HOSTNAME_MISMATCH|INVALID_CA/

/** A connection that could not be made or was lost, in a sentence with a remedy. */
export function connectionProblem(error: unknown, server: MailServer): DeliveryProblem {
  if (error instanceof DeliveryProblem) return error
  const { message, codes } = told(error)
  const place = `${server.host}:${server.port}`
  if (codes.some((code) => certificateCodes.test(code)))
    return new DeliveryProblem(
      'untrusted',
      `The certificate of ${place} is not trusted (${message}): correct the host, renew the server's certificate, or give its certificate authority.`,
      { cause: error },
    )
  if (server.tls !== 'none-loopback-only' && codes.some((code) => /SSL|TLS/.test(code)))
    return new DeliveryProblem(
      'untrusted',
      `${place} does not speak TLS as it is set (${message}): check the port and whether it is "tls" or "starttls".`,
      { cause: error },
    )
  return new DeliveryProblem(
    'unreachable',
    `${place} cannot be reached (${message}): check host, port, firewall and whether the server runs.`,
    { cause: error },
  )
}

/** Libraries wrap what the socket said; its code may be on either, or in the words alone. */
function told(error: unknown): { message: string; codes: string[] } {
  const chain: unknown[] = []
  for (let one = error; one instanceof Error && chain.length < 5; one = one.cause) chain.push(one)
  const errors = chain as (Error & { code?: unknown; tlsFailed?: unknown })[]
  const codes = errors.flatMap(({ code, tlsFailed }) => [String(code ?? ''), tlsFailed ? 'TLS' : ''])
  const message = errors[0]?.message ?? String(error)
  const words = [
    ...(/self[- ]signed|certificate|altnames/i.test(message) ? ['CERT'] : []),
    ...(/SSL routines|STARTTLS/.test(message) ? ['TLS'] : []),
  ]
  return { message: message.replace(/\s+/g, ' ').slice(0, 300), codes: [...codes, ...words].filter(Boolean) }
}
