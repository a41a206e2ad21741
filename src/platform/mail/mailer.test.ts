import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../secret.ts'
import { createMailer } from './mailer.ts'

const from = 'Archive <archive@firm.example>'
const letter = { to: 'ada@firm.example', subject: 'Grüße', text: 'Plain words.', html: '<p>Words.</p>' }
const servers: SMTPServer[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function startServer(options: SMTPServerOptions = {}) {
  const taken: Buffer[] = []
  const passwords: string[] = []
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    ...{ logger: false, closeTimeout: 100, ...options },
    onAuth({ username, password }, _session, done) {
      passwords.push(password ?? '')
      done(null, { user: username })
    },
    async onData(stream, _session, done) {
      taken.push(Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Buffer>)))
      done()
    },
  })
  server.on('error', () => {})
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { taken, passwords, port: (server.server.address() as { port: number }).port }
}

describe('a letter', () => {
  it('reaches the server as it was written, with its plain form beside the other', async () => {
    const { port, taken } = await startServer()
    await createMailer({ url: new Secret(`smtp://127.0.0.1:${port}`), from }).send(letter)
    const read = await PostalMime.parse(taken[0]!)
    expect(read).toMatchObject({ subject: 'Grüße', from: { name: 'Archive' }, html: '<p>Words.</p>\n' })
    expect(read.text?.trim()).toBe('Plain words.')
    expect(read.to).toMatchObject([{ address: 'ada@firm.example' }])
  })

  it('does not go over a line on which others could read the password', async () => {
    const { port, taken, passwords } = await startServer()
    const mailer = createMailer({ url: new Secret(`smtp://me:pass%20word@127.0.0.1:${port}`), from })
    await expect(mailer.send(letter)).rejects.toMatchObject({ code: 'mail-refused' })
    expect([taken, passwords]).toEqual([[], []])
  })

  it('that is refused says so without repeating addresses or secrets', async () => {
    const { port } = await startServer({
      onRcptTo: ({ address }, _session, done) => done(new Error(`no ${address} here`)),
    })
    const mailer = createMailer({ url: new Secret(`smtp://127.0.0.1:${port}`), from })
    const refusal = await mailer.send(letter).catch((error: Error) => error.message)
    expect(refusal).toContain('EENVELOPE 550')
    expect(refusal).not.toContain('ada@firm.example')
  })
})
