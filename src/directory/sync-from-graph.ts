/** Users from Microsoft Graph: all of them the first time, afterwards what changed. */
import { createGraphClient, type GraphClient, GraphError } from '../delivery/microsoft/index.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import { faultPoint } from '../platform/faults.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { appErrorOf } from './graph-failure.ts'
import { type GraphUser, graphUser, graphUserFields, saidOf } from './graph-user.ts'
import { noteProblem, settingsVersion } from './note-problem.ts'
import type { DirectoryParts } from './parts.ts'
import type { Said } from './record.ts'
import { runSync, type SyncOptions, type SyncOutcome } from './run-sync.ts'
import { graphClientOptions, readGraphSource } from './settings.ts'

export interface GraphSyncOptions extends SyncOptions {
  /** Reads all users again instead of what changed. */
  readonly full?: boolean
  /** Ends the reading; once all is read, the sync is finished. */
  readonly signal?: AbortSignal
}

export interface GraphSyncOutcome extends SyncOutcome {
  /** Whether all users were read, or only what changed since the last time. */
  readonly full: boolean
}

/** A tenant larger than this has another tool; a server that never ends must not fill the memory. */
const usersMax = 1_000_000
const syncMsMax = 60 * 60_000

const firstPath = `/users/delta?$select=${graphUserFields.join(',')}`

/**
 * Reads, plans and applies. The delta link is written with the effects of what came before it, so that a sync that
 * fails anywhere is simply done again. Throws `directory-not-set-up`, `directory-sync-failed`,
 * `directory-removals-refused`, `changed-meanwhile`, `interrupted`; a failure of the source is kept for
 * `readDirectory` to tell.
 */
export async function syncFromGraph(
  parts: DirectoryParts,
  options: GraphSyncOptions,
): Promise<GraphSyncOutcome> {
  const version = await settingsVersion(parts)
  try {
    return await sync(parts, options)
  } catch (error) {
    const told = appErrorOf(error)
    if (isAppError(told) && !options.dryRun && !blameless.has(told.code))
      await noteProblem(parts, version, told)
    throw told
  }
}

/** Not the source's failures: what came between has told, or will tell, how its own sync went. */
const blameless: ReadonlySet<string> = new Set(['directory-not-set-up', 'changed-meanwhile', 'interrupted'])

async function sync(parts: DirectoryParts, options: GraphSyncOptions): Promise<GraphSyncOutcome> {
  const settings = await graphClientOptions(parts)
  const source = await readGraphSource(parts.queries)
  const graph = (parts.openGraph ?? createGraphClient)(settings)
  const from = options.full ? null : (source?.deltaLink ?? null)
  const read = await readUsers(graph, from, options.signal)
  faultPoint('directory.read')
  const before = source?.deltaLink ?? null
  const outcome = await runSync(parts, 'graph', saidByPages(read), {
    ...options,
    before: (transaction) => assertSameDelta(transaction, before),
    after: (transaction) => storeDelta(transaction, read.deltaLink),
  })
  faultPoint('directory.committed')
  return { ...outcome, full: read.full }
}

interface ReadUsers {
  readonly full: boolean
  readonly users: readonly GraphUser[]
  readonly deltaLink: string
}

/** Graph forgets a delta after some days, or asks for all again when it moves a tenant: 410, and then from the start. */
async function readUsers(
  graph: Pick<GraphClient, 'pages'>,
  deltaLink: string | null,
  stopped: AbortSignal | undefined,
): Promise<ReadUsers> {
  const deadline = AbortSignal.timeout(syncMsMax)
  const signal = stopped ? AbortSignal.any([stopped, deadline]) : deadline
  try {
    return await readChangesOrAll(graph, deltaLink, signal)
  } catch (cause) {
    if (stopped?.aborted)
      throw new AppError('interrupted', 'The sync was stopped; nothing was changed. The next one does it.', {
        cause,
      })
    if (deadline.aborted)
      throw new AppError(
        'directory-sync-failed',
        'Microsoft Graph had not told of all users after an hour; nothing was changed. Try again.',
        { cause },
      )
    throw cause
  }
}

async function readChangesOrAll(
  graph: Pick<GraphClient, 'pages'>,
  deltaLink: string | null,
  signal: AbortSignal,
): Promise<ReadUsers> {
  if (deltaLink === null) return readPages(graph, null, signal)
  try {
    return await readPages(graph, deltaLink, signal)
  } catch (error) {
    if (!isExpired(error)) throw error
    return readPages(graph, null, signal)
  }
}

const resyncCodes = /^(syncStateNotFound|resyncRequired|syncStateInvalid|resyncChanges\w*)$/i

function isExpired(error: unknown): boolean {
  return error instanceof GraphError && (error.status === 410 || resyncCodes.test(error.code))
}

async function readPages(
  graph: Pick<GraphClient, 'pages'>,
  from: string | null,
  signal: AbortSignal,
): Promise<ReadUsers> {
  const users: GraphUser[] = []
  let deltaLink: string | null = null
  for await (const page of graph.pages<unknown>(from ?? firstPath, { signal })) {
    for (const value of page.value) users.push(checked(value))
    deltaLink = page.deltaLink
    if (users.length > usersMax) {
      throw new AppError(
        'directory-sync-failed',
        `Microsoft Graph tells of more than ${usersMax} users; nothing was changed. Use SCIM, with the people assigned who have mailboxes.`,
      )
    }
  }
  if (deltaLink !== null) return { full: from === null, users, deltaLink }
  throw new AppError(
    'directory-sync-failed',
    'Microsoft Graph ended its list of users without saying where to go on; nothing was changed. Try again.',
  )
}

function checked(value: unknown): GraphUser {
  const user = graphUser.safeParse(value)
  if (user.success) return user.data
  const id = (value as { id?: unknown } | null)?.id
  const places = user.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new AppError(
    'directory-sync-failed',
    `Microsoft Graph tells of user ${typeof id === 'string' ? id : 'without an id'} what cannot be read (${places.join('; ')}); nothing was changed.`,
  )
}

/** One user may come several times, in parts even: the later word on a field is the one that holds. */
function saidByPages({ full, users }: ReadUsers): Said {
  const last = new Map<string, GraphUser>()
  for (const user of users) {
    const before = last.get(user.id)
    const returns = before?.['@removed'] && !user['@removed']
    last.set(user.id, returns || !before ? user : { ...before, ...definedOf(user) })
  }
  const all = [...last.values()]
  return {
    complete: full,
    users: all.filter((user) => !user['@removed']).map(saidOf),
    removed: all.filter((user) => user['@removed']).map(({ id }) => id),
  }
}

function definedOf(user: GraphUser): GraphUser {
  return Object.fromEntries(Object.entries(user).filter(([, value]) => value !== undefined)) as GraphUser
}

async function assertSameDelta(transaction: Queries, before: string | null): Promise<void> {
  const source = await readGraphSource(transaction)
  if (source && source.deltaLink === before) return
  throw new AppError(
    'changed-meanwhile',
    'Another sync of the directory, or a change of its settings, came between; nothing was changed. Sync again.',
  )
}

async function storeDelta(transaction: Queries, deltaLink: string): Promise<void> {
  await transaction
    .updateTable('directory_sync')
    .set({ delta_link: deltaLink })
    .where('source', '=', 'graph')
    .execute()
}
