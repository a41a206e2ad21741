/** Tries the server and one mailbox, changing nothing. */
import type { AccessCheck } from '../delivery.ts'
import { connectionProblem } from '../mail-server.ts'
import type { DeliveryProblem } from '../problem.ts'
import { connect, disconnect, SignInRefused, whileConnected, wordsOf } from './connection.ts'
import type { ImapSecret, ImapSettings } from './settings.ts'
import type { SignIn } from './sign-in.ts'

const testMs = 60_000

interface Given {
  readonly settings: ImapSettings
  readonly secret: ImapSecret
  readonly signIn: SignIn
}

/** Never throws. Without an address, the first mailbox whose password is known, else the server alone. */
export async function testAccess(given: Given, address: string | null): Promise<AccessCheck[]> {
  const mailbox = address ?? firstAddress(given.secret)
  return mailbox === null ? testServer(given) : testMailbox(given, mailbox)
}

function firstAddress(secret: ImapSecret): string | null {
  return 'passwords' in secret ? (Object.keys(secret.passwords)[0] ?? null) : null
}

/** A refused sign-in is an answer too: the server is there, and its certificate is believed. */
async function testServer({ settings, secret }: Given): Promise<AccessCheck[]> {
  const what = connectionTo(settings)
  const credentials = {
    user: settings.masterUser ?? 'holdfast',
    pass: 'password' in secret ? secret.password : 'none',
  }
  try {
    await disconnect(await connect(settings, credentials, AbortSignal.timeout(testMs)))
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
