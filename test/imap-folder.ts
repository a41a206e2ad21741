/** A folder as somebody sees it who signs in with a mail program, not with our code. */
import { ImapFlow } from 'imapflow'

export interface ImapLogin {
  readonly master: { readonly user: string; readonly password: string }
  readonly address: string
}

/** Message-IDs of what is in a folder, in its order; of one that is not there, none. */
export async function messageIdsIn(
  server: { readonly host: string; readonly port: number },
  { master, address, folder }: ImapLogin & { readonly folder: string },
): Promise<string[]> {
  const client = new ImapFlow({
    ...{ host: server.host, port: server.port, secure: false, logger: false },
    auth: { user: `${address}*${master.user}`, pass: master.password },
  })
  await client.connect()
  try {
    const known = await client.list()
    if (!known.some(({ path }) => path === folder)) return []
    const { exists } = await client.mailboxOpen(folder, { readOnly: true })
    if (exists === 0) return []
    const found: string[] = []
    for await (const { envelope } of client.fetch('1:*', { envelope: true }))
      found.push(envelope?.messageId ?? '')
    return found
  } finally {
    await client.logout()
  }
}
