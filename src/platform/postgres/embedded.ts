/**
 * One embedded server, shared by every process that works on the data folder: the first starts it, the
 * others adopt it, the last one to close stops it. Each holds a shared lock as its lease; who can take that
 * lock alone is the last. The kernel drops the lease of a killed process, so none is ever stale.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import type { DataFolder } from '../data-folder.ts'
import { explainStorageError } from '../file-errors.ts'
import { type FileLock, takeFileLock } from '../file-lock.ts'
import type { RandomSource } from '../random.ts'
import { Secret } from '../secret.ts'
import { type Cluster, ensureDatabase, openCluster, socketFolderOf } from './cluster.ts'
import { adminClient, type ServerOptions, type StartedServer, startOrAdopt, stopServer } from './server.ts'

export interface EmbeddedServer extends StartedServer {
  /** Connection addresses with passwords: the product's role, the migrations' role, the administrator's. */
  readonly appUrl: Secret
  readonly ownerUrl: Secret
  readonly adminUrl: Secret
  /** Gives the lease back, and stops the server if nobody else has one. Safe to call twice. */
  close(): Promise<void>
}

export interface EmbeddedOptions {
  readonly folder: DataFolder
  readonly random: RandomSource
  /** False only for throwaway clusters of tests. */
  readonly durable?: boolean
}

/** A first start on a slow disk, or a recovery, may take minutes; others wait for it. */
const startLockWaitMs = 660_000

/**
 * Starts or adopts the data folder's server. Any number of processes, and of calls in one process, may.
 * Throws AppError `database-start-failed`, `data-folder-read-only` or `disk-full`.
 */
export async function openEmbeddedServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { folder } = options
  const startLock = await takeStartLock(folder)
  try {
    const cluster = openCluster(folder, options.random)
    const server: ServerOptions = {
      cluster,
      socketFolder: socketFolderOf(folder, cluster.user, shortNameOf(folder)),
      logFolder: folder.logs,
      durable: options.durable ?? true,
    }
    const started = await startOrAdopt(server)
    if (!started.adopted) await ensureDatabase(cluster, (database) => adminClient(server, database))
    const lease = await takeLease(folder)
    return {
      ...started,
      ...addresses(cluster, server.socketFolder),
      close: once(() => closeLease(folder, lease)),
    }
  } catch (error) {
    throw explainStorageError(error, folder.path)
  } finally {
    startLock.release()
  }
}

async function takeStartLock(folder: DataFolder): Promise<FileLock> {
  const lock = await takeFileLock(join(folder.locks, 'database-start.lock'), {
    mode: 'exclusive',
    waitMs: startLockWaitMs,
  })
  if (lock) return lock
  const message = `Another process has been starting or stopping the database of ${folder.path} for eleven minutes: end it and try again.`
  throw new AppError('data-folder-in-use', message)
}

async function takeLease(folder: DataFolder): Promise<FileLock> {
  const lease = await takeFileLock(leaseFile(folder), { mode: 'shared', waitMs: 5_000 })
  if (lease) return lease
  throw new AppError(
    'data-folder-in-use',
    `Another process holds ${leaseFile(folder)} alone: end it and try again.`,
  )
}

function leaseFile(folder: DataFolder): string {
  return join(folder.locks, 'database-lease.lock')
}

/** Under the start lock nobody can take a new lease, so whoever holds them all is the last. */
async function closeLease(folder: DataFolder, lease: FileLock): Promise<void> {
  const startLock = await takeStartLock(folder)
  try {
    lease.release()
    const alone = await takeFileLock(leaseFile(folder), { mode: 'exclusive', waitMs: 0 })
    if (!alone) return
    await stopServer(folder.postgres)
    alone.release()
  } finally {
    startLock.release()
  }
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= close()
    return closing
  }
}

/** The socket may have to lie outside a data folder with a long path; this name is that folder's alone. */
function shortNameOf(folder: DataFolder): string {
  return createHash('sha256').update(folder.path).digest('hex').slice(0, 16)
}

function addresses(cluster: Cluster, socketFolder: string) {
  const { admin, owner, app } = cluster.passwords
  const address = (role: string, password: string, database: string) =>
    new Secret(
      `postgresql://${role}:${password}@localhost:5432/${database}?host=${encodeURIComponent(socketFolder)}`,
    )
  return {
    appUrl: address('holdfast_app', app, 'holdfast'),
    ownerUrl: address('holdfast_owner', owner, 'holdfast'),
    adminUrl: address('holdfast_admin', admin, 'postgres'),
  }
}
