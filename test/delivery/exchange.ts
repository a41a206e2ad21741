/** Deliveries of a firm to the contract server for Microsoft Graph. */
import { createExchangeDelivery } from '../../src/delivery/exchange-online/index.ts'
import { exchangeSecret, exchangeSettings } from '../../src/delivery/exchange-online/settings.ts'
import { attachConnector, createDestination, type DeliveryParts } from '../../src/delivery/index.ts'
import type { RegisteredApplication } from '../graph/sign-in.ts'
import { captureWecom, groupText } from '../journey/wecom.ts'
import { addresses, type DeliveryWorld } from './world.ts'

export const application: RegisteredApplication & { readonly clientSecret: string } = {
  tenantId: 'firm.onmicrosoft.test',
  clientId: '11111111-2222-4333-8444-555555555555',
  clientSecret: 'correct-horse-battery',
  permissions: ['Mail.ReadWrite'],
}

export { addresses }

/** As the product opens it, but for the addresses of the server. */
export function withServer(parts: DeliveryParts, origin: () => string): DeliveryParts {
  return {
    ...parts,
    openDestination: async ({ settings, secret, clock, random }) =>
      createExchangeDelivery(
        {
          settings: exchangeSettings.parse(settings),
          secret: exchangeSecret.parse(secret),
          ...{ clock, random },
        },
        { endpoints: { login: origin(), graph: origin() }, retryWaitMs: 20 },
      ),
  }
}

/** A destination that all of the firm's items wait for. */
export async function newExchangeDestination(
  world: Pick<DeliveryWorld, 'firm' | 'connector'>,
  name: string,
  origin: () => string,
) {
  const parts = withServer(world.firm.centre, origin)
  const { tenantId, clientId, clientSecret } = application
  const destination = await createDestination(parts, {
    ...{ name, kind: 'exchange-online' },
    settings: { tenantId, clientId, credential: 'secret', connections: 2 },
    secret: { clientSecret },
  })
  await attachConnector(parts, destination, { ...world.connector, history: true })
  return { parts, destination }
}

/** Imports a film of so many bytes, sent to the whole group: an item that needs an upload session. */
export async function importFilm({ firm }: Pick<DeliveryWorld, 'firm'>, bytes: number): Promise<void> {
  const video = { md5sum: '', filesize: bytes, sdkfileid: 'the-film', play_length: 10 }
  const film = Buffer.alloc(bytes, '现场视频 film ')
  const path = await firm.file('media/the-film', film)
  const message = groupText('', { msgtype: 'video', text: undefined, video })
  await captureWecom(firm, [message], { media: path.slice(0, path.lastIndexOf('/')) }, 'film.jsonl')
  await firm.run('wechat')
}
