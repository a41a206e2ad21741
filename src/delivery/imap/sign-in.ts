/** Whose fault a refused sign-in is: the mailbox's, or that of the login which opens them all. */
import type { ImapFlow } from 'imapflow'
import type { Clock } from '../../platform/clock.ts'
import { connectionProblem } from '../mail-server.ts'
import { DeliveryProblem } from '../problem.ts'
import { connect, disconnect, SignInRefused } from './connection.ts'
import { credentialsFor } from './credentials.ts'
import type { ImapSecret, ImapSettings } from './settings.ts'

/** Signs in to a mailbox. Throws `DeliveryProblem`, or the reason of the signal. */
export type SignIn = (address: string, signal: AbortSignal) => Promise<ImapFlow>

/**
 * A server answers the same to a master user with a wrong password and to a right one who asks for a mailbox that is
 * not there. So a refusal is followed by one more sign-in: to a mailbox that was opened before, else as the master user
 * himself. Where that is refused too and nothing was ever opened, the second refused address settles it: then nothing
 * more is tried, lest the server lock the master user out.
 */
export function createSignIn(settings: ImapSettings, secret: ImapSecret, clock: Clock): SignIn {
  const credentialsOf = credentialsFor(settings, secret, clock)
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
      if (await isMailboxAtFault(address, signal)) throw mailboxProblem(settings, address, error)
      throw error.isServerTrouble ? connectionProblem(error, settings) : loginProblem(settings, error)
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
  return new DeliveryProblem(
    'mailbox-not-found',
    `${host} has no mailbox ${address} that this login may open (${cause.message}): make it, map the person to another one, or, if no mailbox opens, check the login.`,
    { cause },
  )
}

function loginProblem({ host, login, masterUser }: ImapSettings, cause: SignInRefused): DeliveryProblem {
  const who = login === 'oauth' ? 'the token' : `the master user ${masterUser}`
  const remedy =
    login === 'oauth' ? 'check the token and what it is allowed' : 'check his name, password and rights'
  return new DeliveryProblem(
    'sign-in-refused',
    `${host} refuses ${who} for every mailbox (${cause.message}): ${remedy}.`,
    { cause },
  )
}
