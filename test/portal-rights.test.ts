/** Walks the whole contract: who is let in where, what is left of a refusal, and that there is nothing beside it. */
import { channel } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Endpoint, endpoints } from '../src/api/index.ts'
import { builtInRoleGroups, type Role } from '../src/domain/roles.ts'
import { serveHttp } from '../src/http/serve.ts'
import { systemRandom } from '../src/platform/random.ts'
import { type Firm, openFirm } from './journey/firm.ts'
import { openPortal, type Portal } from './journey/portal.ts'

const table: [string, Endpoint][] = Object.entries(endpoints)
const groups = builtInRoleGroups.map(({ name, roles }) => ({ name, username: slug(name), roles }))
const nobody = 'nobody'

let firm: Firm
let portal: Portal

beforeAll(async () => {
  firm = await openFirm()
  const people: Record<string, readonly Role[]> = { [nobody]: [] }
  for (const { username, roles } of groups) people[username] = roles
  portal = await openPortal(firm, { people })
}, 120_000)
afterAll(async () => {
  await portal?.close()
  await firm?.close()
})

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]+/g, '-')
}

/** Without input: an endpoint that lets somebody in then finds the input wrong, and changes nothing. */
async function ask(endpoint: Endpoint, headers: Record<string, string>, url = portal.url) {
  const path = endpoint.path.replaceAll(/:\w+/g, 'none')
  const give = new AbortController()
  const answer = await fetch(url + path, {
    method: endpoint.method,
    headers: { ...headers, ...(endpoint.method === 'GET' ? {} : { 'content-type': typeOf(endpoint) }) },
    ...(endpoint.method === 'GET' || endpoint.method === 'DELETE' ? {} : { body: '[' }),
    redirect: 'manual',
    signal: give.signal,
  })
  const type = answer.headers.get('content-type') ?? ''
  const text = type.includes('json') ? await answer.text() : ''
  give.abort()
  return { status: answer.status, type, text }
}

function typeOf(endpoint: Endpoint): string {
  return endpoint.body === 'bytes' ? 'application/octet-stream' : 'application/json'
}

const refusals = async () => (await portal.audited()).filter(({ outcome }) => outcome === 'refused').length

const guarded = table.filter(([, { access }]) => access !== 'anybody')
const forRoles = table.flatMap(([name, endpoint]) =>
  typeof endpoint.access === 'string' ? [] : [[name, endpoint, endpoint.access] as const],
)

it.each(guarded)('%s answers 401 to whoever is not signed in, never a redirect', async (_name, endpoint) => {
  const { status, text } = await ask(endpoint, {})
  expect(status).toBe(401)
  expect(JSON.parse(text)).toMatchObject({ code: 'not-signed-in' })
})

it.each(forRoles)('%s refuses who has no role, and notes it', async (_name, endpoint) => {
  const before = await refusals()
  expect((await ask(endpoint, portal.headersOf(nobody))).status).toBe(403)
  expect(await refusals()).toBe(before + 1)
})

it.each(forRoles)(
  '%s lets in the groups that have a role for it, and no other',
  async (_name, endpoint, access) => {
    for (const { name, username, roles } of groups) {
      const { status } = await ask(endpoint, portal.headersOf(username))
      if (access.some((role) => roles.includes(role))) expect([401, 403], name).not.toContain(status)
      else expect(status, name).toBe(403)
      expect(status, name).toBeLessThan(500)
    }
  },
)

it.each(table)('%s is audited, or says why a look at it is not', (_name, { audit, method, path }) => {
  if (typeof audit === 'string') return
  expect(audit.none.length).toBeGreaterThan(5)
  if (method !== 'GET') expect(changesNothing).toContain(path)
})

/** What is no GET although it changes nothing: its input does not belong into an address. */
const changesNothing = table
  .filter(([name]) => /^(check|begin|readLink|preview|test)/.test(name))
  .map(([, { path }]) => path)

describe('separation of duties', () => {
  const groupsFor = (name: keyof typeof endpoints) => {
    const { access } = endpoints[name] as Endpoint
    return groups.filter(({ roles }) => (access as readonly Role[]).some((role) => roles.includes(role)))
  }

  it('keeps whoever administers the system from reading messages by that alone', () => {
    const readers = ['readItem', 'readConversation', 'readAttachment', 'listItems', 'readResults'] as const
    for (const name of readers) {
      const names = groupsFor(name).map((group) => group.name)
      expect(names).toContain('eDiscovery Manager')
      expect(names).not.toContain('Organization Management')
      expect(names).not.toContain('Compliance Administrator')
    }
  })

  it('keeps whoever reads messages from granting roles, and whoever audits from both', () => {
    const granting = groupsFor('changeMembers').map(({ name }) => name)
    expect(granting).toEqual(['Organization Management'])
    for (const { name } of groupsFor('searchAudit'))
      expect(groupsFor('readItem').map((group) => group.name)).not.toContain(name)
  })
})

describe('a server of the whole program', () => {
  const routes = new Set<string>()
  let server: Awaited<ReturnType<typeof serveHttp>>

  beforeAll(async () => {
    const noteRoutes = (message: unknown) =>
      (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) if (one !== 'HEAD') routes.add(`${one} ${url}`)
      })
    const initialization = channel('fastify.initialization')
    initialization.subscribe(noteRoutes)
    server = await serveHttp({
      http: { ...portal.parts.config.http, host: '127.0.0.1', port: 0 },
      log: portal.parts.log,
      random: systemRandom,
      site: portal.parts.site,
      portal: portal.parts,
      portalFolder: new URL('../dist/portal', import.meta.url).pathname,
    })
    initialization.unsubscribe(noteRoutes)
  })
  afterAll(() => server?.close())

  it('has no route that the contract does not name, but for its files, its health, the archiver site and SCIM', () => {
    const named = table.map(([, { method, path }]) => `${method} ${path}`)
    const beside = [...routes].filter(
      (route) => !named.includes(route) && !/ \/(site|scim\/v2)(\/|$)/.test(route),
    )
    expect(beside.sort()).toEqual(['GET /', 'GET /assets/*', 'GET /healthz'])
    expect(named.filter((route) => !routes.has(route))).toEqual([])
    // The paths of RFC 7644; each refuses whoever has no token for it alone (`test/scim`).
    const scim = [...routes].flatMap((route) => /^\w+ \/scim\/v2\/(\w+|\*)/.exec(route)?.[1] ?? [])
    const resources = ['*', 'Groups', 'ResourceTypes', 'Schemas', 'ServiceProviderConfig', 'Users']
    expect([...new Set(scim)].sort()).toEqual(resources)
    expect([...routes].filter((route) => route.includes('/hooks/')).sort()).toEqual([
      'GET /site/hooks/:source/:address',
      'POST /site/hooks/:source/:address',
    ])
  })

  it('never answers a declared path with the portal’s page', async () => {
    for (const [name, endpoint] of table) {
      const { type } = await ask(endpoint, { accept: 'text/html' }, server.url)
      expect(type, name).not.toContain('html')
    }
  })

  it('answers / with the page or a word why not, under a strict policy either way', async () => {
    const page = await fetch(server.url, { headers: { accept: 'text/html' } })
    expect([200, 503]).toContain(page.status)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  })
})
