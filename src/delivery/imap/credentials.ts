/** With what a mailbox is opened. */
import type { Clock } from '../../platform/clock.ts'
import { DeliveryProblem } from '../problem.ts'
import type { ImapSecret, ImapSettings } from './settings.ts'
import { createTokenSource } from './token.ts'

export type Credentials =
  | { readonly user: string; readonly pass: string }
  | { readonly user: string; readonly accessToken: string }

/** Answers the credentials of a mailbox. Throws `DeliveryProblem` where there are none. */
export type CredentialsOf = (address: string, signal: AbortSignal) => Promise<Credentials>

export function credentialsFor(settings: ImapSettings, secret: ImapSecret, clock: Clock): CredentialsOf {
  if (settings.login === 'master-user') {
    if (!('password' in secret)) return missing('a master user needs a password')
    const suffix = `${settings.masterSeparator}${settings.masterUser}`
    return async (address) => ({ user: `${address}${suffix}`, pass: secret.password })
  }
  if (settings.login === 'own-passwords') {
    if (!('passwords' in secret)) return missing('own passwords need a password for each mailbox')
    const passwords = new Map(
      Object.entries(secret.passwords).map(([address, pass]) => [address.toLowerCase(), pass]),
    )
    return async (address) => ownPassword(passwords, address)
  }
  if ('accessToken' in secret) return async (user) => ({ user, accessToken: secret.accessToken })
  if (!('clientSecret' in secret) || !settings.oauth)
    return missing('OAuth needs an access token, or a client secret and where tokens are fetched')
  const token = createTokenSource(settings.oauth, secret.clientSecret, clock)
  return async (user, signal) => ({ user, accessToken: await token(signal) })
}

function missing(what: string): CredentialsOf {
  return async () => {
    throw new DeliveryProblem('bad-settings', `The destination's secret does not fit its login: ${what}.`)
  }
}

function ownPassword(passwords: ReadonlyMap<string, string>, address: string): Credentials {
  const pass = passwords.get(address.toLowerCase())
  if (pass !== undefined) return { user: address, pass }
  throw new DeliveryProblem(
    'mailbox-not-found',
    `The destination has no password for ${address}: add one, or map the person to another mailbox.`,
  )
}
