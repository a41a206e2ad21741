/** A server on a free port with a small table of endpoints and a database of its own, for tests of the core. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { createTestDatabase } from '../../test/postgres.ts'
import type { Principal } from '../access/index.ts'
import { defineEndpoints } from '../api/endpoint.ts'
import { AppError } from '../domain/errors.ts'
import type { Role } from '../domain/roles.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { createKysely } from '../platform/postgres/index.ts'
import type { RightOfWay } from '../platform/right-of-way.ts'
import type { AnyHandler, RequestLimits } from './api-options.ts'
import { registerApi } from './api-routes.ts'
import type { Handlers } from './handler.ts'
import { type ServerOptions, startServer } from './server.ts'
import { answersUnknownApi } from './unknown-address.ts'

export const table = defineEndpoints({
  greet: {
    method: 'GET',
    path: '/api/greeting/:id',
    summary: 'A look.',
    access: ['Preview'],
    audit: 'open-item',
    params: z.object({ id: z.coerce.number().int() }),
    query: z.object({ loud: z.stringbool().default(false) }),
    answer: z.object({ text: z.string() }),
  },
  change: {
    method: 'POST',
    path: '/api/greeting/:id',
    summary: 'A change.',
    access: ['Mail Recipients'],
    audit: 'change-mailbox',
    params: z.object({ id: z.coerce.number().int() }),
    body: z.object({ text: z.string().max(20), audits: z.boolean().default(true) }),
    answer: z.object({ text: z.string() }),
  },
  dare: {
    method: 'DELETE',
    path: '/api/greeting/:id',
    summary: 'A dangerous act.',
    access: ['Mail Recipients'],
    audit: 'change-mailbox',
    dangerous: true,
    params: z.object({ id: z.coerce.number().int() }),
    answer: 'nothing',
  },
  knock: {
    method: 'POST',
    path: '/api/knock',
    summary: 'Signs in.',
    access: 'anybody',
    audit: 'sign-in',
    body: z.object({ username: z.string() }),
    answer: z.object({ token: z.string() }),
  },
  about: {
    method: 'PATCH',
    path: '/api/about',
    summary: 'Of oneself.',
    access: 'signed-in',
    audit: 'change-preferences',
    answer: 'nothing',
  },
  send: {
    method: 'PUT',
    path: '/api/files',
    summary: 'Takes a file.',
    access: ['Mail Recipients'],
    audit: 'import-mailboxes',
    body: 'bytes',
    bodyBytesMax: 1024 * 1024 * 1024,
    answer: z.object({ bytes: z.int() }),
  },
  sendLittle: {
    method: 'POST',
    path: '/api/files',
    summary: 'Takes a small file.',
    access: ['Mail Recipients'],
    audit: 'import-mailboxes',
    body: 'bytes',
    bodyBytesMax: 1024 * 1024,
    answer: z.object({ bytes: z.int() }),
  },
  fetch: {
    method: 'GET',
    path: '/api/files/:name',
    summary: 'Hands out a file.',
    access: ['Export'],
    audit: 'export-item',
    params: z.object({ name: z.string() }),
    answer: 'bytes',
  },
  follow: {
    method: 'GET',
    path: '/api/events',
    summary: 'Tells what happens.',
    access: 'signed-in',
    audit: { none: 'counts' },
    answer: 'events',
  },
})

export type CoreHandlers = Handlers<typeof table>
export type CoreWorld = Awaited<ReturnType<typeof openCoreWorld>>

export const now = Date.parse('2026-03-20T12:00:00Z')

export function personOf(username: string, roles: readonly Role[], confirmedUntil = now + 60_000): Principal {
  const session = {
    id: `session-${username}`,
    csrfToken: `csrf-${username}`,
    confirmedAt: now,
    confirmedUntil,
  }
  return {
    kind: 'person',
    userId: 1,
    username,
    name: username,
    roles: new Set(roles),
    session,
    mailboxIds: null,
  }
}

export interface AuditRow {
  readonly operation: string
  readonly outcome: string
  readonly actor: string
  readonly actor_type: string
  readonly target: string | null
  readonly session_id: string | null
  readonly correlation_id: string | null
  readonly details: Record<string, unknown>
}

/** Sessions and tokens are known by the principal's own name. */
export async function openCoreWorld(options: {
  readonly handlers?: Partial<CoreHandlers>
  readonly people: readonly Principal[]
  readonly tokens?: readonly Principal[]
  readonly limits?: Partial<RequestLimits>
  readonly rightOfWay?: RightOfWay
  readonly server?: Partial<ServerOptions>
  readonly mount?: (server: FastifyInstance) => void
}) {
  const database = await createTestDatabase()
  const queries = createKysely(database.pool)
  const clock = { now: () => now }
  const named = (principals: readonly Principal[] = []) => {
    const byName = new Map(principals.map((principal) => [principal.username, principal]))
    return async (name: string) => byName.get(name) ?? null
  }
  const note = (operation: 'change-mailbox' | 'sign-in' | 'change-preferences' | 'import-mailboxes') =>
    appendAudit(queries, { at: now, operation, outcome: 'succeeded' })
  const count = async (body: AsyncIterable<Uint8Array>) => {
    let bytes = 0
    for await (const chunk of body) bytes += chunk.byteLength
    await note('import-mailboxes')
    return bytes
  }
  const handlers: CoreHandlers = {
    greet: async ({ params, query }) => ({ text: `${query.loud ? 'HELLO' : 'hello'} ${params.id}` }),
    change: async ({ body }) => {
      if (body.text === 'refuse') throw new AppError('mailbox-not-found', 'There is no such mailbox.')
      if (body.text === 'break') throw new TypeError('secret words of a message')
      if (body.audits) await note('change-mailbox')
      return { text: body.text, secret: 'never leaves' }
    },
    dare: async () => {
      await note('change-mailbox')
      return undefined
    },
    knock: async ({ body }, { setSession }) => {
      if (body.username === 'nobody') throw new AppError('sign-in-refused', 'This name or password is wrong.')
      setSession(body.username)
      await note('sign-in')
      return { token: body.username }
    },
    about: async () => {
      await note('change-preferences')
      return undefined
    },
    send: async ({ body }) => ({ bytes: await count(body) }),
    sendLittle: async ({ body }) => ({ bytes: await count(body) }),
    fetch: async () => ({ name: 'a.txt', type: 'text/plain', content: 'hello' }),
    follow: async function* () {
      yield { count: 1 }
    } as unknown as CoreHandlers['follow'],
    ...options.handlers,
  }
  const failures: unknown[] = []
  const unknown = answersUnknownApi(table)
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    onFailure: (error) => failures.push(error),
    onUnknown: async (request, reply) => {
      const answered = unknown(request, reply)
      if (answered) return answered
      throw new AppError('not-found', 'There is nothing at this address.')
    },
    ...options.server,
    mount: (mounted) => {
      registerApi(mounted, {
        table,
        handlers: handlers as unknown as Readonly<Record<string, AnyHandler>>,
        doorkeeper: { principalOfSession: named(options.people), principalOfToken: named(options.tokens) },
        publicUrl: options.server?.publicUrl ?? null,
        queries,
        clock,
        ...(options.limits ? { limits: options.limits } : {}),
        ...(options.rightOfWay ? { rightOfWay: options.rightOfWay } : {}),
      })
      options.mount?.(mounted)
    },
  })
  return {
    server,
    url: server.url,
    failures,
    /** A request; `as` signs in by session as the portal does. */
    call(path: string, { as, headers, ...init }: RequestInit & { readonly as?: string } = {}) {
      const portal = as
        ? { cookie: `holdfast-session=${as}`, origin: server.url, 'x-holdfast-csrf': `csrf-${as}` }
        : {}
      return fetch(server.url + path, {
        redirect: 'manual',
        ...init,
        headers: { ...portal, ...(headers as Record<string, string>) },
      })
    },
    async audited(): Promise<readonly AuditRow[]> {
      const { rows } = await database.pool.query<AuditRow>('select * from audit_event order by id')
      return rows
    },
    async close() {
      await server.close()
      await database.drop()
    },
  }
}
