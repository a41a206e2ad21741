/** Tries the server and one mailbox, changing nothing. */
import type { AccessCheck } from '../delivery.ts'
import { connectionProblem } from '../mail-server.ts'
import type { DeliveryProblem } from '../problem.ts'
import { connect, disconnect, SignInRefused, whileConnected, wordsOf } from './connection.ts'
import type { CredentialsOf } from './credentials.ts'
import type { ImapSecret, ImapSettings } from './settings.ts'
import type { SignIn } from './sign-in.ts'

const testMs = 60_000

interface Given {
  readonly settings: ImapSettings
  readonly secret: ImapSecret
  readonly credentialsOf: CredentialsOf
  readonly signIn: SignIn
}

/** Never throws. Without an address, the first mailbox whose password is known, else the server alone. */
export async function testAccess(given: Given, address: string | null): Promise<AccessCheck[]> {
  const tokens = await testTokens(given)
  if (tokens.some(({ ok }) => !ok)) return tokens
  const mailbox = address ?? firstAddress(given.secret)
  return [...tokens, ...(await (mailbox === null ? testServer(given) : testMailbox(given, mailbox)))]
}

const anybody = 'holdfast'

/** Where tokens are fetched: a server of its own, which fails in ways of its own. */
async function testTokens({ settings, secret, credentialsOf }: Given): Promise<AccessCheck[]> {
  if (settings.login !== 'oauth' || !settings.oauth || !('clientSecret' in secret)) return []
  const what = `Token from ${new URL(settings.oauth.tokenAddress).host}`
  try {
    await credentialsOf(anybody, AbortSignal.timeout(testMs))
    return [passed(what)]
  } catch (error) {
    return [{ what, ok: false, remedy: connectionProblem(error, settings).message }]
  }
}

function firstAddress(secret: ImapSecret): string | null {
  return 'passwords' in secret ? (Object.keys(secret.passwords)[0] ?? null) : null
}

/** A refused sign-in is an answer too: the server is there, and its certificate is believed. */
async function testServer({ settings, secret, credentialsOf }: Given): Promise<AccessCheck[]> {
  const what = connectionTo(settings)
  const signal = AbortSignal.timeout(testMs)
  try {
    const credentials =
      settings.login === 'oauth'
        ? await credentialsOf(anybody, signal)
        : {
            user: settings.masterUser ?? anybody,
            pass: 'password' in secret ? secret.password : 'none',
          }
    await disconnect(await connect(settings, credentials, signal))
  } catch (error) {
    if (!(error instanceof SignInRefused))
      return [{ what, ok: false, remedy: connectionProblem(error, settings).message }]
  }
  return [passed(what)]
}

async function testMailbox({ settings, signIn }: Given, address: string): Promise<AccessCheck[]> {
  const server = connectionTo(settings)
  const login = `Sign-in to the mailbox ${address}`
  const signal = AbortSignal.timeout(testMs)
  try {
    const client = await signIn(address, signal)
    try {
      return [passed(server), passed(login), await testFolders(client, settings, signal, address)]
    } finally {
      await disconnect(client)
    }
  } catch (error) {
    const problem = connectionProblem(error, settings)
    if (ofServer(problem)) return [{ what: server, ok: false, remedy: problem.message }]
    return [passed(server), { what: login, ok: false, remedy: problem.message }]
  }
}

async function testFolders(
  client: Awaited<ReturnType<SignIn>>,
  settings: ImapSettings,
  signal: AbortSignal,
  address: string,
): Promise<AccessCheck> {
  const what = `Folders of ${address}`
  try {
    await whileConnected(client, settings, signal, () => client.list())
    return passed(what)
  } catch (error) {
    return {
      what,
      ok: false,
      remedy: `The folders cannot be listed (${wordsOf(error)}): check the login's rights.`,
    }
  }
}

function ofServer({ reason }: DeliveryProblem): boolean {
  return ['unreachable', 'untrusted', 'bad-settings'].includes(reason)
}

function connectionTo({ host, port, tls }: ImapSettings): string {
  return `Connection to ${host}:${port} (${tls === 'none-loopback-only' ? 'without TLS' : tls.toUpperCase()})`
}

function passed(what: string): AccessCheck {
  return { what, ok: true, remedy: '' }
}
