/** A directory in a database of its own, and a tenant of Microsoft Graph to sync from. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { callOf, type GraphReply, Refusal } from '../../test/graph/call.ts'
import { createSignIn } from '../../test/graph/sign-in.ts'
import { createUsers, type GraphUser } from '../../test/graph/users.ts'
import { createTestDatabase } from '../../test/postgres.ts'
import { createGraphClient } from '../delivery/microsoft/index.ts'
import { createMemoryKeyVault } from '../platform/keys/memory-vault.ts'
import { createKysely } from '../platform/postgres/index.ts'
import { systemRandom } from '../platform/random.ts'
import type { DirectoryParts } from './parts.ts'
import { setGraphSource } from './settings.ts'

export type DirectoryWorld = Awaited<ReturnType<typeof openDirectoryWorld>>

export const tenantId = 'firm.example'
export const clientId = '11111111-2222-4333-8444-555555555555'
export const clientSecret = 'four tins of blue paint'
export const settings = { cloud: 'worldwide', tenantId, clientId, credential: 'secret' } as const

const startNow = Date.parse('2026-03-20T12:00:00Z')

export async function openDirectoryWorld() {
  const database = await createTestDatabase()
  const tenant = await openTenant()
  let now = startNow
  const parts: DirectoryParts = {
    queries: createKysely(database.pool),
    vault: createMemoryKeyVault(),
    clock: { now: () => now },
    random: systemRandom,
    openGraph: (options) =>
      createGraphClient({ ...options, endpoints: { login: tenant.origin, graph: tenant.origin } }),
  }
  return {
    parts,
    tenant,
    pool: database.pool,
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    setUp: () => setGraphSource(parts, { settings, secret: { clientSecret } }),
    async rows(statement: string, values: unknown[] = []) {
      return (await database.pool.query(statement, values)).rows
    },
    async mailboxes(): Promise<string[]> {
      const { rows } = await database.pool.query('select address, active from mailbox order by address')
      return rows.map(({ address, active }) => `${address.split('@')[0]}${active ? '' : ' (closed)'}`)
    },
    async close() {
      await tenant.close()
      await database.drop()
    },
  }
}

export type Tenant = Awaited<ReturnType<typeof openTenant>>

/** The users' part of the contract server, two to a page. */
async function openTenant() {
  const permissions = ['User.Read.All']
  const requests: string[] = []
  const refusals: GraphReply[] = []
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const signIn = createSignIn({
    applications: [{ tenantId, clientId, clientSecret, permissions }],
    now: () => Date.now(),
    tokenSeconds: 3_600,
    origin,
  })
  const users = createUsers(origin, 2)
  const server: Server = createServer(async (request, response) => {
    const address = request.url ?? ''
    const body = await text(request)
    const tenant = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(address)?.[1]
    const answer = () => {
      if (tenant) return signIn.answer(tenant, new URLSearchParams(body))
      requests.push(decodeURIComponent(address))
      if (!signIn.applicationOf(request.headers.authorization))
        throw new Refusal(401, 'InvalidAuthenticationToken', 'No.')
      const refusal = refusals.shift()
      return refusal ?? users.answer(callOf(request.method!, address, {}, Buffer.from(body)))
    }
    const { status, headers, body: said } = refusedOr(answer)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(said))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: origin(),
    /** Paths with queries, decoded, in the order they came. */
    requests,
    refuseNext: (status: number, code: string) =>
      refusals.push({ status, body: { error: { code, message: 'As the test asked.' } } }),
    put: (id: string, fields: Partial<GraphUser> = {}) => users.put({ ...employee(id), ...fields }),
    remove: users.remove,
    close: () => new Promise<unknown>((closed) => server.close(closed)),
  }
}

function refusedOr(answer: () => GraphReply): GraphReply {
  try {
    return answer()
  } catch (error) {
    if (error instanceof Refusal) return error.reply
    throw error
  }
}

const exchangePlan = {
  assignedDateTime: '2026-01-01T00:00:00Z',
  capabilityStatus: 'Enabled',
  service: 'exchange',
  servicePlanId: 'efb87545-963c-4e0d-99df-69c6916d9eb0',
} as const

/** Somebody with a mailbox. */
export function employee(id: string): GraphUser {
  return {
    ...{
      id,
      userPrincipalName: `${id}@firm.example`,
      mail: `${id}@firm.example`,
      displayName: `${id} Trader`,
    },
    proxyAddresses: [`SMTP:${id}@firm.example`],
    ...{ mobilePhone: null, businessPhones: [], department: 'Trading', companyName: 'Firm' },
    ...{ country: 'GB', city: 'Leeds', officeLocation: '2.01', jobTitle: 'Trader', accountEnabled: true },
    assignedLicenses: [{ skuId: '6fd2c87f-b296-42f0-b197-1e91e994b900', disabledPlans: [] }],
    assignedPlans: [exchangePlan],
  }
}

export const unlicensed = {
  assignedLicenses: [],
  assignedPlans: [{ ...exchangePlan, capabilityStatus: 'Deleted' as const }],
}
