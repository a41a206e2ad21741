/** One signed-in connection: how it is made, how it ends, and what its failures mean. */
import { ImapFlow } from 'imapflow'
import { connectionProblem, tlsOptionsOf } from '../mail-server.ts'
import { DeliveryProblem } from '../problem.ts'
import type { Credentials } from './credentials.ts'
import type { ImapSettings } from './settings.ts'

const connectMs = 30_000
/** A server may take its time over a large e-mail, but not without a word. */
const silenceMs = 120_000
const logoutMs = 5_000

/** The server does not let these credentials in; what that means the caller knows. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused'
  /** The server had trouble of its own. Dovecot says so too of a mailbox that a master user asks for in vain. */
  readonly isServerTrouble: boolean

  constructor(message: string, options: { readonly cause: unknown; readonly isServerTrouble: boolean }) {
    super(message, { cause: options.cause })
    this.isServerTrouble = options.isServerTrouble
  }
}

/** Connects and signs in. Throws `SignInRefused`, a `DeliveryProblem`, or the reason of the signal. */
export async function connect(
  settings: ImapSettings,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<ImapFlow> {
  signal.throwIfAborted()
  const client = new ImapFlow({
    ...{ host: settings.host, port: settings.port, auth: credentials, logger: false },
    ...transportOf(settings),
    tls: tlsOptionsOf(settings),
    // Not IMAP4rev2: its folder names are UTF-8, which the pieces below need not know.
    ...{ disableAutoIdle: true, disableCompression: true, disableIMAP4rev2: true },
    ...{ connectionTimeout: connectMs, greetingTimeout: connectMs, socketTimeout: silenceMs },
    clientInfo: { name: 'Holdfast' },
  })
  // What fails is told to whoever waits for an answer; without a listener it would end the process.
  client.on('error', () => {})
  try {
    await whileConnected(client, settings, signal, () => client.connect())
  } catch (error) {
    client.close()
    signal.throwIfAborted()
    throw 'accessToken' in credentials ? asTokenProblem(error, client, settings) : error
  }
  return client
}

/** The library has no code of its own for a server that takes no tokens. */
function asTokenProblem(error: unknown, client: ImapFlow, { host }: ImapSettings): unknown {
  const { capabilities, authenticated } = client
  const ways = [...capabilities.keys()].filter((name) => name.startsWith('AUTH='))
  const takesTokens = ways.some((way) => /^AUTH=(OAUTHBEARER|XOAUTH2?)$/.test(way))
  if (takesTokens || authenticated || error instanceof DeliveryProblem || error instanceof SignInRefused)
    return error
  const offered = ways.map((way) => way.slice('AUTH='.length)).join(', ') || 'none'
  return new DeliveryProblem(
    'bad-settings',
    `${host} takes no OAuth tokens (it offers to sign in by: ${offered}): let it offer OAUTHBEARER or XOAUTH2, or choose another login.`,
    { cause: error },
  )
}

function transportOf({ tls }: ImapSettings): { secure: boolean; doSTARTTLS?: boolean } {
  if (tls === 'tls') return { secure: true }
  return { secure: false, doSTARTTLS: tls === 'starttls' }
}

/** Runs one exchange; the signal cuts the connection. Failures of the connection become problems. */
export async function whileConnected<Result>(
  client: ImapFlow,
  settings: ImapSettings,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted()
  const cut = () => client.close()
  signal.addEventListener('abort', cut, { once: true })
  const lost = lossOf(client)
  try {
    return await Promise.race([work(), lost.promise])
  } catch (error) {
    signal.throwIfAborted()
    if (isRefusedSignIn(error)) {
      const isServerTrouble = troubles.has(codeOf(error))
      throw new SignInRefused(wordsOf(error), { cause: error, isServerTrouble })
    }
    throw asProblem(error, settings)
  } finally {
    signal.removeEventListener('abort', cut)
    lost.forget()
  }
}

const cutOnPurpose = new WeakSet<ImapFlow>()

/** Ends a connection in the middle of an e-mail, which takes that back; the work goes on over another one. */
export function takeBack(client: ImapFlow): void {
  cutOnPurpose.add(client)
  client.close()
}

/** The library's own error says more and comes at about the same time, where it comes at all. */
const ownErrorMs = 250

/**
 * Rejects some time after the connection has ended: a command that was cut between two literals is never answered by
 * the library.
 */
function lossOf(client: ImapFlow): { readonly promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const onClose = () => {
    if (cutOnPurpose.has(client)) return
    timer = setTimeout(() => {
      reject(Object.assign(new Error('The connection was lost'), { code: 'NoConnection' }))
    }, ownErrorMs)
  }
  // Nobody may be waiting for it any more.
  promise.catch(() => {})
  client.once('close', onClose)
  return {
    promise,
    forget() {
      client.off('close', onClose)
      clearTimeout(timer)
    },
  }
}

/** What the failure of an exchange means: a problem, where the connection is what failed. */
export function asProblem(error: unknown, settings: ImapSettings): unknown {
  return isLostConnection(error) ? connectionProblem(error, settings) : error
}

/** Says goodbye, and cuts the connection where the server does not answer. */
export async function disconnect(client: ImapFlow): Promise<void> {
  const cut = setTimeout(() => client.close(), logoutMs)
  try {
    await client.logout()
  } catch {
    client.close()
  } finally {
    clearTimeout(cut)
  }
}

interface ImapError {
  readonly message: string
  readonly code?: unknown
  readonly authenticationFailed?: unknown
  readonly responseStatus?: unknown
  readonly responseText?: unknown
  readonly serverResponseCode?: unknown
  readonly response?: unknown
}

/** Response codes (RFC 5530) that say nothing of the credentials. */
const troubles = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN'])

function isRefusedSignIn(error: unknown): boolean {
  return (error as ImapError).authenticationFailed === true && !isCut(error)
}

function isCut(error: unknown): boolean {
  return ['NoConnection', 'EConnectionClosed', 'ECONNRESET', 'EPIPE'].includes(
    String((error as ImapError).code ?? ''),
  )
}

/** Anything but a `NO` or `BAD` to a command. */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { responseStatus, authenticationFailed, code } = error as ImapError
  if (authenticationFailed === true) return true
  return responseStatus === undefined && (code !== undefined || 'tlsFailed' in error)
}

/** The response code in upper case (`OVERQUOTA`), or nothing. */
export function codeOf(error: unknown): string {
  const { serverResponseCode, response } = error as ImapError
  if (typeof serverResponseCode === 'string') return serverResponseCode.toUpperCase()
  const section = (response as { attributes?: { section?: { value?: unknown }[] }[] } | undefined)
    ?.attributes?.[0]?.section
  return String(section?.[0]?.value ?? '').toUpperCase()
}

/** What the server said, in one line. */
export function wordsOf(error: unknown): string {
  const { responseText, message } = error as ImapError
  return String(responseText ?? message)
    .replace(/\s+/g, ' ')
    .slice(0, 300)
}

export function isRefusedCommand(error: unknown): boolean {
  return ['NO', 'BAD'].includes(String((error as ImapError | null)?.responseStatus ?? ''))
}
