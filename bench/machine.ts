/** What a figure was measured on, and with how much of it. Reads /proc: Linux only, else null. */
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { quantile } from './numbers.ts'

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly system: string
  readonly node: string
  /** Writing 8 KiB durably in the folder of the bench. */
  readonly fdatasyncP50Milliseconds: number
  readonly loadAverage: number
}

export function describeMachine(folder: string): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
    fdatasyncP50Milliseconds: fdatasyncMilliseconds(folder),
    loadAverage: loadAverage(),
  }
}

/** Of the last minute. */
export function loadAverage(): number {
  return Math.round(loadavg()[0]! * 100) / 100
}

function fdatasyncMilliseconds(folder: string): number {
  const path = join(folder, 'fdatasync')
  const file = openSync(path, 'w')
  const page = Buffer.alloc(8192, 1)
  const times = Array.from({ length: 100 }, () => {
    const start = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    return performance.now() - start
  })
  closeSync(file)
  rmSync(path)
  return Math.round(quantile(times, 0.5) * 100) / 100
}

/** The most memory this process (its threads included) has had resident, MB. */
export function peakResidentMegabytes(): number | null {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readProc('self/status') ?? '')?.[1]
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1000)
}

/** Processor seconds that the embedded server's processes have used, ended ones included. */
export function databaseCpuSeconds(dataFolder: string): number | null {
  const server = postmasterPid(dataFolder)
  if (server === null) return null
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const times = timesOf(pid)
    if (times === null) continue
    if (pid === server) ticks += times.own + times.children
    else if (times.parent === server) ticks += times.own
  }
  return ticks / ticksPerSecond
}

const ticksPerSecond = 100

function postmasterPid(dataFolder: string): string | null {
  const folder = readdirSync(join(dataFolder, 'pg'), { recursive: true, encoding: 'utf8' })
  const file = folder.find((name) => name.endsWith('postmaster.pid'))
  if (file === undefined) return null
  return readFileSync(join(dataFolder, 'pg', file), 'utf8').split('\n')[0]!
}

/** The fields after the command's name in parentheses, which may hold blanks: see proc(5). */
function timesOf(pid: string): { parent: string; own: number; children: number } | null {
  const fields = readProc(`${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ')
  if (!fields) return null
  const [own, children] = [11, 13].map((at) => Number(fields[at]) + Number(fields[at + 1]))
  return { parent: fields[1]!, own: own!, children: children! }
}

function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    // The process ended meanwhile, or there is no /proc.
    return null
  }
}
