/** Whose fault a refused sign-in is: the mailbox's, or that of the login which opens them all. */
import type { ImapFlow } from 'imapflow'
import type { Clock } from '../../platform/clock.ts'
import { connectionProblem } from '../mail-server.ts'
import { DeliveryProblem } from '../problem.ts'
import { connect, disconnect, SignInRefused } from './connection.ts'
import type { CredentialsOf } from './credentials.ts'
import type { ImapSecret, ImapSettings } from './settings.ts'
import { endOfToken } from './token.ts'

/** Signs in to a mailbox. Throws `DeliveryProblem`, or the reason of the signal. */
export type SignIn = (address: string, signal: AbortSignal) => Promise<ImapFlow>

/**
 * A server answers the same to a master user with a wrong password and to a right one who asks for a mailbox that is
 * not there. So a refusal is followed by one more sign-in: to a mailbox that was opened before, else as the master user
 * himself. Where that is refused too and nothing was ever opened, the second refused address settles it: then nothing
 * more is tried, lest the server lock the master user out. The same goes for a token: that it has ended and that it is
 * for another mailbox is one answer too, unless the token says itself when it ends.
 */
export function createSignIn(
  settings: ImapSettings,
  secret: ImapSecret,
  credentialsOf: CredentialsOf,
  clock: Clock,
): SignIn {
  const refused = new Set<string>()
  let opened: string | undefined

  async function attempt(address: string, signal: AbortSignal): Promise<ImapFlow> {
    const client = await connect(settings, await credentialsOf(address, signal), signal)
    opened = address
    return client
  }

  async function isMailboxAtFault(address: string, signal: AbortSignal): Promise<boolean> {
    if (settings.login === 'own-passwords') return true
    if (opened !== undefined && opened !== address) return lets(() => attempt(opened!, signal))
    if (settings.login === 'master-user' && (await lets(() => asMaster(settings, secret, signal))))
      return true
    refused.add(address.toLowerCase())
    return refused.size < 2
  }

  return async (address, signal) => {
    try {
      return await attempt(address, signal)
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error
      const endedAt = 'accessToken' in secret ? endOfToken(secret.accessToken) : null
      if (endedAt !== null && endedAt <= clock.now()) throw endedProblem(settings, endedAt, error)
      if (await isMailboxAtFault(address, signal)) throw mailboxProblem(settings, address, error)
      throw everywhereProblem(settings, secret, error)
    }
  }
}

/** Only where he has a mailbox of his own as well; not being let in says nothing then. */
function asMaster(settings: ImapSettings, secret: ImapSecret, signal: AbortSignal): Promise<ImapFlow> {
  const pass = 'password' in secret ? secret.password : ''
  return connect(settings, { user: settings.masterUser ?? '', pass }, signal)
}

async function lets(signIn: () => Promise<ImapFlow>): Promise<boolean> {
  try {
    await disconnect(await signIn())
    return true
  } catch (error) {
    if (error instanceof SignInRefused) return false
    throw error
  }
}

function mailboxProblem(
  { host, login }: ImapSettings,
  address: string,
  cause: SignInRefused,
): DeliveryProblem {
  if (login === 'own-passwords' && !cause.isServerTrouble)
    return new DeliveryProblem(
      'mailbox-refused',
      `${host} refuses the password of ${address} (${cause.message}): give the destination its present one.`,
      { cause },
    )
  if (login === 'own-passwords')
    return new DeliveryProblem(
      'mailbox-refused',
      `${host} cannot open ${address} now (${cause.message}): see the server's log; it is tried again.`,
      { cause },
    )
  if (login === 'oauth')
    return new DeliveryProblem(
      'mailbox-not-found',
      `${host} does not open ${address} with the token (${cause.message}): make the mailbox, let the token open it, or map the person to another one; if no mailbox opens, check whether the token has ended and what it is allowed.`,
      { cause },
    )
  return new DeliveryProblem(
    'mailbox-not-found',
    `${host} has no mailbox ${address} that this login may open (${cause.message}): make it, map the person to another one, or, if no mailbox opens, check the login.`,
    { cause },
  )
}

/** Of a given token that was refused after the end it names. */
function endedProblem({ host }: ImapSettings, endedAt: number, cause: SignInRefused): DeliveryProblem {
  return new DeliveryProblem(
    'sign-in-refused',
    `${host} refuses the token, which ended at ${new Date(endedAt).toISOString()}: give the destination a new one, or a client secret with which tokens are fetched.`,
    { cause },
  )
}

function everywhereProblem(
  settings: ImapSettings,
  secret: ImapSecret,
  cause: SignInRefused,
): DeliveryProblem {
  const { host, login, masterUser } = settings
  if (cause.isServerTrouble) return troubleProblem(settings, cause)
  const who = login === 'oauth' ? 'the token' : `the master user ${masterUser}`
  const remedy = 'accessToken' in secret ? remedies.accessToken : remedies[login]
  return new DeliveryProblem(
    'sign-in-refused',
    `${host} refuses ${who} for every mailbox (${cause.message}): ${remedy}.`,
    { cause },
  )
}

const remedies: Readonly<Record<ImapSettings['login'] | 'accessToken', string>> = {
  'master-user': 'check his name, password and rights',
  'own-passwords': 'check the passwords',
  accessToken:
    'give the destination a new one, since this one may have ended, or a client secret with which tokens are fetched',
  oauth: 'check the scope, and which mailboxes the server opens to this client',
}

function troubleProblem(settings: ImapSettings, cause: SignInRefused): DeliveryProblem {
  if (settings.login !== 'oauth') return connectionProblem(cause, settings)
  return new DeliveryProblem(
    'unreachable',
    `${settings.host} cannot check the token now (${cause.message}): see its log, and whether it reaches the server that knows the tokens; it is tried again.`,
    { cause },
  )
}
