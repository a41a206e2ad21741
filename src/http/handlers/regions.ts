import type { regionEndpoints } from '../../api/endpoints/regions.ts'
import {
  endTransferBasis,
  readRegions,
  recordTransferBasis,
  setConnectorRegion,
  setMailboxRegion,
} from '../../connector/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

const done = { done: true } as const

export function regionHandlers({ centre }: Pick<PortalParts, 'centre'>): Handlers<typeof regionEndpoints> {
  return {
    async readRegions() {
      const { regions, bases } = await readRegions(centre)
      return { regions: regions.map((one) => ({ ...one, connectors: [...one.connectors] })), bases }
    },
    async setConnectorRegion({ body: { connector, region } }) {
      await setConnectorRegion(centre, connector, region)
      return done
    },
    async setMailboxRegion({ body: { addresses, region } }) {
      await setMailboxRegion(centre, addresses, region)
      return done
    },
    recordTransferBasis: async ({ body }, { principal }) => ({
      id: await recordTransferBasis(centre, body, principal.username),
    }),
    async endTransferBasis({ params }, { principal }) {
      await endTransferBasis(centre, params.id, principal.username)
      return done
    },
  }
}
