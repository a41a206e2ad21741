/** A firm with three people whose WeCom messages are delivered to a server in memory. */
import {
  attachConnector,
  createDestination,
  type DeliveryParts,
  type DeliveryRun,
  type Destination,
  deliver,
  deliveryStatus,
} from '../../src/delivery/index.ts'
import { createMemoryServer, type MemoryServer } from '../../src/delivery/memory-destination.fixture.ts'
import { type Firm, openFirm } from '../journey/firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from '../journey/wecom.ts'

export interface DeliveryWorld {
  readonly firm: Firm
  readonly server: MemoryServer
  readonly parts: DeliveryParts
  readonly destination: Destination
  readonly connector: { readonly connectorId: number; readonly connectorName: string }
  /** Captures and imports a message for each text: each becomes an item of all three. */
  importTexts(...texts: readonly string[]): Promise<void>
  deliver(): Promise<DeliveryRun>
  status(): ReturnType<typeof deliveryStatus>
  /** Message-IDs in the order they came. */
  held(address: string): (string | null)[]
  close(): Promise<void>
}

export const addresses = ['zhang@firm.example', 'li@firm.example', 'wang@firm.example'] as const

/** Delivers nothing yet. The kind is that of an IMAP server; what is opened is the server in memory. */
export async function openDeliveryWorld(
  server = createMemoryServer(),
  options: { readonly attached?: boolean } = {},
): Promise<DeliveryWorld> {
  const firm = await openFirm()
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  const { id, name } = await firm.connect('wechat')
  const connector = { connectorId: id, connectorName: name }
  const parts: DeliveryParts = { ...firm.centre, openDestination: async () => server.open() }
  const destination = await createDestination(parts, {
    name: 'Mail server',
    kind: 'imap',
    settings: {
      ...{ host: 'imap.firm.example', port: 993, tls: 'tls' },
      ...{ login: 'master-user', masterUser: 'archiver' },
    },
    secret: { password: 'correct-horse' },
  })
  if (options.attached ?? true) await attachConnector(parts, destination, { ...connector, history: true })
  let files = 0
  return {
    ...{ firm, server, parts, destination, connector },
    async importTexts(...texts) {
      files += 1
      await captureWecom(
        firm,
        texts.map((text) => groupText(text)),
        {},
        `day-${files}.jsonl`,
      )
      await firm.run('wechat')
    },
    deliver: () => deliver(parts, destination.id),
    status: () => deliveryStatus(parts, destination),
    held: (address) => server.folder(address, 'WeChat Archiver').map(({ messageId }) => messageId),
    close: () => firm.close(),
  }
}

/** A world for one test, closed after it. */
export async function withDeliveryWorld(
  work: (world: DeliveryWorld) => Promise<void>,
  ...given: Parameters<typeof openDeliveryWorld>
): Promise<void> {
  const world = await openDeliveryWorld(...given)
  try {
    await work(world)
  } finally {
    await world.close()
  }
}
