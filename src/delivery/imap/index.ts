/** Delivery to a mail server: one signed-in connection for each mailbox that is open. */
import type { Delivery, Held, OpenFolder, Target } from '../delivery.ts'
import { defineDestination, type OpenGiven } from '../destination-type.ts'
import { leftOutAt } from '../reduced-email.ts'
import { asProblem, disconnect, whileConnected } from './connection.ts'
import { credentialsFor } from './credentials.ts'
import { deliverBatch, limitOf, type Session } from './deliver.ts'
import { openFolder } from './folder.ts'
import { findByMessageId, listFolder, receiptOf } from './look.ts'
import { type ImapSecret, type ImapSettings, imapSecret, imapSettings } from './settings.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { testAccess } from './test-access.ts'

export const imap = defineDestination({
  kind: 'imap',
  settings: imapSettings,
  secret: imapSecret,
  secretFor: ['host', 'tls', 'login', 'masterUser', 'oauth'],
  create: createImapDelivery,
})

/** Small e-mails of a batch are in memory at once. */
const batch = { items: 100, bytes: 4 * 1024 * 1024 } as const
/** For what is asked of the server outside of a run that has a signal of its own. */
const answerMs = 10 * 60_000

function createImapDelivery({ settings, secret, clock }: OpenGiven<ImapSettings, ImapSecret>): Delivery {
  const credentialsOf = credentialsFor(settings, secret, clock)
  const signIn = createSignIn(settings, secret, credentialsOf, clock)
  const open = new Set<OpenFolder>()
  return {
    batch,
    mailboxesAtOnce: settings.connections,
    async open(target, signal) {
      const folder = await openMailbox(settings, signIn, target, signal)
      open.add(folder)
      return { ...folder, close: () => (open.delete(folder) ? folder.close() : Promise.resolve()) }
    },
    test: (address) => testAccess({ settings, secret, credentialsOf, signIn }, address),
    async close() {
      await Promise.all([...open].map((folder) => folder.close()))
      open.clear()
    },
  }
}

async function openMailbox(
  settings: ImapSettings,
  signIn: SignIn,
  target: Target,
  signal: AbortSignal,
): Promise<OpenFolder> {
  let session = await startSession(settings, signIn, target, signal)
  return {
    deliver: (items, until) =>
      whileConnected(session.client, settings, until, () =>
        deliverBatch(
          {
            ...session,
            renew: async () => {
              session = await startSession(settings, signIn, target, until)
              return session
            },
          },
          items,
        ),
      ),
    async find(items) {
      const { client, opened } = session
      const found = await whileConnected(client, settings, AbortSignal.timeout(answerMs), () =>
        findByMessageId(client, items),
      )
      return new Map(
        items.flatMap((item) => {
          const one = found.get(item.id)
          if (!one) return []
          const receipt = receiptOf(opened.uidValidity, one.uid)
          return [[item.id, { receipt, leftOut: leftOutAt(item, one.size, limitOf(session)) }] as const]
        }),
      )
    },
    list: () => listed(session, settings),
    close: () => disconnect(session.client),
  }
}

async function* listed(
  { client, opened }: Session,
  settings: ImapSettings,
): AsyncGenerator<Held, void, void> {
  try {
    yield* listFolder(client, opened.uidValidity)
  } catch (error) {
    throw asProblem(error, settings)
  }
}

async function startSession(
  settings: ImapSettings,
  signIn: SignIn,
  target: Target,
  signal: AbortSignal,
): Promise<Session> {
  const client = await signIn(target.address, signal)
  try {
    const opened = await whileConnected(client, settings, signal, () => openFolder(client, settings, target))
    const renew = () => startSession(settings, signIn, target, signal)
    return { client, opened, address: target.address, itemBytesMax: settings.itemBytesMax, renew }
  } catch (error) {
    client.close()
    throw error
  }
}
