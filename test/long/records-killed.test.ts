/**
 * Killed for real over hold, disposition, archive move, backup, release and compacting: SIGKILL to the process at fault points and at
 * random times, and to all processes of its database. Restarted, it comes to the same end as one that nobody killed.
 * Each kill has a data folder of its own; HOLDFAST_KILLS=20 kills so often, and a few times by default.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultPlan, planFromSeed } from '../../src/platform/faults.ts'
import { clusterProcesses, signal, waitForExit } from '../../src/platform/postgres/processes.ts'

interface End {
  readonly counts: readonly [string, number][]
  /** How long the story took. */
  readonly ms: number
  readonly problems: unknown[]
  readonly state: Record<string, unknown[]>
  readonly leftOver: string[]
  /** What was held when it was started again; null where nothing was. */
  readonly held: unknown[] | null
}

const kills = Array.from({ length: Number(process.env.HOLDFAST_KILLS ?? 2) }, (_, place) => place + 1)
const program = fileURLToPath(new URL('./records-killed-child.ts', import.meta.url))
let folder: string
let port: number
let expected: End
let heldAtFirst: unknown[]
const children: ChildProcess[] = []
let died = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-records-'))
  port = await freePort()
  const preparing = start('prepare', 'template')
  const said = line(preparing)
  await ended(preparing)
  heldAtFirst = (JSON.parse(await said) as { held: unknown[] }).held
  copyOfTemplate('undisturbed')
  expected = await finish('undisturbed')
  expect(expected.leftOver).toEqual([])
  expect(expected.problems).toEqual([])
})

afterAll(async () => {
  // A story that is told faster than the first one may end before a late kill.
  expect(died).toBeGreaterThanOrEqual(Math.max(1, kills.length - 2))
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const name of ['template', 'undisturbed', ...kills.map(String)]) await killDatabase(name)
  rmSync(folder, { recursive: true, force: true })
})

describe('records, and a process killed with its database and started again', () => {
  it.each(kills)('leaves nothing held gone and nothing disposed of half alive (kill %i)', async (kill) => {
    copyOfTemplate(String(kill))
    const place = kill % 2 === 0 ? await killAtPoint(kill) : await killAtSomeTime(kill)
    const end = await finish(String(kill))
    expect(end.leftOver, place).toEqual([])
    expect(end.state, place).toEqual(expected.state)
    expect(end.problems, place).toEqual([])
    if (end.held) expect(end.held, place).toEqual(heldAtFirst)
    rmSync(join(folder, String(kill)), { recursive: true, force: true })
  })
})

/** The process kills itself at a point; its database follows. */
async function killAtPoint(kill: number): Promise<string> {
  const plan = planFromSeed(kill, new Map(expected.counts), 'kill')
  const child = start('tell', String(kill), plan)
  const [code, killedBy] = await once(child, 'exit')
  await killDatabase(String(kill))
  if (code !== 0) expect(killedBy, `${plan.point}, pass ${plan.pass}`).toBe('SIGKILL')
  if (killedBy === 'SIGKILL') died += 1
  return `killed at "${plan.point}", pass ${plan.pass}`
}

/** In the time the story takes; the database first every other time. */
async function killAtSomeTime(kill: number): Promise<string> {
  const child = start('tell', String(kill))
  await line(child)
  const ms = Math.round((0.9 * expected.ms * (kill - 1 + Math.random())) / kills.length)
  await delay(ms)
  if (child.exitCode === null) died += 1
  const exit = child.exitCode === null ? once(child, 'exit') : null
  if (kill % 4 === 1) await killDatabase(String(kill))
  child.kill('SIGKILL')
  await exit
  await killDatabase(String(kill))
  return `killed after ${ms} ms`
}

async function killDatabase(name: string): Promise<void> {
  const processes = clusterProcesses(join(folder, name, 'pg'))
  for (const pid of processes) signal(pid, 'SIGKILL')
  for (const pid of processes) await waitForExit(pid, 10_000)
}

function copyOfTemplate(name: string): void {
  execFileSync('cp', ['-a', join(folder, 'template'), join(folder, name)])
}

function start(mode: 'prepare' | 'tell' | 'finish', name: string, plan?: FaultPlan): ChildProcess {
  const given = [mode, join(folder, name), join(folder, 'corpus'), String(port)]
  const child = spawn(process.execPath, [program, ...given, ...(plan ? [JSON.stringify(plan)] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

async function finish(name: string): Promise<End> {
  const child = start('finish', name)
  const lines: string[] = []
  createInterface({ input: child.stdout! }).on('line', (said) => lines.push(said))
  await ended(child)
  return JSON.parse(lines.at(-1)!) as End
}

async function line(child: ChildProcess): Promise<string> {
  const [said] = await once(createInterface({ input: child.stdout! }), 'line')
  return said as string
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return free
}
