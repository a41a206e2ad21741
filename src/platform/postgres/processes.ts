/**
 * Which processes belong to a cluster. PostgreSQL's processes call setsid and outlive a postmaster that was
 * killed, so process groups do not find them; their working directory does.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** True while the process runs; a zombie, which only waits to be reaped, does not. */
export function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  try {
    // "pid (name) state …": the name may hold anything, so read from the last parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
  } catch {
    return false
  }
}

/** The postmaster that `postmaster.pid` names, or null where it is gone or the number is another process's now. */
export function livePostmaster(clusterFolder: string): number | null {
  const file = join(clusterFolder, 'postmaster.pid')
  if (!existsSync(file)) return null
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  if (!Number.isSafeInteger(pid) || pid <= 1 || !processIsAlive(pid)) return null
  return worksIn(String(pid), clusterFolder) === false ? null : pid
}

/** Whether a process works in the folder; null where the system does not tell (no /proc, or not ours). */
function worksIn(pid: string, folder: string): boolean | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder
  } catch {
    return null
  }
}

/** Whether the system tells where processes work, so that finding none means that there is none. */
export function seesAllProcesses(): boolean {
  return existsSync('/proc/self/cwd')
}

/** All processes that work in the cluster's folder, the postmaster's children included. */
export function clusterProcesses(clusterFolder: string): number[] {
  if (!seesAllProcesses()) return []
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const ours = numbers.filter((pid) => worksIn(pid, clusterFolder) === true && isPostgres(pid))
  return ours.map(Number).filter(processIsAlive)
}

function isPostgres(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')
  } catch {
    return false
  }
}

const pollMs = 25

/** Waits until the process is gone; false when it still runs after `waitMs`. */
export async function waitForExit(pid: number, waitMs: number): Promise<boolean> {
  for (let waited = 0; waited < waitMs; waited += pollMs) {
    if (!processIsAlive(pid)) return true
    await sleep(pollMs)
  }
  return !processIsAlive(pid)
}

/** Signals a process that may have ended meanwhile. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ESRCH') throw error
  }
}

/**
 * Ends what a killed postmaster left behind. Nothing is lost by it: without a postmaster no backend can
 * acknowledge a commit to anybody new, and the next start replays the write-ahead log.
 */
export async function endOrphans(clusterFolder: string): Promise<number> {
  const orphans = clusterProcesses(clusterFolder)
  for (const pid of orphans) signal(pid, 'SIGQUIT')
  for (const pid of orphans) if (!(await waitForExit(pid, 3_000))) signal(pid, 'SIGKILL')
  for (const pid of orphans) await waitForExit(pid, 3_000)
  return orphans.length
}
