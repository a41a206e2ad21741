/** Tries the way without taking anything. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createServer } from 'node:net'
import { isAppError } from '../../../domain/errors.ts'
import type { RouteFinding } from '../../live-source.ts'
import { canMove, cannotMove } from './imap.ts'
import { openMailbox, whileAsked } from './imap-connection.ts'
import { type EmailDropGiven, openTree } from './pull.ts'
import type { ImapWay, SmtpWay } from './route-settings.ts'

/** Never throws. */
export async function testRoute(given: EmailDropGiven): Promise<readonly RouteFinding[]> {
  const { settings } = given
  if (settings.way === 'imap') return testMailbox(given, settings)
  if (settings.way === 'smtp') return testListener(given, settings)
  const check = `list ${settings.folder}`
  return [
    await finding(check, async () => {
      const tree = await openTree(given, settings)
      await tree.list().finally(() => tree.close())
    }),
  ]
}

async function finding(check: string, work: () => Promise<void> | void): Promise<RouteFinding> {
  try {
    await work()
    return { check }
  } catch (error) {
    return { check, problem: isAppError(error) ? error.message : `This failed: ${(error as Error).message}` }
  }
}

async function testMailbox(given: EmailDropGiven, settings: ImapWay): Promise<readonly RouteFinding[]> {
  const findings: RouteFinding[] = []
  const open = await finding(`open ${settings.mailbox}`, async () => {
    const asked = { ...given, settings }
    const { client, close } = await openMailbox(asked, true)
    try {
      if (settings.moveTo === undefined) return
      const { moveTo } = settings
      findings.push(
        await finding(`move to ${moveTo}`, async () => {
          if (!canMove(client)) throw cannotMove(settings)
          await whileAsked(asked, client, () => client.status(moveTo, { messages: true }))
        }),
      )
    } finally {
      await close()
    }
  })
  return [open, ...findings]
}

async function testListener({ secret }: EmailDropGiven, settings: SmtpWay): Promise<readonly RouteFinding[]> {
  const findings: RouteFinding[] = [await finding(`listen on port ${settings.port}`, () => tryPort(settings))]
  if (settings.tls !== 'none-loopback-only')
    findings.push(
      await finding('certificate', () => {
        const certificate = new X509Certificate(settings.certificate ?? '')
        const { privateKey = '', passphrase } = secret
        const key = createPrivateKey({ key: privateKey, ...(passphrase === undefined ? {} : { passphrase }) })
        if (!certificate.checkPrivateKey(key))
          throw new Error('the private key is not that of the certificate')
      }),
    )
  if (settings.user !== undefined && secret.password === undefined)
    findings.push({ check: 'sign-in', problem: `Give the password that ${settings.user} signs in with.` })
  return findings
}

/** A port that is taken may be taken by the route itself, which is at work already. */
function tryPort({ host, port }: SmtpWay): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve() : reject(error),
    )
    server.listen(port, host, () => server.close(() => resolve()))
  })
}
