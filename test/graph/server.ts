/** Starts the contract server on loopback, and says what a test may set, break and read. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerBatch } from './batch.ts'
import { callOf, type GraphCall, type GraphReply, parseJson, Refusal } from './call.ts'
import { createFaults, type Fault, type Faults, type RandomFaults } from './faults.ts'
import { answerMail, type MailGiven, type Silence } from './messages.ts'
import { createSignIn, type RegisteredApplication, type SignIn } from './sign-in.ts'
import { createMailbox, rootFolderId, type StoredMailbox, type StoredMessage } from './state.ts'
import { createThrottle, documentedThrottle, type ThrottleLimits, type ThrottleUse } from './throttle.ts'
import {
  type AttachmentLimits,
  createUploadSessions,
  documentedAttachmentLimits,
  type UploadSessions,
} from './upload-sessions.ts'
import { createUsers, type Users } from './users.ts'

export interface GraphServerOptions {
  readonly applications: readonly RegisteredApplication[]
  /** For token ends and times of messages. */
  readonly now?: () => number
  readonly tokenSeconds?: number
  readonly throttle?: Partial<ThrottleLimits>
  readonly attachments?: Partial<AttachmentLimits>
  readonly faults?: RandomFaults
  /** How long each request takes. */
  readonly latencyMs?: number
  /** False keeps hashes only, for contents that would fill the memory. */
  readonly keepContent?: boolean
  readonly userPageSize?: number
}

/** A request as it came; those within `$batch` have their own. */
export interface RecordedCall {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: GraphCall['headers']
  readonly bodyBytes: number
  /** Parsed JSON of small bodies. */
  readonly body: unknown
  readonly inBatch: boolean
  readonly status: number
}

export interface GraphServer {
  /** `http://127.0.0.1:port`, for sign-in and Graph alike. */
  readonly origin: string
  readonly calls: readonly RecordedCall[]
  readonly users: Users
  readonly faults: Faults
  readonly signIn: SignIn
  readonly uploads: Pick<UploadSessions, 'expire'>
  addMailbox(address: string): StoredMailbox
  mailbox(address: string): StoredMailbox
  /** The messages of a folder by its name, under the root. */
  messages(address: string, folder: string): readonly StoredMessage[]
  addFolder(address: string, displayName: string, isHidden: boolean): void
  /** What is silently done otherwise from now on. */
  beSilent(silence: Silence | null): void
  setMessageBytesMax(bytes: number): void
  use(address: string): ThrottleUse
  close(): Promise<void>
}

/**
 * "4 MB" of "Use the Microsoft Graph API" and "Create message". A file just under 3 MB is 4 MB in base64 and goes in
 * one POST all the same, as documented: what is around it is not counted there.
 */
const requestBytesMax = 4 * 1024 * 1024
const aroundFileBytes = 1024

interface World {
  readonly options: GraphServerOptions
  readonly calls: RecordedCall[]
  readonly users: Users
  readonly faults: Faults
  readonly signIn: SignIn
  readonly uploads: UploadSessions
  readonly throttle: ReturnType<typeof createThrottle>
  readonly mailboxes: Map<string, StoredMailbox>
  readonly mail: MailGiven
}

export async function startGraphServer(options: GraphServerOptions): Promise<GraphServer> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let silence: Silence | null = null
  let messageBytesMax = Number.POSITIVE_INFINITY
  const world = createWorld(options, origin, {
    silence: () => silence,
    messageBytesMax: () => messageBytesMax,
  })
  server.on('request', (request, response) => void serve(world, request, response))
  const mailbox = (address: string) => {
    const found = world.mailboxes.get(address.toLowerCase())
    if (!found) throw new Error(`no mailbox ${address}`)
    return found
  }
  const { calls, users, faults, signIn, uploads } = world
  return {
    ...{ origin, calls, users, faults, signIn, uploads, mailbox },
    addMailbox: (address) => addMailbox(world, address),
    messages: (address, folder) => messagesOf(mailbox(address), folder),
    addFolder: (address, displayName, isHidden) => {
      const id = `AAF-${displayName}`
      mailbox(address).folders.set(id, { id, displayName, isHidden, parentFolderId: rootFolderId })
    },
    beSilent: (kind) => {
      silence = kind
    },
    setMessageBytesMax: (bytes) => {
      messageBytesMax = bytes
    },
    use: (address) => world.throttle.use(address.toLowerCase()),
    close: () => close(server),
  }
}

function createWorld(
  options: GraphServerOptions,
  address: string,
  state: Pick<MailGiven, 'silence' | 'messageBytesMax'>,
): World {
  const now = options.now ?? Date.now
  const origin = () => address
  const keepContent = options.keepContent ?? true
  const limits = { ...documentedAttachmentLimits, ...options.attachments }
  const uploads = createUploadSessions({ origin, now, limits, keepContent })
  const { applications, tokenSeconds = 3599 } = options
  return {
    ...{ options, uploads, calls: [], mailboxes: new Map() },
    users: createUsers(origin, options.userPageSize ?? 100),
    faults: createFaults(options.faults),
    signIn: createSignIn({ applications, now, tokenSeconds, origin }),
    throttle: createThrottle(Date.now, { ...documentedThrottle, ...options.throttle }),
    mail: { ...state, ...limits, now, origin, sessions: uploads, keepContent },
  }
}

function addMailbox(world: World, address: string): StoredMailbox {
  const mailbox = createMailbox(address.toLowerCase())
  world.mailboxes.set(mailbox.address, mailbox)
  return mailbox
}

function messagesOf({ folders, messages }: StoredMailbox, name: string): StoredMessage[] {
  const folder = [...folders.values()].find(({ displayName }) => displayName === name)
  return [...messages.values()].filter(({ folderId }) => folderId === folder?.id)
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request).catch(() => null)
  if (body === null) return
  const headers = request.headers as GraphCall['headers']
  const call = callOf(request.method ?? 'GET', request.url ?? '/', headers, body)
  const reply = await answer(world, call)
  if (reply === 'cut') {
    request.socket.destroy()
    return
  }
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body)
  response.writeHead(reply.status, {
    ...(text === '' ? {} : { 'content-type': 'application/json' }),
    'request-id': headers['client-request-id'] ?? '',
    ...reply.headers,
  })
  response.end(text)
}

/** What goes beyond the limit is read and let go: enough is kept to refuse it. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    if (bytes <= requestBytesMax + aroundFileBytes) pieces.push(piece)
    bytes += piece.length
  }
  return Buffer.concat(pieces)
}

async function answer(world: World, call: GraphCall): Promise<GraphReply | 'cut'> {
  const fault = world.faults.of(call)
  if (fault?.kind === 'cut-before') return 'cut'
  const reply = faultBefore(fault) ?? (await settled(world, call, () => dispatch(world, call)))
  if (fault?.kind === 'cut-after') return 'cut'
  return fault?.kind === '504-after' ? troubled(fault, 504, 'GatewayTimeout') : reply
}

/** A request of a batch, which cannot be cut alone. */
async function answerInBatch(world: World, call: GraphCall): Promise<GraphReply> {
  const reply = await answer(world, call)
  return reply === 'cut' ? { status: 504, body: errorOf('GatewayTimeout') } : reply
}

function faultBefore(fault: Fault | null): GraphReply | null {
  if (fault === null || fault.kind.startsWith('cut') || fault.kind === '504-after') return null
  const status = Number(fault.kind)
  return troubled(fault, status, status === 429 ? 'TooManyRequests' : `Http${status}`)
}

function troubled(
  { code, retryAfterSeconds: seconds }: Fault,
  status: number,
  otherwise: string,
): GraphReply {
  return {
    ...{ status, body: errorOf(code ?? otherwise) },
    headers: seconds === undefined ? {} : { 'Retry-After': String(seconds) },
  }
}

function errorOf(code: string) {
  return { error: { code, message: `As the test asked: ${code}.` } }
}

async function settled(
  world: World,
  call: GraphCall,
  work: () => GraphReply | Promise<GraphReply>,
): Promise<GraphReply> {
  const reply = await refusedOr(work)
  const { method, path, headers, body, inBatch } = call
  world.calls.push({
    ...{ method, path, headers, inBatch, status: reply.status, bodyBytes: body.length },
    query: call.query.toString(),
    body: body.length > recordedBytesMax(world) ? null : (parseJson(body.toString('utf8')) ?? null),
  })
  return reply
}

function recordedBytesMax({ options }: World): number {
  return options.keepContent === false ? 1024 : 256 * 1024
}

async function refusedOr(work: () => GraphReply | Promise<GraphReply>): Promise<GraphReply> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) return error.reply
    return { status: 500, body: { error: { code: 'InternalServerError', message: String(error) } } }
  }
}

async function dispatch(world: World, call: GraphCall): Promise<GraphReply> {
  const [first, second = ''] = call.segments
  if (call.segments.slice(1).join('/') === 'oauth2/v2.0/token') return signIn(world, call, first!)
  if (first === 'upload') {
    const mailbox = world.uploads.mailboxOf(second)
    return within(world, mailbox, call, () => world.uploads.answer(second, call))
  }
  if (call.body.length > requestBytesMax + (call.path.endsWith('/attachments') ? aroundFileBytes : 0))
    throw new Refusal(413, 'RequestEntityTooLarge', 'The request entity is too large.')
  const application = world.signIn.applicationOf(call.headers.authorization)
  if (!application)
    throw new Refusal(401, 'InvalidAuthenticationToken', 'Access token is missing or has expired.')
  if (!call.headers['client-request-id'])
    throw new Refusal(400, 'BadRequest', 'A client-request-id is asked for.')
  if (first === '$batch' && call.method === 'POST' && !call.inBatch)
    return answerBatch(call, (inner) => answerInBatch(world, inner))
  if (first === 'users') return answerUsers(world, call, application)
  throw new Refusal(400, 'BadRequest', `Resource not found for the segment '${first}'.`)
}

function signIn({ signIn }: World, call: GraphCall, tenant: string): GraphReply {
  if (call.method !== 'POST' || call.headers['content-type'] !== 'application/x-www-form-urlencoded')
    throw new Refusal(400, 'invalid_request', 'POST a form.')
  return signIn.answer(tenant, new URLSearchParams(call.body.toString('utf8')))
}

async function answerUsers(world: World, call: GraphCall, application: RegisteredApplication) {
  const [, name = '', third] = call.segments
  if (third === undefined) {
    if (!application.permissions.includes('User.Read.All'))
      throw new Refusal(
        403,
        'Authorization_RequestDenied',
        'Insufficient privileges to complete the operation.',
      )
    return world.users.answer(call)
  }
  const address = name.toLowerCase()
  return within(world, address, call, () => {
    if (!mayOpen(application, address))
      throw new Refusal(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
    return answerMail(world.mail, usableMailbox(world, address), call, call.segments.slice(2))
  })
}

function mayOpen({ permissions, mailboxes = [] }: RegisteredApplication, address: string): boolean {
  return permissions.includes('Mail.ReadWrite') || mailboxes.includes(address)
}

function usableMailbox({ mailboxes }: World, address: string): StoredMailbox {
  const mailbox = mailboxes.get(address)
  if (!mailbox) throw new Refusal(404, 'ErrorInvalidUser', `The requested user '${address}' is invalid.`)
  if (mailbox.state === 'unlicensed')
    throw new Refusal(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    )
  if (mailbox.state === 'blocked-by-policy')
    throw new Refusal(
      403,
      'ErrorAccessDenied',
      'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
    )
  return mailbox
}

/** Within the budget of the application in the mailbox. */
async function within(
  { throttle, options }: World,
  mailbox: string | undefined,
  call: GraphCall,
  work: () => GraphReply,
): Promise<GraphReply> {
  if (mailbox === undefined) return work()
  const leave = throttle.enter(mailbox, call.method === 'GET' ? 0 : call.body.length)
  try {
    // Even without a latency, those that come together are there together.
    await new Promise((resolve) => setTimeout(resolve, options.latencyMs ?? 0))
    return work()
  } finally {
    leave()
  }
}
