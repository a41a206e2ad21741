/** The listener: an e-mail is acknowledged when it is durable, and not before. */
import { hash, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server'
import { AppError } from '../../../domain/errors.ts'
import type { RouteGiven } from '../../live-source.ts'
import { emailBytesMax } from '../settings.ts'
import { keptEmail } from './kept-email.ts'
import { createNetworks, type EmailDropSecret, isLoopback, type SmtpWay } from './route-settings.ts'

export type SmtpGiven = RouteGiven<SmtpWay, EmailDropSecret> & { keep(body: Uint8Array): Promise<void> }

const clientsMax = 50
const silenceMs = 60_000
const closeMs = 10_000
/** All e-mails that are coming in at once; who comes beyond is told to come again. */
const bytesInFlightMax = 512 * 1024 * 1024

/** Runs until the signal is aborted; `onListening` is told the port. Throws AppError `port-in-use`, `bad-settings`. */
export async function listenForEmails(
  given: SmtpGiven,
  onListening: (port: number) => void = () => {},
): Promise<void> {
  const { settings, signal } = given
  const server = new SMTPServer(optionsOf(given))
  const { promise: failed, reject } = Promise.withResolvers<never>()
  failed.catch(() => {})
  // Errors of single connections come here too; those of the server itself end it.
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.syscall === 'listen') reject(listenProblem(error, settings))
  })
  await Promise.race([
    new Promise<void>((resolve) => server.listen(settings.port, settings.host, resolve)),
    failed,
  ])
  onListening((server.server.address() as AddressInfo).port)
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  await new Promise<void>((resolve) => server.close(() => resolve()))
}

function listenProblem(cause: NodeJS.ErrnoException, { host, port }: SmtpWay): AppError {
  if (cause.code === 'EADDRINUSE')
    return new AppError('port-in-use', `Port ${port} of ${host} is taken: choose another for the listener.`, {
      cause,
    })
  return new AppError(
    'bad-settings',
    `The listener cannot listen on ${host}, port ${port} (${cause.code}): choose an address of this machine, and a port from 1024.`,
    { cause },
  )
}

function optionsOf(given: SmtpGiven): SMTPServerOptions {
  const { settings, secret } = given
  const isPlain = settings.tls === 'none-loopback-only'
  const isClient = settings.allowedClients.length === 0 ? () => true : createNetworks(settings.allowedClients)
  const signsIn = settings.user !== undefined
  return {
    ...{ banner: 'Holdfast', size: emailBytesMax(settings), maxClients: clientsMax, logger: false },
    ...{ socketTimeout: silenceMs, closeTimeout: closeMs, disableReverseLookup: true },
    ...(isPlain || settings.certificate === undefined
      ? {}
      : { cert: settings.certificate, key: secret.privateKey ?? '', minVersion: 'TLSv1.2' }),
    ...(secret.passphrase === undefined ? {} : { passphrase: secret.passphrase }),
    secure: settings.tls === 'tls',
    disabledCommands: [...(signsIn ? [] : ['AUTH']), ...(isPlain ? ['STARTTLS'] : [])],
    ...{ authOptional: !signsIn, allowInsecureAuth: isPlain && isLoopback(settings.host) },
    authMethods: ['PLAIN', 'LOGIN'],
    onConnect: ({ remoteAddress }, done) =>
      done(isClient(remoteAddress) ? null : refusal(554, 'This address may not deliver here')),
    onAuth: ({ username, password }, _session, done) => {
      const isRight =
        isSame(username ?? '', settings.user ?? '') && isSame(password ?? '', secret.password ?? '')
      done(isRight && secret.password !== undefined ? null : refusal(535, 'Name or password is wrong'), {
        user: settings.user,
      })
    },
    onMailFrom: ({ address }, session, done) => done(senderRefusal(settings, address, session)),
    onData: (stream, session, done) => void answer(given, inFlight, stream, session, done),
  }
}

/** Over both, so that neither its length nor where it differs shows in the time it takes. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))
}

function senderRefusal(
  { tls, allowedSenders }: SmtpWay,
  address: string,
  session: SMTPServerSession,
): Error | null {
  if (tls !== 'none-loopback-only' && !session.secure) return refusal(530, 'Begin with STARTTLS')
  const sender = address.toLowerCase()
  const isAllowed =
    allowedSenders.length === 0 ||
    allowedSenders.includes(sender) ||
    allowedSenders.includes(sender.slice(sender.lastIndexOf('@') + 1))
  return isAllowed ? null : refusal(550, 'This sender may not deliver here')
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

/** Shared by all listeners of the process, as its memory is. */
const inFlight = { bytes: 0 }

/** 250 once it is kept; 451 where it could not be, so that the sender keeps it and comes again. */
async function answer(
  given: SmtpGiven,
  flight: { bytes: number },
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  done: (error?: Error | null, message?: string) => void,
): Promise<void> {
  let held = 0
  try {
    const chunks: Buffer[] = []
    let isCrowded = false
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      isCrowded ||= flight.bytes + chunk.length > bytesInFlightMax
      if (isCrowded || stream.sizeExceeded) continue
      chunks.push(chunk)
      flight.bytes += chunk.length
      held += chunk.length
    }
    if (stream.sizeExceeded) return done(refusal(552, 'The e-mail is larger than is taken here'))
    if (isCrowded) return done(refusal(452, 'Too much is coming in: come again'))
    await given.keep(keptEmail(envelopeOf(session), Buffer.concat(chunks)))
    done(null, 'Kept')
  } catch {
    // What failed is told by whoever keeps; the sender only needs to know that it still has the only copy.
    done(refusal(451, 'The e-mail could not be kept: come again'))
  } finally {
    flight.bytes -= held
  }
}

function envelopeOf({ envelope, remoteAddress }: SMTPServerSession): Parameters<typeof keptEmail>[0] {
  return {
    from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
    to: envelope.rcptTo.map(({ address }) => address),
    client: remoteAddress,
  }
}
