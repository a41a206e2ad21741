/** Delivery to Exchange Online through Microsoft Graph. */
import type { Delivery, OpenFolder, Target } from '../delivery.ts'
import { defineDestination, type OpenGiven } from '../destination-type.ts'
import {
  type BudgetLimits,
  createGraphClient,
  credentialOf,
  type Endpoints,
  GraphError,
} from '../microsoft/index.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import { DeliveryProblem } from '../problem.ts'
import { deliverBatch } from './deliver.ts'
import { openFolder } from './folder.ts'
import { findItems, listFolder } from './look.ts'
import { mailboxOf } from './mailbox.ts'
import { planOf } from './plan.ts'
import { type ExchangeSecret, type ExchangeSettings, exchangeSecret, exchangeSettings } from './settings.ts'
import { testAccess } from './test-access.ts'

export const exchangeOnline = defineDestination({
  kind: 'exchange-online',
  settings: exchangeSettings,
  secret: exchangeSecret,
  secretFor: ['cloud', 'tenantId', 'clientId', 'credential'],
  create: (given) => createExchangeDelivery(given),
})

/** What was sent and not recorded when a run is killed is looked for one by one. */
const batch = { items: 20, bytes: 4 * 1024 * 1024 } as const
const testMs = 60_000

/** Tests give the addresses of a server on loopback, budgets that are used up sooner, and less patience. */
export interface Instead {
  readonly endpoints?: Endpoints
  readonly limits?: BudgetLimits
  readonly retryWaitMs?: number
}

export function createExchangeDelivery(
  { settings, secret, clock, random }: OpenGiven<ExchangeSettings, ExchangeSecret>,
  { endpoints, limits, retryWaitMs }: Instead = {},
): Delivery {
  const { cloud, itemBytesMax, connections } = settings
  const credential = credentialOf(settings, secret)
  const graph = createGraphClient({ cloud, endpoints, credential, clock, random, limits, retryWaitMs })
  const now = () => clock.now()
  const plan = (item: OutgoingItem) => planOf(item, itemBytesMax)

  return {
    batch,
    mailboxesAtOnce: connections,
    open,
    test: (address) =>
      testAccess(
        graph,
        settings,
        address === null ? null : mailboxOf(graph, address, now, AbortSignal.timeout(testMs)),
      ),
    close: async () => {},
  }

  async function open(target: Target, signal: AbortSignal): Promise<OpenFolder> {
    const id = await openFolder(mailboxOf(graph, target.address, now, signal), target)
    const folderUntil = (until: AbortSignal) => {
      return { mailbox: mailboxOf(graph, target.address, now, until), id, planOf: plan }
    }
    return {
      deliver: async (items, until) => {
        until.throwIfAborted()
        return asProblems(() => deliverBatch(folderUntil(until), items))
      },
      find: (items) => asProblems(() => findItems(folderUntil(signal), items)),
      list: () => listFolder(folderUntil(signal)),
      close: async () => {},
    }
  }
}

/** What Graph refuses although nothing is wrong with an item or a mailbox is a failure of the service. */
async function asProblems<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    throw new DeliveryProblem(
      'unreachable',
      `Microsoft Graph answered ${error.code}: ${error.message}; it is tried again later.`,
      { cause: error },
    )
  }
}
