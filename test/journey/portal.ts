/** The API over HTTP on a firm of `firm.ts`, with people who are signed in and workers of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '../../src/access/index.ts'
import { createClient, endpoints } from '../../src/api/index.ts'
import type { Role } from '../../src/domain/roles.ts'
import type { AnyHandler } from '../../src/http/api-options.ts'
import { registerApi } from '../../src/http/api-routes.ts'
import { allHandlers } from '../../src/http/handlers/index.ts'
import type { PortalParts } from '../../src/http/portal-parts.ts'
import { startServer } from '../../src/http/server.ts'
import { sources } from '../../src/pipeline-sources.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { openDataFolder } from '../../src/platform/data-folder.ts'
import { createJobs } from '../../src/platform/jobs/jobs.ts'
import { createLogger } from '../../src/platform/log/logger.ts'
import { createKysely, createPool } from '../../src/platform/postgres/index.ts'
import { Secret } from '../../src/platform/secret.ts'
import {
  dropDelivery,
  keepSchedules,
  queues,
  sendDelivery,
  sendRun,
  startWorker,
} from '../../src/workers/index.ts'
import type { Firm } from './firm.ts'

export const connectorAdministrator: readonly Role[] = ['Data Connector Admin']

export type Portal = Awaited<ReturnType<typeof openPortal>>

export interface PortalOptions {
  /** By user name, what each may. */
  readonly people: Readonly<Record<string, readonly Role[]>>
  /** By user name, the mailboxes of those whom a search filter limits. */
  readonly mailboxIds?: Readonly<Record<string, readonly number[]>>
  readonly parts?: Partial<PortalParts>
}

/** Close it before the firm. */
export async function openPortal(firm: Firm, options: PortalOptions) {
  const data = await mkdtemp(join(tmpdir(), 'holdfast-portal-'))
  const folder = openDataFolder(data)
  const log = createLogger({ level: 'silent' })
  const connectJobs = (worker: boolean, on = firm.pool) => createJobs({ pool: on, queues, log, worker })
  const jobs = await connectJobs(false)
  const { queries, pool, clock, random, vault } = firm.centre
  const failures: unknown[] = []
  const { connectionString } = pool.options as { connectionString: string }
  const lookups = createPool({ url: new Secret(connectionString), connectionsMax: 2, keepPlans: true })
  const parts: PortalParts = {
    version: '0.0.0',
    config: loadConfig({ HOLDFAST_DATA: data }),
    folder,
    log,
    databaseEmbedded: true,
    access: { pool, queries, vault, clock, random },
    centre: firm.centre as PortalParts['centre'],
    lookups: { pool: lookups, queries: createKysely(lookups) },
    site: firm.site as PortalParts['site'],
    sources,
    decode: () => null,
    sendRun: (connector, request) => sendRun(firm.centre, jobs, connector, request),
    keepSchedule: (connector) => keepSchedules(jobs, [connector]),
    keepDelivery: (id, wanted) => (wanted ? sendDelivery(jobs, id) : dropDelivery(jobs, id)),
    ...options.parts,
  }
  const people = Object.entries(options.people).map(([username, roles], place) => ({
    ...personOf(username, roles, place + 1, clock.now()),
    mailboxIds: options.mailboxIds?.[username] ?? null,
  }))
  const byName = new Map(people.map((person) => [person.username, person]))
  const serve = () =>
    startServer({
      host: '127.0.0.1',
      port: 0,
      onFailure: (error) => failures.push(error),
      mount: (server) =>
        registerApi(server, {
          table: endpoints,
          handlers: allHandlers(parts) as unknown as Readonly<Record<string, AnyHandler>>,
          doorkeeper: {
            principalOfSession: async (name) => byName.get(name) ?? null,
            principalOfToken: async () => null,
          },
          publicUrl: null,
          queries,
          clock,
        }),
    })
  const stops: (() => Promise<void>)[] = []
  const startServing = async () => {
    const server = await serve()
    stops.push(() => server.close())
    const headersOf = (username: string) => ({
      cookie: `holdfast-session=${username}`,
      origin: server.url,
      'x-holdfast-csrf': `csrf-${username}`,
    })
    return {
      url: server.url,
      headersOf,
      /** What that person's browser calls. */
      as: (username: string) =>
        createClient(endpoints, { server: server.url, headers: () => headersOf(username) }),
      close: () => server.close(),
    }
  }
  const server = await startServing()
  return {
    ...server,
    parts,
    folder,
    failures,
    /** Another server on the same database, as after a restart. */
    startServing,
    /** Takes runs until the portal is closed, or it is stopped. */
    async startWorker(centre = firm.centre) {
      const worker = await startWorker(centre, await connectJobs(true, centre.pool), log)
      stops.push(() => worker.stop())
      return worker
    },
    async audited(operation?: string): Promise<Record<string, unknown>[]> {
      const { rows } = await pool.query(
        'select actor, actor_type, operation, target, outcome, details from audit_event order by id',
      )
      return operation === undefined ? rows : rows.filter((row) => row.operation === operation)
    },
    async close() {
      for (const stop of stops.toReversed()) await stop().catch(() => {})
      await jobs.stop()
      await lookups.end()
      await rm(data, { recursive: true, force: true })
    },
  }
}

function personOf(username: string, roles: readonly Role[], userId: number, now: number): Principal {
  const session = {
    ...{ id: `session-${username}`, csrfToken: `csrf-${username}` },
    ...{ confirmedAt: now, confirmedUntil: now + 1e12 },
  }
  return {
    ...{ kind: 'person', userId, username, name: username, roles: new Set(roles), session, mailboxIds: null },
  }
}
