/** Letters of our own, through the mail server that the configuration names. */
import { createTransport } from 'nodemailer'
import { AppError } from '../../domain/errors.ts'
import type { Secret } from '../secret.ts'

export interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
}

export interface Mailer {
  /** Throws `mail-refused`. */
  send(letter: Letter): Promise<void>
}

export interface MailConfig {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: Secret
  readonly from: string
}

const waitMs = 20_000

/** A mailer over SMTP; each letter has a connection of its own, as they are few. */
export function createMailer({ url, from }: MailConfig): Mailer {
  return {
    async send({ to, subject, text, html }) {
      const transport = createTransport({
        ...serverOf(url),
        ...{ connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: waitMs },
        // A letter is data: it must not make us read files or fetch addresses.
        ...{ disableFileAccess: true, disableUrlAccess: true },
      })
      try {
        await transport.sendMail({ from, to, subject, text, ...(html === undefined ? {} : { html }) })
      } catch (cause) {
        throw new AppError(
          'mail-refused',
          `The mail server did not take a letter (${reasonOf(cause)}); check HOLDFAST_MAIL_URL and HOLDFAST_MAIL_FROM.`,
          { cause },
        )
      } finally {
        transport.close()
      }
    },
  }
}

function serverOf(secret: Secret) {
  const { protocol, hostname, port, username, password } = new URL(secret.reveal())
  const secure = protocol === 'smtps:'
  return {
    ...{ host: hostname.replace(/^\[|\]$/g, ''), secure, port: Number(port) || (secure ? 465 : 587) },
    ...(username === ''
      ? {}
      : {
          auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
          // A password never goes over a line that others can read.
          requireTLS: !secure,
        }),
  }
}

/** The kind of failure and the server's status; never its sentence, which may repeat addresses. */
function reasonOf(cause: unknown): string {
  const { code, responseCode } = cause as { code?: string; responseCode?: number }
  return [code, responseCode].filter((part) => part !== undefined).join(' ') || 'no reason given'
}
