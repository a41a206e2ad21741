/** One signed-in connection to a mailbox, and what its failures mean. */
import { ImapFlow } from 'imapflow'
import { AppError } from '../../../domain/errors.ts'
import type { RouteGiven } from '../../live-source.ts'
import type { EmailDropSecret, ImapWay } from './route-settings.ts'

type Given = RouteGiven<ImapWay, EmailDropSecret>

export interface OpenMailbox {
  readonly client: ImapFlow
  readonly uidValidity: string
  close(): Promise<void>
}

const connectMs = 30_000
const silenceMs = 120_000
const logoutMs = 5_000

/** Throws AppError `vendor-refused` (sign-in, no such mailbox) or `vendor-unreachable`. */
export async function openMailbox(given: Given, isReadOnly: boolean): Promise<OpenMailbox> {
  const { settings, secret, signal } = given
  signal.throwIfAborted()
  const client = createClient(settings, secret)
  const cut = () => client.close()
  signal.addEventListener('abort', cut, { once: true })
  try {
    await whileAsked(given, client, () => client.connect())
    const opened = await whileAsked(given, client, () =>
      client.mailboxOpen(settings.mailbox, { readOnly: isReadOnly }),
    )
    return { client, uidValidity: String(opened.uidValidity), close: () => close(client, signal, cut) }
  } catch (error) {
    signal.removeEventListener('abort', cut)
    client.close()
    throw error
  }
}

function createClient({ host, port, tls, ca, user }: ImapWay, secret: EmailDropSecret): ImapFlow {
  const client = new ImapFlow({
    ...{ host, port, logger: false },
    auth:
      secret.accessToken === undefined
        ? { user, pass: secret.password ?? '' }
        : { user, accessToken: secret.accessToken },
    ...(tls === 'tls' ? { secure: true } : { secure: false, doSTARTTLS: tls === 'starttls' }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...{ disableAutoIdle: true, disableCompression: true, disableIMAP4rev2: true },
    ...{ connectionTimeout: connectMs, greetingTimeout: connectMs, socketTimeout: silenceMs },
    clientInfo: { name: 'Holdfast' },
  })
  // What fails is told to whoever waits for an answer; without a listener it would end the process.
  client.on('error', () => {})
  return client
}

async function close(client: ImapFlow, signal: AbortSignal, cut: () => void): Promise<void> {
  signal.removeEventListener('abort', cut)
  const timer = setTimeout(cut, logoutMs)
  await client.logout().catch(cut)
  clearTimeout(timer)
}

/** One exchange, which ends when the connection does. */
export async function whileAsked<Result>(
  { settings, signal }: Given,
  client: ImapFlow,
  work: () => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted()
  const { promise: lost, reject } = Promise.withResolvers<never>()
  lost.catch(() => {})
  const onClose = () => reject(new Error('the connection was lost'))
  client.once('close', onClose)
  try {
    return await Promise.race([work(), lost])
  } catch (error) {
    signal.throwIfAborted()
    throw problemOf(error, settings)
  } finally {
    client.off('close', onClose)
  }
}

interface ImapError {
  readonly message: string
  readonly authenticationFailed?: unknown
  readonly responseStatus?: unknown
  readonly responseText?: unknown
  readonly code?: unknown
}

function problemOf(error: unknown, { host, user, mailbox }: ImapWay): AppError {
  const { authenticationFailed, responseStatus, responseText, code, message } = error as ImapError
  if (authenticationFailed === true)
    return new AppError('vendor-refused', `${host} does not let ${user} in: check the name and the secret.`, {
      cause: error,
    })
  if (responseStatus === 'NO' || responseStatus === 'BAD' || code === 'NotFound') {
    const words = typeof responseText === 'string' ? responseText.slice(0, 200) : message
    return new AppError(
      'vendor-refused',
      `${host} refuses what is asked of ${mailbox} (${words}): check the folder.`,
      {
        cause: error,
      },
    )
  }
  return new AppError('vendor-unreachable', `${host} cannot be reached (${message}): it is tried again.`, {
    cause: error,
  })
}
