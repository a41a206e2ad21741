/**
 * A story told by a process that is killed for real: SIGKILL to it at fault points and at random times, and to all
 * processes of its database. Each kill has a copy of the data folder that `prepare` made; `finish` starts it again.
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
import { expect } from 'vitest'
import { type FaultPlan, planFromSeed } from '../../src/platform/faults.ts'
import { clusterProcesses, signal, waitForExit } from '../../src/platform/postgres/processes.ts'

/** What a story that came to its end says of itself, as far as the killing needs it. */
export interface StoryEnd {
  /** How often it passed each fault point. */
  readonly counts: readonly [string, number][]
  /** How long it took. */
  readonly ms: number
}

export interface KilledStory<End extends StoryEnd> {
  /** What `prepare` said last. */
  readonly prepared: unknown
  /** The story that nobody killed. */
  readonly undisturbed: End
  /** Kills number `kill`, at a fault point or at some time by turns; says where. */
  kill(kill: number): Promise<string>
  /** Starts what was killed again, tells the rest, and removes its folder. */
  finish(kill: number): Promise<End>
  /** How many were killed before they were at their end. */
  died(): number
  remove(): Promise<void>
}

type Mode = 'prepare' | 'tell' | 'finish'

/** Processes of one program, and the folders that they work in. */
interface Stage {
  start(mode: Mode, name: string, plan?: FaultPlan): ChildProcess
  killDatabase(name: string): Promise<void>
  copyOfTemplate(name: string): void
  remove(name?: string): void
}

/** @param program beside this file; called with `prepare`, `tell` or `finish`, its data folder, a corpus, a port, and a plan. */
export async function openKilledStory<End extends StoryEnd>(
  program: string,
  kills: readonly number[],
): Promise<KilledStory<End>> {
  const stage = setStage(fileURLToPath(new URL(program, import.meta.url)), await freePort())
  const prepared = await saidLast(stage.start('prepare', 'template'))
  stage.copyOfTemplate('undisturbed')
  const undisturbed = (await saidLast(stage.start('finish', 'undisturbed'))) as End
  let died = 0
  return {
    prepared,
    undisturbed,
    died: () => died,
    async kill(kill) {
      stage.copyOfTemplate(String(kill))
      const killed =
        kill % 2 === 0
          ? await killAtPoint(stage, kill, undisturbed)
          : await killAtSomeTime(
              stage,
              kill,
              (0.9 * undisturbed.ms * (kill - 1 + Math.random())) / kills.length,
            )
      if (killed.died) died += 1
      return killed.place
    },
    async finish(kill) {
      const end = (await saidLast(stage.start('finish', String(kill)))) as End
      stage.remove(String(kill))
      return end
    },
    async remove() {
      for (const name of ['template', 'undisturbed', ...kills.map(String)]) await stage.killDatabase(name)
      stage.remove()
    },
  }
}

function setStage(program: string, port: number): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-killed-'))
  const children: ChildProcess[] = []
  return {
    start(mode, name, plan) {
      const given = [mode, join(folder, name), join(folder, 'corpus'), String(port)]
      const child = spawn(process.execPath, [program, ...given, ...(plan ? [JSON.stringify(plan)] : [])], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      return child
    },
    async killDatabase(name) {
      const processes = clusterProcesses(join(folder, name, 'pg'))
      for (const pid of processes) signal(pid, 'SIGKILL')
      for (const pid of processes) await waitForExit(pid, 10_000)
    },
    copyOfTemplate(name) {
      execFileSync('cp', ['-a', join(folder, 'template'), join(folder, name)])
    },
    remove(name) {
      if (name === undefined) for (const child of children) child.kill('SIGKILL')
      rmSync(name === undefined ? folder : join(folder, name), { recursive: true, force: true })
    },
  }
}

interface Killed {
  readonly place: string
  /** Before it was at its end. */
  readonly died: boolean
}

/** The process kills itself at a point; its database follows. */
async function killAtPoint(stage: Stage, kill: number, { counts }: StoryEnd): Promise<Killed> {
  const plan = planFromSeed(kill, new Map(counts), 'kill')
  const child = stage.start('tell', String(kill), plan)
  const [code, killedBy] = await once(child, 'exit')
  await stage.killDatabase(String(kill))
  if (code !== 0) expect(killedBy, `${plan.point}, pass ${plan.pass}`).toBe('SIGKILL')
  return { place: `killed at "${plan.point}", pass ${plan.pass}`, died: killedBy === 'SIGKILL' }
}

/** In the time the story takes; the database first every other time. */
async function killAtSomeTime(stage: Stage, kill: number, afterMs: number): Promise<Killed> {
  const child = stage.start('tell', String(kill))
  await once(createInterface({ input: child.stdout! }), 'line')
  await delay(afterMs)
  const died = child.exitCode === null
  const exit = died ? once(child, 'exit') : null
  if (kill % 4 === 1) await stage.killDatabase(String(kill))
  child.kill('SIGKILL')
  await exit
  await stage.killDatabase(String(kill))
  return { place: `killed after ${Math.round(afterMs)} ms`, died }
}

/** The last line of a child that ends well; null where it said nothing. */
async function saidLast(child: ChildProcess): Promise<unknown> {
  const lines: string[] = []
  createInterface({ input: child.stdout! }).on('line', (said) => lines.push(said))
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  const last = lines.at(-1)
  return last === undefined ? null : JSON.parse(last)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
