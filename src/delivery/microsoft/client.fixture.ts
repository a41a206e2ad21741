/** A Graph client beside the contract server it speaks to, with Ada's mailbox. */
import { ada, applicationOf, clientId, clientSecret, tenantId } from '../../../test/graph/caller.ts'
import type { Fault } from '../../../test/graph/faults.ts'
import { type GraphServer, type GraphServerOptions, startGraphServer } from '../../../test/graph/server.ts'
import { systemClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import { createGraphClient, type Endpoints, type GraphClient, type GraphClientOptions } from './index.ts'

export const inbox = `/users/${ada}/mailFolders/inbox`

export interface ClientWorld {
  readonly server: GraphServer
  readonly graph: GraphClient
  /** Plans a fault for requests to the mailbox; the answer tells how many it has hit. */
  fail(fault: Fault & { readonly times?: number }): () => number
}

export async function openClientWorld(
  options: Partial<GraphServerOptions> = {},
  client: Partial<GraphClientOptions> = {},
): Promise<ClientWorld> {
  const server = await startGraphServer({ applications: [await applicationOf()], ...options })
  server.addMailbox(ada)
  const graph = clientOf({ login: server.origin, graph: server.origin }, client)
  return { server, graph, fail: (fault) => planned(server, fault) }
}

export function clientOf(endpoints: Endpoints, more: Partial<GraphClientOptions> = {}): GraphClient {
  return createGraphClient({
    ...{ cloud: 'worldwide', endpoints, clock: systemClock, random: systemRandom },
    credential: { tenantId, clientId, proof: { kind: 'secret', clientSecret } },
    ...more,
  })
}

function planned({ faults }: GraphServer, fault: Fault & { readonly times?: number }): () => number {
  let hits = 0
  let left = fault.times ?? 1
  faults.plan({
    ...fault,
    match: ({ segments, inBatch }) => {
      const mine = segments[0] === 'users' && !inBatch && left > 0
      if (mine) {
        hits += 1
        left -= 1
      }
      return mine
    },
  })
  return () => hits
}
