/** Delivery to a Dovecot on the same machine, beside a bare loop that only appends the same e-mails. */
import { ImapFlow } from 'imapflow'
import { createContentReader } from '../src/archive/index.ts'
import { connectorByName } from '../src/connector/index.ts'
import {
  attachConnector,
  createDestination,
  deliver,
  deliveryStatus,
  destinationByName,
} from '../src/delivery/index.ts'
import { outgoingItems } from '../src/delivery/outgoing-item.ts'
import { type Dovecot, startDovecot } from '../test/dovecot.ts'
import { employee, employees } from './corpus.ts'
import { connectorName, type Firm } from './firm.ts'
import { peakResidentMegabytes } from './machine.ts'

export interface DeliveryFigures {
  /** Items that waited when delivery began. */
  readonly waiting: number
  readonly connections: number
  readonly itemsPerSecond: number
  readonly bareItemsPerSecond: number
  /** Ours by the bare loop's, in percent (aim: at least 80). */
  readonly percent: number
  /** What the run of delivery added to the process's memory (aim for 100,000 waiting: at most 100). */
  readonly memoryMegabytes: number
}

const connections = 4
const master = { user: 'archiver', password: 'correct-horse' }
/** E-mails that the bare loop appends: held in memory beforehand, so that it does nothing else. */
const bareItems = 10_000

/** On an archive that has been imported by the step before. */
export async function measureDelivery(firm: Firm): Promise<DeliveryFigures> {
  const { centre } = firm
  const users = Array.from({ length: employees }, (_, index) => ({
    ...{ user: employee(index).email, password: 'of-its-own' },
  }))
  const dovecot = await startDovecot({ users, master })
  try {
    const destination = await createDestination(centre, {
      ...{ name: `bench ${dovecot.port}`, kind: 'imap' },
      settings: {
        ...{ host: dovecot.host, port: dovecot.port, tls: 'none-loopback-only', connections },
        ...{ login: 'master-user', masterUser: master.user },
      },
      secret: { password: master.password },
    })
    const { id, name } = await connectorByName(centre, connectorName)
    const waiting = await attachConnector(centre, destination, {
      ...{ connectorId: id, connectorName: name, history: true },
    })
    const bareItemsPerSecond = await measureBare(firm, dovecot, destination.id)
    const before = peakResidentMegabytes()
    const start = performance.now()
    await deliver(centre, destination.id)
    const seconds = (performance.now() - start) / 1000
    const { confirmed } = await deliveryStatus(centre, await destinationByName(centre, destination.name))
    if (confirmed !== waiting) throw new Error(`delivered ${confirmed} of ${waiting} items`)
    const itemsPerSecond = Math.round(waiting / seconds)
    return {
      ...{ waiting, connections, itemsPerSecond, bareItemsPerSecond },
      percent: Math.round((100 * itemsPerSecond) / bareItemsPerSecond),
      memoryMegabytes: (peakResidentMegabytes() ?? Number.NaN) - (before ?? Number.NaN),
    }
  } finally {
    dovecot.stop()
  }
}

/** One e-mail after the other on each connection, into folders of their own. */
async function measureBare({ centre }: Firm, dovecot: Dovecot, destinationId: number): Promise<number> {
  const { rows } = await centre.pool.query<{ message_id: bigint; mailbox_id: number; address: string }>(
    `select message_id, mailbox_id, address from delivery join mailbox on mailbox.id = mailbox_id
      where destination_id = $1 order by mailbox_id, message_id limit $2`,
    [destinationId, bareItems],
  )
  const keys = rows.map(({ message_id, mailbox_id }) => ({ messageId: message_id, mailboxId: mailbox_id }))
  const items = await outgoingItems(centre, createContentReader(centre), keys)
  const emails: { address: string; bytes: Buffer; sentAt: Date }[] = []
  for (const [place, item] of items.entries()) {
    if (item instanceof Error) throw item
    const bytes = Buffer.concat(await Array.fromAsync(await item.email()))
    emails.push({ address: rows[place]!.address, bytes, sentAt: new Date(item.sentAt) })
  }
  const byMailbox = [...Map.groupBy(emails, ({ address }) => address)]
  const start = performance.now()
  const lane = async () => {
    for (let next = byMailbox.shift(); next; next = byMailbox.shift()) {
      const [address, own] = next
      const client = new ImapFlow({
        ...{ host: dovecot.host, port: dovecot.port, secure: false, logger: false },
        auth: { user: `${address}*${master.user}`, pass: master.password },
      })
      await client.connect()
      await client.mailboxCreate('Bare')
      for (const { bytes, sentAt } of own) await client.append('Bare', bytes, ['\\Seen'], sentAt)
      await client.logout()
    }
  }
  await Promise.all(Array.from({ length: connections }, lane))
  return Math.round((emails.length * 1000) / (performance.now() - start))
}
