/** Whether a connector's site has something that was not taken yet. */
import { type Connector, familyOfConnector, listConnectors, openFeed } from './connectors.ts'
import type { FeedClient } from './feed-client.ts'
import type { ConnectorParts } from './parts.ts'

export interface Arrival {
  readonly connector: Connector
  /** Of the site's journal. */
  readonly lastSequence: number
}

export interface ArrivalWatch {
  /** The connectors that run on arrival and whose site has something new. One that cannot be asked is left out. */
  look(): Promise<readonly Arrival[]>
}

/** Signs in to each site once, and again where the connector was changed. */
export function createArrivalWatch(parts: ConnectorParts): ArrivalWatch {
  const feeds = new Map<number, { readonly version: number; readonly feed: FeedClient }>()
  const feedOf = async (connector: Connector): Promise<FeedClient> => {
    const known = feeds.get(connector.id)
    if (known?.version === connector.version) return known.feed
    const feed = await openFeed(parts, connector, { retries: 0 })
    feeds.set(connector.id, { version: connector.version, feed })
    return feed
  }
  const newOf = async (connector: Connector): Promise<Arrival[]> => {
    try {
      const query = { family: familyOfConnector(connector), after: connector.importedSequence, limit: 1 }
      const { header } = await (await feedOf(connector)).page(query)
      return header.blocks.length > 0 ? [{ connector, lastSequence: header.lastSequence }] : []
    } catch {
      // The schedule's run tells what is wrong with the site; to ask in vain is no failure.
      feeds.delete(connector.id)
      return []
    }
  }
  return {
    async look() {
      const watched = (await listConnectors(parts)).filter(
        ({ runOnArrival, pausedAt }) => runOnArrival && pausedAt === null,
      )
      const arrived: Arrival[] = []
      for (const connector of watched) arrived.push(...(await newOf(connector)))
      return arrived
    },
  }
}
