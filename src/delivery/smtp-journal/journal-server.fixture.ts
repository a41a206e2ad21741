/** A journal address in this process: an SMTP server that keeps what it takes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

const certificates = join(import.meta.dirname, '../../../test/certificates')

/** Of `test/certificates`, by name. */
export function certificateOf(name: 'server' | 'other'): { cert: string; key: string } {
  const [cert, key] = ['crt', 'key'].map((end) => readFileSync(join(certificates, `${name}.${end}`), 'utf8'))
  return { cert: cert!, key: key! }
}

export interface JournalReport {
  readonly from: string
  readonly to: readonly string[]
  readonly bytes: Buffer
}

/** What the server answers to a report instead of taking it; `cut` closes the connection. */
export type Answer = { readonly status: number; readonly words: string } | 'cut-before' | 'cut-after'

export interface JournalServer {
  readonly port: number
  readonly reports: readonly JournalReport[]
  /** Connections that were made so far. */
  readonly connections: number
  /** Asked for each report, before it is taken; null takes it. */
  answer: (report: JournalReport) => Answer | null
  close(): Promise<void>
}

export interface JournalServerOptions {
  readonly user?: { readonly name: string; readonly password: string }
  readonly tls?: 'tls' | 'starttls'
  readonly certificate?: 'server' | 'other'
  /** Said in the answer to EHLO. */
  readonly bytesMax?: number
  readonly server?: SMTPServerOptions
}

export async function startJournalServer(options: JournalServerOptions = {}): Promise<JournalServer> {
  const reports: JournalReport[] = []
  const journal = { answer: (_: JournalReport): Answer | null => null, connections: 0 }
  const server = new SMTPServer({
    ...certificateOf(options.certificate ?? 'server'),
    ...{ secure: options.tls === 'tls', authOptional: !options.user, allowInsecureAuth: true, logger: false },
    disabledCommands: [
      ...(options.tls === 'starttls' ? [] : ['STARTTLS']),
      ...(options.user ? [] : ['AUTH']),
    ],
    ...(options.bytesMax === undefined ? {} : { size: options.bytesMax }),
    closeTimeout: 100,
    onConnect(_session, done) {
      journal.connections += 1
      done()
    },
    onAuth({ username, password }, _session, done) {
      const known = username === options.user?.name && password === options.user?.password
      done(known ? null : failed(535, '5.7.8 Not with these'), known ? { user: username } : undefined)
    },
    async onData(stream, session, done) {
      // Null where the connection ended in the middle.
      const pieces = await Array.fromAsync(stream as AsyncIterable<Buffer>).catch(() => null)
      if (pieces === null) return
      const bytes = Buffer.concat(pieces)
      const { mailFrom, rcptTo } = session.envelope
      const report = {
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
        bytes,
      }
      const answer = journal.answer(report)
      if (answer === null || answer === 'cut-after') reports.push(report)
      if (answer === null) return done(null, `2.0.0 taken as ${reports.length}`)
      if (typeof answer === 'object') return done(failed(answer.status, answer.words))
      for (const connection of server.connections) connection.close()
    },
    ...options.server,
  })
  // A connection that is cut is no failure of the server.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  return {
    ...{ port, reports },
    get connections() {
      return journal.connections
    },
    get answer() {
      return journal.answer
    },
    set answer(answer) {
      journal.answer = answer
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function failed(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

/** The original of a report, byte for byte. */
export function originalOf({ bytes }: JournalReport): Buffer {
  const text = bytes.toString('latin1')
  const boundary = /boundary=(report-\w+)/.exec(text)![1]
  const start = text.indexOf('\r\n\r\n', text.indexOf('Content-Type: message/rfc822')) + 4
  return bytes.subarray(start, text.lastIndexOf(`\r\n--${boundary}--`))
}

/** The report's own text. */
export async function textOf(report: JournalReport): Promise<string> {
  const mail = await PostalMime.parse(report.bytes, { forceRfc822Attachments: true })
  return mail.text ?? ''
}
