/** One connection to the server, signed in where that is set. */
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { connectionProblem, tlsOptionsOf } from '../mail-server.ts'
import { DeliveryProblem } from '../problem.ts'
import type { Report } from './report.ts'
import type { SmtpJournalSecret, SmtpJournalSettings } from './settings.ts'

const connectMs = 30_000
/** A server may scan a large e-mail before it answers (RFC 5321 §4.5.3.2.6 allows it ten minutes). */
const silenceMs = 10 * 60_000

export interface Connection {
  readonly usable: boolean
  /** What the server said when it took the report. Throws `SendFailed` and `DeliveryProblem`. */
  send(report: Report): Promise<string>
  /** At once; what is being sent is dropped. */
  cut(): void
  quit(): void
}

/** The server answered no to this report, or it is over the size which the server named. */
export class SendFailed extends Error {
  override readonly name = 'SendFailed'
  /** Null where we did not even try. */
  readonly status: number | null
  readonly isTooLarge: boolean
  /** Whether it is the journal address, or the sender's, that is not taken. */
  readonly isOfEnvelope: boolean

  constructor(error: SMTPConnection.SMTPError) {
    super((error.response ?? error.message).replace(/\s+/g, ' ').slice(0, 300), { cause: error })
    this.status = error.responseCode ?? null
    this.isTooLarge = isTooLarge(error)
    this.isOfEnvelope = error.code === 'EENVELOPE' && /MAIL FROM|RCPT TO/.test(error.command ?? '')
  }
}

/** `5.3.4` and `5.2.3` (RFC 3463); 552 alone may also be a full mailbox. */
function isTooLarge({ code, response = '', responseCode }: SMTPConnection.SMTPError): boolean {
  if (responseCode === undefined) return code === 'EMESSAGE'
  if (/\b5\.(?:3\.4|2\.3)\b/.test(response)) return true
  return responseCode === 552 && !/\b5\.2\.2\b|quota|full/i.test(response)
}

/** Throws `DeliveryProblem`, or the reason of the signal. */
export async function connect(
  settings: SmtpJournalSettings,
  secret: SmtpJournalSecret,
  signal: AbortSignal,
): Promise<Connection> {
  signal.throwIfAborted()
  const smtp = new SMTPConnection({
    ...{ host: settings.host, port: settings.port, tls: tlsOptionsOf(settings) },
    ...transportOf(settings),
    ...(settings.name === undefined ? {} : { name: settings.name }),
    ...{ connectionTimeout: connectMs, greetingTimeout: connectMs, socketTimeout: silenceMs },
  })
  const lost = new Promise<never>((_, reject) => {
    smtp.on('error', (error) => reject(problemOf(error, settings)))
    smtp.on('end', () => reject(connectionProblem(new Error('the connection was closed'), settings)))
  })
  // Nobody may be waiting when it is lost.
  lost.catch(() => {})
  const cut = () => smtp.close()
  signal.addEventListener('abort', cut, { once: true })
  try {
    await Promise.race([lost, called((done) => smtp.connect(done))])
    if (settings.user !== undefined) await Promise.race([lost, signIn(smtp, settings.user, secret)])
    return connectionOf(smtp, settings, lost)
  } catch (error) {
    smtp.close()
    signal.throwIfAborted()
    throw problemOf(error as SMTPConnection.SMTPError, settings)
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

function transportOf({ tls }: SmtpJournalSettings): SMTPConnection.Options {
  if (tls === 'tls') return { secure: true }
  return tls === 'starttls' ? { secure: false, requireTLS: true } : { secure: false, ignoreTLS: true }
}

async function signIn(smtp: SMTPConnection, user: string, secret: SmtpJournalSecret): Promise<void> {
  if (secret === null)
    throw new DeliveryProblem(
      'bad-settings',
      `The destination signs in as ${user} and has no password: give it one.`,
    )
  await called((done) => smtp.login({ credentials: { user, pass: secret.password } }, done))
}

function connectionOf(smtp: SMTPConnection, settings: SmtpJournalSettings, lost: Promise<never>): Connection {
  const { from, to } = settings
  return {
    get usable() {
      return !smtp.destroyed
    },
    send: (report) => Promise.race([lost, sent(smtp, { from, to, size: report.bytes }, report, settings)]),
    cut: () => smtp.close(),
    quit: () => smtp.quit(),
  }
}

function sent(
  smtp: SMTPConnection,
  envelope: SMTPConnection.Envelope,
  report: Report,
  settings: SmtpJournalSettings,
): Promise<string> {
  return new Promise((resolve, reject) => {
    async function* reading() {
      try {
        yield* report.stream()
      } catch (error) {
        reject(error)
        // Half a report cannot be taken back in any other way; before anybody takes the connection for usable.
        smtp.close()
        // The library writes a code of its own upon the error it is given.
        throw new Error('the report could not be read')
      }
    }
    const stream = Readable.from(reading(), { objectMode: false })
    stream.once('error', () => smtp.close())
    smtp.send(envelope, stream, (error, info) => {
      if (!error) return resolve(info.response)
      stream.destroy()
      const answered = error.responseCode !== undefined && error.responseCode !== 421
      const tooLarge = error.code === 'EMESSAGE' && error.responseCode === undefined
      reject(answered || tooLarge ? new SendFailed(error) : problemOf(error, settings))
    })
  })
}

function problemOf(
  error: SMTPConnection.SMTPError | DeliveryProblem,
  settings: SmtpJournalSettings,
): DeliveryProblem {
  if (error instanceof DeliveryProblem) return error
  if (error.code !== 'EAUTH' || (error.responseCode ?? 500) < 500) return connectionProblem(error, settings)
  const words = (error.response ?? error.message).replace(/\s+/g, ' ').slice(0, 300)
  return new DeliveryProblem(
    'sign-in-refused',
    `${settings.host} refuses the sign-in of ${settings.user} (${words}): check the user and the password.`,
    { cause: error },
  )
}

function called(call: (done: (error?: SMTPConnection.SMTPError | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())))
}
