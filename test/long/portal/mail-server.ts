/** A mail server whose people are the demo's, as its own administrator and their mail programs use it. */
import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ImapFlow } from 'imapflow'
import { type Dovecot, startDovecot } from '../../dovecot.ts'

export interface MailServer {
  readonly host: string
  readonly port: number
  readonly master: { readonly user: string; readonly password: string }
  /** Gives somebody a mailbox. */
  add(address: string): void
  /** Does something in a folder of somebody's mailbox. */
  within(address: string, folder: string, act: (client: ImapFlow) => Promise<unknown>): Promise<void>
  stop(): void
}

const master = { user: 'archiver', password: 'seven dry barrels' }

export async function startMailServer(addresses: readonly string[]): Promise<MailServer> {
  const users = addresses.map((user) => ({ user, password: 'of-its-own' }))
  const dovecot = await startDovecot({ users, master })
  const { host, port, stop } = dovecot
  return {
    ...{ host, port, master, stop },
    add: (address) => appendFileSync(usersFile(dovecot), `${address}:{plain}of-its-own::::::\n`),
    async within(address, folder, act) {
      const client = new ImapFlow({
        ...{ host, port, secure: false, logger: false },
        auth: { user: `${address}*${master.user}`, pass: master.password },
      })
      await client.connect()
      try {
        await client.mailboxOpen(folder)
        await act(client)
      } finally {
        await client.logout()
      }
    },
  }
}

/** Dovecot reads it again whenever it has changed. */
function usersFile(dovecot: Dovecot): string {
  return resolve(dovecot.maildirOf(dovecot.user), '../../users')
}
