import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '../../access/index.ts'
import { createClient } from '../../api/client.ts'
import { directoryEndpoints } from '../../api/endpoints/directory.ts'
import {
  clientId,
  clientSecret,
  type DirectoryWorld,
  openDirectoryWorld,
  tenantId,
} from '../../directory/directory-world.fixture.ts'
import { isAppError } from '../../domain/errors.ts'
import type { AnyHandler } from '../api-options.ts'
import { registerApi } from '../api-routes.ts'
import { personOf } from '../core-world.fixture.ts'
import { type RunningServer, startServer } from '../server.ts'
import { type DirectoryHandlerParts, directoryHandlers } from './directory.ts'

let world: DirectoryWorld
let server: RunningServer
const failures: unknown[] = []
const people = new Map<string, Principal>(
  [personOf('dora', ['Mail Recipients'], Number.POSITIVE_INFINITY), personOf('ivy', ['Preview'])].map(
    (one) => [one.username, one],
  ),
)
beforeAll(async () => {
  world = await openDirectoryWorld()
  const { openGraph, ...centre } = world.parts
  const parts = { centre, openGraph } as unknown as DirectoryHandlerParts
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    onFailure: (error) => failures.push(error),
    mount: (mounted) =>
      registerApi(mounted, {
        table: directoryEndpoints,
        handlers: directoryHandlers(parts) as unknown as Readonly<Record<string, AnyHandler>>,
        doorkeeper: {
          principalOfSession: async (name) => people.get(name) ?? null,
          principalOfToken: async () => null,
        },
        publicUrl: null,
        queries: world.parts.queries,
        clock: world.parts.clock,
      }),
  })
})
afterAll(async () => {
  await server?.close()
  await world?.close()
})

const as = (username: string) =>
  createClient(directoryEndpoints, {
    server: server.url,
    headers: () => ({
      cookie: `holdfast-session=${username}`,
      origin: server.url,
      'x-holdfast-csrf': `csrf-${username}`,
    }),
  })
const audited = () =>
  world.rows(`select actor, operation, outcome, details from audit_event order by id desc limit 1`)

describe('the directory’s source', () => {
  const graph = { cloud: 'worldwide', tenantId, clientId, credential: 'secret' } as const

  it('is nowhere until it is set up, which those may who keep the mailboxes', async () => {
    expect(await as('dora').readDirectory()).toMatchObject({ graph: null, sources: [], problemCount: 0 })
    await expect(as('ivy').readDirectory()).rejects.toMatchObject({ status: 403 })
    await expect(as('dora').planSync({ body: {} })).rejects.toMatchObject({ code: 'directory-not-set-up' })
    await expect(as('dora').changeDirectory({ body: { graph, version: 0 } })).rejects.toMatchObject({
      code: 'bad-settings',
    })
  })

  it('is set up with a secret that never comes back', async () => {
    const made = await as('dora').changeDirectory({
      body: { graph: { ...graph, secret: { clientSecret } }, version: 0 },
    })
    expect(made.graph).toEqual({ settings: graph, hasSecret: true, version: 1 })
    expect(JSON.stringify(made)).not.toContain(clientSecret)
    expect(await audited()).toMatchObject([
      { actor: 'dora', operation: 'change-directory', details: { tenantId, secretChanged: true } },
    ])
    const late = as('dora').changeDirectory({ body: { graph: null, version: 0 } })
    await expect(late).rejects.toMatchObject({ code: 'changed-meanwhile' })
  })

  it('is tried before it is synced from', async () => {
    world.tenant.put('ada')
    world.tenant.put('room', { accountEnabled: false })
    const plan = await as('dora').planSync({ body: {} })
    expect(plan).toMatchObject({
      ...{ applied: false, full: true, removalsRefused: false, passedOver: { disabled: 1 } },
      counts: { added: 1, passedOver: 1 },
      changes: [{ kind: 'added', address: 'ada@firm.example' }],
    })
    expect(await audited()).toMatchObject([
      { operation: 'sync-directory', details: { dryRun: true, added: 1 } },
    ])
    expect(await world.mailboxes()).toEqual([])
    expect(await as('dora').startSync({ body: {} })).toMatchObject({ applied: true, counts: { added: 1 } })
    expect(await world.mailboxes()).toEqual(['ada'])
    expect(await as('dora').readDirectory()).toMatchObject({
      ...{ mailboxes: { active: 1, inactive: 0 }, origins: { graph: 1, manual: 0 } },
      sources: [{ source: 'graph', counts: { added: 1 }, problem: null }],
    })
  })

  it('is told of when it refuses', async () => {
    world.tenant.refuseNext(403, 'Authorization_RequestDenied')
    await expect(as('dora').startSync({ body: {} })).rejects.toMatchObject({ code: 'directory-sync-failed' })
    const { sources } = await as('dora').readDirectory()
    expect(sources[0]!.problem?.message).toMatch(/User\.Read\.All/)
  })

  it('is ended, and mailboxes stay', async () => {
    const { graph: before } = await as('dora').readDirectory()
    const after = await as('dora').changeDirectory({ body: { graph: null, version: before!.version } })
    expect(after).toMatchObject({ graph: null, mailboxes: { active: 1 } })
  })
})

it('nothing failed on the way but Graph, as the test asked', () => {
  expect(failures.filter((error) => !isAppError(error, 'directory-sync-failed'))).toEqual([])
})
