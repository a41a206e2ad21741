/** Delivery to a journal address: reports over SMTP, which can be sent but never looked for. */
import type { AccessCheck, Delivery, OpenFolder, Outcome, Target } from '../delivery.ts'
import { defineDestination, type OpenGiven } from '../destination-type.ts'
import { connectionProblem } from '../mail-server.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import { type Connection, connect } from './connection.ts'
import { deliverItem } from './deliver.ts'
import {
  type SmtpJournalSecret,
  type SmtpJournalSettings,
  smtpJournalSecret,
  smtpJournalSettings,
} from './settings.ts'

export const smtpJournal = defineDestination({
  kind: 'smtp-journal',
  settings: smtpJournalSettings,
  secret: smtpJournalSecret,
  secretFor: ['host', 'tls', 'user'],
  create: createSmtpJournalDelivery,
})

/** Few: whatever was sent and not recorded when a run is killed comes a second time. */
const batch = { items: 20, bytes: 8 * 1024 * 1024 } as const
const testMs = 60_000

type Given = OpenGiven<SmtpJournalSettings, SmtpJournalSecret>

function createSmtpJournalDelivery({ settings, secret }: Given): Delivery {
  const pool = createPool(settings, secret)
  return {
    batch,
    mailboxesAtOnce: settings.connections,
    async open(target, signal) {
      // So that a server which is not there is told before anything counts as being sent.
      pool.giveBack(await pool.take(signal))
      return openJournal(pool, settings, target)
    },
    test: () => testAccess(settings, secret),
    close: async () => pool.close(),
  }
}

interface Pool {
  take(signal: AbortSignal): Promise<Connection>
  giveBack(connection: Connection): void
  close(): void
}

/** Connections that wait are used again; there are never more than mailboxes open at once. */
function createPool(settings: SmtpJournalSettings, secret: SmtpJournalSecret): Pool {
  const waiting: Connection[] = []
  return {
    async take(signal) {
      signal.throwIfAborted()
      for (let one = waiting.pop(); one; one = waiting.pop()) if (one.usable) return one
      return connect(settings, secret, signal)
    },
    giveBack(connection) {
      if (connection.usable) waiting.push(connection)
    },
    close() {
      for (const one of waiting.splice(0)) one.quit()
    },
  }
}

function openJournal(pool: Pool, settings: SmtpJournalSettings, { address }: Target): OpenFolder {
  const addresses = { from: settings.from, to: settings.to, mailbox: address }
  async function deliverOver(connection: Connection, item: OutgoingItem): Promise<Outcome> {
    try {
      return await deliverItem(connection, item, addresses, settings.itemBytesMax)
    } finally {
      pool.giveBack(connection)
    }
  }
  return {
    async deliver(items, signal) {
      const outcomes: Outcome[] = []
      try {
        for (const item of items) {
          const connection = await pool.take(signal)
          outcomes.push(await untilAborted(connection, signal, () => deliverOver(connection, item)))
        }
        return outcomes
      } catch (error) {
        // What the server took is said, or it would be sent again: nobody can look for it.
        if (outcomes.length === 0) throw error
        return items.map((item, place) => outcomes[place] ?? interrupted(item, error))
      }
    },
    find: async () => null,
    list: () => null,
    close: async () => {},
  }
}

function interrupted({ id }: OutgoingItem, error: unknown): Outcome {
  const words = error instanceof Error ? error.message : String(error)
  return { state: 'later', afterMs: null, message: `The report of item ${id} was interrupted (${words}).` }
}

/** The signal cuts the connection. */
async function untilAborted<Result>(
  connection: Connection,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const cut = () => connection.cut()
  signal.addEventListener('abort', cut, { once: true })
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

/** Connects and signs in; whether the address takes reports only a report can show. */
async function testAccess(settings: SmtpJournalSettings, secret: SmtpJournalSecret): Promise<AccessCheck[]> {
  const server = `Connection to ${settings.host}:${settings.port}`
  const login = settings.user === undefined ? [] : [`Sign-in as ${settings.user}`]
  try {
    ;(await connect(settings, secret, AbortSignal.timeout(testMs))).quit()
    return [server, ...login].map((what) => ({ what, ok: true, remedy: '' }))
  } catch (error) {
    const { reason, message } = connectionProblem(error, settings)
    const ofLogin = reason === 'sign-in-refused' || reason === 'bad-settings'
    if (!ofLogin) return [{ what: server, ok: false, remedy: message }]
    return [
      { what: server, ok: true, remedy: '' },
      ...login.map((what) => ({ what, ok: false, remedy: message })),
    ]
  }
}
