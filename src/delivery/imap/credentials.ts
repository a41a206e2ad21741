/** With what a mailbox is opened. */
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { DeliveryProblem } from '../problem.ts'
import type { ImapSecret, ImapSettings } from './settings.ts'

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
  const token = tokenSource(settings.oauth, secret.clientSecret, clock)
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

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().default(300) })
/** A token is renewed this long before it ends. */
const renewMs = 60_000
const tokenDeadlineMs = 30_000

/** Client credentials (RFC 6749 §4.4); one token serves all mailboxes until shortly before it ends. */
function tokenSource(
  oauth: NonNullable<ImapSettings['oauth']>,
  clientSecret: string,
  clock: Clock,
): (signal: AbortSignal) => Promise<string> {
  let held: { token: string; until: number } | undefined
  return async (signal) => {
    if (held && clock.now() < held.until) return held.token
    const answer = await fetchToken(oauth, clientSecret, signal)
    held = { token: answer.access_token, until: clock.now() + answer.expires_in * 1000 - renewMs }
    return held.token
  }
}

async function fetchToken(
  { tokenAddress, clientId, scope }: NonNullable<ImapSettings['oauth']>,
  clientSecret: string,
  signal: AbortSignal,
): Promise<z.output<typeof tokenAnswer>> {
  const body = new URLSearchParams({
    ...{ grant_type: 'client_credentials', client_id: clientId },
    ...{ client_secret: clientSecret, scope },
  })
  const until = AbortSignal.any([signal, AbortSignal.timeout(tokenDeadlineMs)])
  const response = await fetch(tokenAddress, {
    ...{ method: 'POST', body, signal: until, redirect: 'error' },
  }).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new DeliveryProblem(
      'unreachable',
      `No token could be fetched at ${tokenAddress}: check the address.`,
      {
        cause,
      },
    )
  })
  const answer = tokenAnswer.safeParse(await response.json().catch(() => null))
  if (response.ok && answer.success) return answer.data
  throw new DeliveryProblem(
    response.status >= 500 || response.status === 429 ? 'unreachable' : 'sign-in-refused',
    `${tokenAddress} gave no token (HTTP ${response.status}): check the client id, its secret and the scope.`,
  )
}
