/** TLS from certificate files, taken up anew when somebody renews them. */
import { readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { setInterval } from 'node:timers'
import type { FastifyServerFactory } from 'fastify'
import { AppError } from '../domain/errors.ts'

export interface Certificate {
  /** PEM, with the certificates between it and the root after it. */
  readonly certificateFile: string
  readonly keyFile: string
}

/** Renewed certificates come weeks before the old ones end. */
const lookAgainMs = 10 * 60_000

/** Throws `bad-config` for files that cannot be read or do not belong together. */
export function tlsServerFactory(certificate: Certificate): FastifyServerFactory {
  return (handler) => {
    const server = createTlsServer(certificate)
    server.on('request', handler)
    // As the framework sets it on a server of its own making: how long an upload takes is not known before.
    server.requestTimeout = 0
    keepFresh(server, certificate)
    return server as never
  }
}

function createTlsServer(certificate: Certificate): Server {
  try {
    return createServer({ ...readFiles(certificate), minVersion: 'TLSv1.2' })
  } catch (cause) {
    const { certificateFile, keyFile } = certificate
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError(
      'bad-config',
      `TLS cannot be served with the certificate ${certificateFile} and the key ${keyFile}: ${why}.`,
      { cause },
    )
  }
}

function readFiles({ certificateFile, keyFile }: Certificate) {
  return { cert: readFileSync(certificateFile), key: readFileSync(keyFile) }
}

function keepFresh(server: Server, certificate: Certificate): void {
  let changedAt = changeTime(certificate)
  const looking = setInterval(() => {
    const now = changeTime(certificate)
    if (now === changedAt) return
    try {
      server.setSecureContext({ ...readFiles(certificate), minVersion: 'TLSv1.2' })
      changedAt = now
    } catch {
      // Half of a renewed pair, or a file being written: the old one serves until both are there.
    }
  }, lookAgainMs)
  looking.unref()
  server.once('close', () => clearInterval(looking))
}

function changeTime({ certificateFile, keyFile }: Certificate): string {
  return [certificateFile, keyFile]
    .map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    .join(' ')
}
