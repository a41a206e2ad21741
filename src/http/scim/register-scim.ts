/** SCIM 2.0 below `/scim/v2`. */
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import {
  changePushedUser,
  createPushedUser,
  type DirectoryParts,
  deletePushedUser,
  findPushedUsers,
  type PushedUser,
  pushedUser,
} from '../../directory/index.ts'
import { AppError } from '../../domain/errors.ts'
import { withAuditOrigin } from '../../platform/audit/audit.ts'
import { auditOriginOf, type Doorkeeper } from '../call.ts'
import { originOf } from '../origin.ts'
import { oneOf, resourceTypes, schemas, serviceProviderConfig } from './scim-discovery.ts'
import { assertProvider, auditRefusedCall, principalOfProvider } from './scim-door.ts'
import { ScimRefusal, scimFailureOf, scimType, tellScim } from './scim-failure.ts'
import { searchOf } from './scim-filter.ts'
import { listOf, partOf } from './scim-list.ts'
import { patched } from './scim-patch.ts'
import { checkedUser, entityTag, recordOf, resourceOf, scimUserOf } from './scim-user.ts'

export interface ScimOptions {
  readonly directory: Pick<DirectoryParts, 'queries' | 'clock' | 'random'>
  readonly doorkeeper: Pick<Doorkeeper, 'principalOfToken'>
  /** `https://host` that the provider uses; null: whatever it asks. */
  readonly publicUrl: string | null
  /** Told of failures that are not the caller's. */
  readonly onFailure: (error: unknown, request: FastifyRequest) => void
  readonly limits?: Partial<ScimLimits>
}

export interface ScimLimits {
  /** Of one token; Entra ID keeps well below. */
  readonly requestsPerMinute: number
  /** Of one address, of calls that show no token in force. */
  readonly strangersPerMinute: number
}

const standardLimits: ScimLimits = { requestsPerMinute: 3_000, strangersPerMinute: 30 }
const bodyBytesMax = 256 * 1024

/** Adds the routes; register it with the prefix `/scim/v2`. */
export async function registerScim(server: FastifyInstance, options: ScimOptions): Promise<void> {
  await server.register(rateLimit, { global: false, errorResponseBuilder: tooMany })
  if (!server.hasRequestDecorator('principal')) server.decorateRequest('principal', null)
  server.removeAllContentTypeParsers()
  const parseAs = { parseAs: 'string', bodyLimit: bodyBytesMax } as const
  server.addContentTypeParser(['application/scim+json', 'application/json'], parseAs, parseJson)
  server.setErrorHandler((error, request, reply) => tell(options, error, request, reply))
  for (const hook of doorHooks(server, options)) server.addHook('onRequest', hook)
  addDiscovery(server, options)
  addUsers(server, options)
  addGroups(server)
  // Also what is not there is told only to those who may come in, and in SCIM's shape.
  server.route({ method: [...methods], url: '/*', handler: nothingThere })
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** All of it before a body is read: whoever may not come in makes us take nothing from him. */
function doorHooks(server: FastifyInstance, options: ScimOptions): onRequestAsyncHookHandler[] {
  const { requestsPerMinute, strangersPerMinute } = { ...standardLimits, ...options.limits }
  const limitOf = (max: number, keyGenerator: (request: FastifyRequest) => string) =>
    server.rateLimit({ timeWindow: 60_000, max, keyGenerator }) as onRequestAsyncHookHandler
  const known = limitOf(requestsPerMinute, ({ principal }) => `token of ${principal!.userId}`)
  const strangers = limitOf(strangersPerMinute, ({ ip }) => ip)
  return [
    async (request) => {
      request.principal = await principalOfProvider(request, options.doorkeeper)
    },
    async function limit(request, reply) {
      await (request.principal === null ? strangers : known).call(this, request, reply)
    },
    async (request) => {
      try {
        assertProvider(request.principal)
      } catch (error) {
        await auditRefusedCall(options.directory, request, error)
        throw error
      }
    },
  ]
}

function addDiscovery(server: FastifyInstance, options: ScimOptions): void {
  const baseOf = (request: FastifyRequest) => `${originOf(request, options.publicUrl)}/scim/v2`
  server.get('/ServiceProviderConfig', async (request, reply) =>
    send(reply, serviceProviderConfig(baseOf(request))),
  )
  for (const [path, make] of [
    ['/ResourceTypes', resourceTypes],
    ['/Schemas', schemas],
  ] as const) {
    server.get(path, async (request, reply) => send(reply, oneOf(make(baseOf(request)), undefined)))
    server.get<{ Params: { id: string } }>(`${path}/:id`, async (request, reply) =>
      send(reply, oneOf(make(baseOf(request)), request.params.id)),
    )
  }
}

interface UserCall {
  Params: { id: string }
  Querystring: Record<string, string>
}

function addUsers(server: FastifyInstance, { directory, publicUrl }: ScimOptions): void {
  const baseOf = (request: FastifyRequest) => `${originOf(request, publicUrl)}/scim/v2`
  const sendUser = (request: FastifyRequest, reply: FastifyReply, user: PushedUser) => {
    const base = baseOf(request)
    const resource = resourceOf(user, base)
    reply.header('etag', entityTag(user)).header('location', `${base}/Users/${user.id}`)
    return send(reply, resource)
  }
  server.get<UserCall>('/Users', async (request, reply) => {
    const { filter, startIndex, count } = singleValued(request.query)
    const part = partOf({ ...(startIndex ? { startIndex } : {}), ...(count ? { count } : {}) })
    const { total, users } = await findPushedUsers(directory, { by: searchOf(filter), ...part })
    const base = baseOf(request)
    return send(
      reply,
      listOf(
        users.map((user) => resourceOf(user, base)),
        part,
        total,
      ),
    )
  })
  server.get<UserCall>('/Users/:id', async (request, reply) => {
    const user = await pushedUser(directory, idOf(request.params.id))
    if (request.headers['if-none-match'] === entityTag(user)) return reply.code(304).send()
    return sendUser(request, reply, user)
  })
  server.post('/Users', async (request, reply) => {
    const record = recordOf(checkedUser(request.body))
    const user = await audited(request, () => createPushedUser(directory, record))
    return sendUser(request, reply.code(201), user)
  })
  server.put<UserCall>('/Users/:id', async (request, reply) => {
    const record = recordOf(checkedUser(request.body))
    const user = await changed(request, () => record)
    return sendUser(request, reply, user)
  })
  server.patch<UserCall>('/Users/:id', async (request, reply) => {
    const user = await changed(request, (before) => ({
      ...recordOf(patched(scimUserOf(before), request.body)),
      licensed: before.record.licensed,
    }))
    return sendUser(request, reply, user)
  })
  server.delete<UserCall>('/Users/:id', async (request, reply) => {
    await audited(request, () => deletePushedUser(directory, idOf(request.params.id), versionOf(request)))
    return reply.code(204).send()
  })

  function changed(request: FastifyRequest<UserCall>, change: Parameters<typeof changePushedUser>[2]) {
    const id = idOf(request.params.id)
    return audited(request, () => changePushedUser(directory, id, change, versionOf(request)))
  }

  /** A change writes its own event; one that is refused leaves one as well. */
  async function audited<Result>(request: FastifyRequest, work: () => Promise<Result>): Promise<Result> {
    try {
      return (await withAuditOrigin(auditOriginOf(request, request.principal), work)).result
    } catch (error) {
      await auditRefusedCall(directory, request, error)
      throw error
    }
  }
}

/** Mailboxes are people's; groups are not kept. A provider that asks is told that there are none. */
function addGroups(server: FastifyInstance): void {
  const none = async (_request: FastifyRequest, reply: FastifyReply) =>
    send(reply, listOf([], { offset: 0 }, 0))
  server.get('/Groups', none)
  const refuse = async () => {
    throw new ScimRefusal(501, null, 'Groups are not kept here; provision users only.')
  }
  server.route({ method: ['POST', 'PUT', 'PATCH', 'DELETE'], url: '/Groups', handler: refuse })
  server.route({ method: [...methods], url: '/Groups/:id', handler: refuse })
}

function send(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.header('cache-control', 'no-store').type(scimType).send(JSON.stringify(body))
}

/** Ids are numbers of mailboxes; what is none is nobody. Throws `mailbox-not-found`. */
function idOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new AppError('mailbox-not-found', 'There is no user of this id in the directory.')
}

/** The version that If-Match names; null where it names none or any. */
function versionOf(request: FastifyRequest): number | null {
  const tag = request.headers['if-match']
  if (tag === undefined || tag.trim() === '*') return null
  const version = /^\s*(?:W\/)?"(\d{1,9})"\s*$/.exec(tag)?.[1]
  if (version === undefined)
    throw new AppError('changed-meanwhile', 'If-Match names no version of this user.')
  return Number(version)
}

function singleValued(
  query: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  )
}

function parseJson(
  _request: FastifyRequest,
  body: string | Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  try {
    done(null, JSON.parse(body.toString()))
  } catch {
    done(new ScimRefusal(400, 'invalidSyntax', 'The body is not JSON.'))
  }
}

function tell(
  options: ScimOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const failure = scimFailureOf(error, request.id)
  if (failure.status >= 500 && failure.status !== 501) options.onFailure(error, request)
  if (failure.status === 401) reply.header('www-authenticate', 'Bearer realm="holdfast"')
  return tellScim(reply, failure)
}

async function nothingThere(): Promise<never> {
  throw new ScimRefusal(404, null, 'There is nothing at this address.')
}

function tooMany(_request: FastifyRequest, { after }: { readonly after: string }): AppError {
  return new AppError('too-many-requests', `These are too many requests. Try again in ${after}.`)
}
