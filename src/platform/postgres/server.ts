/** Starts, adopts and stops the embedded server of one cluster. Call these under the start lock. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { AppError } from '../../domain/errors.ts'
import { diskFull } from '../file-errors.ts'
import type { Cluster } from './cluster.ts'
import {
  endOrphans,
  livePostmaster,
  processIsAlive,
  seesAllProcesses,
  signal,
  waitForExit,
} from './processes.ts'
import { asServiceUser } from './service-user.ts'
import { serverSettings } from './settings.ts'

export interface ServerOptions {
  readonly cluster: Cluster
  readonly socketFolder: string
  readonly logFolder: string
  readonly durable: boolean
}

export interface StartedServer {
  readonly pid: number
  readonly adopted: boolean
  /** Processes a killed server had left behind and that were ended first. */
  readonly orphansEnded: number
}

const startWaitMs = 30_000
/** Recovery after a crash replays the write-ahead log before anybody is let in. */
const recoveryWaitMs = 600_000
const pollMs = 30

/**
 * Answers the running server of this cluster, or starts one that outlives this process. What a killed
 * server left behind is ended first, and the start is tried again for 30 seconds.
 * Throws AppError `database-start-failed` or `disk-full`.
 */
export async function startOrAdopt(options: ServerOptions): Promise<StartedServer> {
  const running = livePostmaster(options.cluster.folder)
  if (running !== null) {
    if (await becomesReady(options, running)) return { pid: running, adopted: true, orphansEnded: 0 }
    await waitForExit(running, startWaitMs)
  }
  return start(options)
}

async function start(options: ServerOptions): Promise<StartedServer> {
  let orphansEnded = 0
  let problem = ''
  for (let waited = 0; waited < startWaitMs; waited += 500) {
    if (waited > 0) await sleep(500)
    orphansEnded += await endOrphans(options.cluster.folder)
    removeStaleLocks(options)
    const pid = launch(options)
    if (await becomesReady(options, pid)) return { pid, adopted: false, orphansEnded }
    problem = startProblem(options)
    if (!mayPass(problem)) break
  }
  if (/No space left on device/.test(problem)) throw diskFull(options.cluster.folder)
  throw new AppError(
    'database-start-failed',
    `PostgreSQL did not start in ${options.cluster.folder}: ${problem}`,
  )
}

/**
 * PostgreSQL trusts a lock file whose process number is taken, even by a zombie or by another program. Where
 * we have seen for ourselves that nothing of this cluster runs, its lock files go.
 */
function removeStaleLocks(options: ServerOptions): void {
  if (!seesAllProcesses()) return
  rmSync(join(options.cluster.folder, 'postmaster.pid'), { force: true })
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock'])
    rmSync(join(options.socketFolder, name), { force: true })
}

/** What a server says while the remains of a killed one still hold its memory or its socket. */
function mayPass(problem: string): boolean {
  return /shared memory block|lock file|already in use|could not create any Unix-domain sockets/.test(problem)
}

/** Starts the server in a session of its own, with its own output, so that it does not end with this process. */
function launch(options: ServerOptions): number {
  const { cluster } = options
  const settings = Object.entries(serverSettings(options)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const run = asServiceUser(cluster.user, cluster.binaries.postgres, ['-D', cluster.folder, ...settings])
  const output = openSync(startLog(options), 'w', 0o600)
  try {
    const server = spawn(run.command, run.arguments, {
      ...run.options,
      cwd: '/',
      env: cluster.binaries.environment,
      detached: true,
      stdio: ['ignore', output, output],
    })
    server.on('error', () => {})
    server.unref()
    return server.pid ?? 0
  } finally {
    closeSync(output)
  }
}

function startLog(options: ServerOptions): string {
  return join(options.logFolder, 'postgres-start.log')
}

/** The last FATAL line the server wrote, before or after its log collector took over; it says why it did not start. */
function startProblem(options: ServerOptions): string {
  const lines = [startLog(options), collectorLog(options.cluster.folder)].flatMap(readLines)
  return (
    lines.findLast((line) => /(FATAL|PANIC): +(?!the database system is)/.test(line)) ??
    lines.at(-1) ??
    'it said nothing'
  )
}

function collectorLog(clusterFolder: string): string {
  const [, name = ''] =
    /^stderr (.+)$/m.exec(readLines(join(clusterFolder, 'current_logfiles')).join('\n')) ?? []
  return join(clusterFolder, name)
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** Waits until the server lets the administrator in; false when its process ends first. */
async function becomesReady(options: ServerOptions, pid: number): Promise<boolean> {
  if (pid === 0) return false
  for (let waited = 0; waited < recoveryWaitMs; waited += pollMs) {
    const answer = await tryConnection(options)
    if (answer === 'ready') return true
    if (answer === 'refused') throw refused(options)
    if (!processIsAlive(pid)) return false
    await sleep(pollMs)
  }
  return false
}

function refused(options: ServerOptions): AppError {
  const message = `The server of ${options.cluster.folder} does not accept the password in pg-passwords.json: put that file back from a backup of the data folder.`
  return new AppError('database-start-failed', message)
}

async function tryConnection(options: ServerOptions): Promise<'ready' | 'refused' | 'not-yet'> {
  const client = adminClient(options, 'postgres')
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return 'ready'
  } catch (error) {
    return (error as { code?: string }).code === '28P01' ? 'refused' : 'not-yet'
  } finally {
    await client.end().catch(() => {})
  }
}

/** A connection as the cluster's administrator, which only starting, stopping and tests use. */
export function adminClient(
  options: Pick<ServerOptions, 'cluster' | 'socketFolder'>,
  database: string,
): pg.Client {
  return new pg.Client({
    host: options.socketFolder,
    port: 5432,
    user: 'holdfast_admin',
    password: options.cluster.passwords.admin,
    database,
    connectionTimeoutMillis: 10_000,
  })
}

/** Stops the server: sessions are ended, everything is written out. Does nothing where none runs. */
export async function stopServer(clusterFolder: string): Promise<void> {
  const pid = livePostmaster(clusterFolder)
  if (pid === null) return
  signal(pid, 'SIGINT')
  if (await waitForExit(pid, 60_000)) return
  signal(pid, 'SIGQUIT')
  if (await waitForExit(pid, 10_000)) return
  throw new AppError(
    'database-start-failed',
    `The PostgreSQL server (process ${pid}) of ${clusterFolder} does not stop.`,
  )
}
