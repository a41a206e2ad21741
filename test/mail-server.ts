/** A mail server of this process that keeps the letters it takes. */
import { SMTPServer } from 'smtp-server'

export interface MailServer {
  readonly url: string
  /** As they came, newest last. */
  readonly letters: readonly string[]
  close(): void
}

/** Takes letters for everybody but those at nowhere.example. */
export async function startMailServer(): Promise<MailServer> {
  const letters: string[] = []
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false, closeTimeout: 100 },
    onRcptTo({ address }, _session, next) {
      next(address.endsWith('@nowhere.example') ? new Error('no such person') : null)
    },
    async onData(stream, _session, next) {
      letters.push(Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Buffer>)).toString())
      next()
    },
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.server.address() as { port: number }
  return { url: `smtp://127.0.0.1:${port}`, letters, close: () => server.close(() => {}) }
}
