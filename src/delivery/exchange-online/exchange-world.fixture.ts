/** A contract server with one mailbox, and destinations that deliver to it. */
import { onTestFinished } from 'vitest'
import { type GraphServer, type GraphServerOptions, startGraphServer } from '../../../test/graph/server.ts'
import { systemClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import type { Delivery, OpenFolder, Outcome } from '../delivery.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import { createExchangeDelivery, type Instead } from './index.ts'
import { exchangeSecret, exchangeSettings } from './settings.ts'

export const tenantId = 'firm.onmicrosoft.test'
export const clientId = '11111111-2222-4333-8444-555555555555'
export const clientSecret = 'correct-horse-battery'
export const ada = 'ada@firm.example'
export const folder = 'WhatsApp Archiver'

export async function startExchange(
  options: Partial<GraphServerOptions> = {},
  permissions: readonly string[] = ['Mail.ReadWrite'],
): Promise<GraphServer> {
  const server = await startGraphServer({
    applications: [{ tenantId, clientId, clientSecret, permissions }],
    ...options,
  })
  server.addMailbox(ada)
  return server
}

export function deliveryTo(
  { origin }: Pick<GraphServer, 'origin'>,
  settings: object = {},
  secret: object = { clientSecret },
  limits: Instead['limits'] = undefined,
): Delivery {
  return createExchangeDelivery(
    {
      settings: exchangeSettings.parse({ tenantId, clientId, credential: 'secret', ...settings }),
      secret: exchangeSecret.parse(secret),
      ...{ clock: systemClock, random: systemRandom },
    },
    { endpoints: { login: origin, graph: origin }, ...(limits ? { limits } : {}) },
  )
}

/** A server and its open folder for one test. */
export async function openExchange(
  options: Partial<GraphServerOptions> = {},
  settings: object = {},
  limits: Instead['limits'] = undefined,
): Promise<{ server: GraphServer; one: OpenFolder; delivery: Delivery }> {
  const server = await startExchange(options)
  onTestFinished(() => server.close())
  const delivery = deliveryTo(server, settings, undefined, limits)
  const one = await delivery.open({ address: ada, folder }, AbortSignal.timeout(60_000))
  return { server, one, delivery }
}

export function deliver(one: OpenFolder, items: readonly OutgoingItem[]): Promise<Outcome[]> {
  return one.deliver(items, AbortSignal.timeout(120_000))
}
