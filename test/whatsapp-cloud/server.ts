/**
 * Meta's Graph API as far as a route uses it, after its documentation: media by id with addresses that live five minutes
 * and need the token, fields of a phone number, what became of webhooks, the two requests after a sign-up. Strict: a
 * request that the documentation does not know is answered 400, so that what passes here would pass there.
 */
import { randomUUID } from 'node:crypto'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'

export interface GraphFile {
  readonly content: Buffer
  readonly sha256: string
  readonly mediaType: string
}

export interface GraphHistory {
  readonly messageId: string
  readonly state: 'PENDING' | 'DELIVERED' | 'FAILED' | 'RETRYING'
}

export interface GraphOptions {
  readonly token: string
  readonly now: () => number
  /** When the number was signed up, for the 24 hours of `smb_app_data`. */
  readonly onboardedAt?: number
}

const addressMs = 5 * 60_000
const syncMs = 24 * 60 * 60_000

/** Starts on a free port. Close it. */
export async function startGraph(options: GraphOptions) {
  const server = fastify()
  const files = new Map<string, GraphFile>()
  const addresses = new Map<string, { readonly id: string; readonly until: number }>()
  const gone = new Set<string>()
  const history: GraphHistory[] = []
  const syncs: string[] = []
  const requests: string[] = []
  /** Told once each: statuses that the next media requests get. */
  const troubles: number[] = []
  let url = ''

  const authorised = (request: FastifyRequest) => request.headers.authorization === `Bearer ${options.token}`
  server.addHook('onRequest', async (request, reply) => {
    requests.push(`${request.method} ${request.url}`)
    if (!authorised(request)) return refuse(reply, 401, 190, 'Invalid OAuth access token.')
  })

  server.get('/v23.0/:number/message_history', async (request) => {
    const { after, limit } = request.query as { after?: string; limit?: string }
    const from = Number(after ?? 0)
    const page = history.slice(from, from + Math.min(Number(limit ?? 25), 2))
    const next = from + page.length
    return {
      data: page.map(({ messageId }, place) => ({ id: `history-${from + place}`, message_id: messageId })),
      paging: { cursors: { after: String(next) } },
    }
  })
  server.get('/v23.0/:id/events', async (request, reply) => {
    const place = Number(/^history-(\d+)$/.exec((request.params as { id: string }).id)?.[1] ?? -1)
    const entry = history[place]
    if (!entry) return refuse(reply, 404, 100, 'Unsupported get request.')
    return {
      data: [
        { delivery_status: 'DELIVERED', webhook_update_state: entry.state, error_description: 'timed out' },
      ],
    }
  })
  server.post('/v23.0/:number/smb_app_data', async (request, reply) => {
    const { messaging_product, sync_type } = request.body as Record<string, string>
    if (messaging_product !== 'whatsapp') return refuse(reply, 400, 100, 'messaging_product is required.')
    if (sync_type !== 'smb_app_state_sync' && sync_type !== 'history')
      return refuse(reply, 400, 100, 'Bad sync_type.')
    if (options.now() - (options.onboardedAt ?? 0) > syncMs)
      return refuse(reply, 400, 2593107, 'Sync window is over.')
    if (syncs.includes(sync_type)) return refuse(reply, 400, 2593108, 'Sync was already requested.')
    if (sync_type === 'history' && !syncs.includes('smb_app_state_sync'))
      return refuse(reply, 400, 2593110, 'Contacts come first.')
    syncs.push(sync_type)
    return { messaging_product, request_id: randomUUID() }
  })
  server.get('/media/:address', async (request, reply) => {
    const trouble = troubles.shift()
    if (trouble !== undefined) return refuse(reply, trouble, 0, 'An error occurred.')
    const known = addresses.get((request.params as { address: string }).address)
    const file = known && files.get(known.id)
    if (!known || !file || options.now() > known.until) return refuse(reply, 404, 0, 'Not found.')
    return reply.type(file.mediaType).send(file.content)
  })
  server.get('/v23.0/:id', async (request, reply) => {
    const { id } = request.params as { id: string }
    const { fields } = request.query as { fields?: string }
    if (fields !== undefined)
      return { id, display_phone_number: '+44 7700 900001', is_on_biz_app: true, platform_type: 'CLOUD_API' }
    const file = files.get(id)
    if (gone.has(id)) return refuse(reply, 404, 131052, 'Media expired.')
    if (!file) return refuse(reply, 400, 100, `Object with ID '${id}' does not exist.`)
    const address = randomUUID()
    addresses.set(address, { id, until: options.now() + addressMs })
    return {
      id,
      messaging_product: 'whatsapp',
      url: `${url}/media/${address}`,
      mime_type: file.mediaType,
      sha256: file.sha256,
      file_size: file.content.byteLength,
    }
  })
  url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { url, files, gone, history, syncs, requests, troubles, close: () => server.close() }
}

function refuse(reply: FastifyReply, status: number, code: number, message: string): FastifyReply {
  return reply.code(status).send({ error: { message, type: 'OAuthException', code, fbtrace_id: 'A' } })
}
