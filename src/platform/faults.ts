import { hash } from 'node:crypto'

/**
 * Named places where a simulation may stop the process, to show that nothing is lost or doubled wherever
 * it stops. In production no plan is installed and a fault point is one comparison.
 */
export function faultPoint(name: string): void {
  if (plan !== undefined) pass(plan, name)
}

/** Stop at the `pass`-th time (1 is the first) that `point` is reached. */
export interface FaultPlan {
  readonly point: string
  readonly pass: number
  /** `throw`: a SimulatedCrash. `kill`: SIGKILL to this very process, which leaves it no chance to tidy up. */
  readonly how: 'throw' | 'kill'
}

/** How often each point was passed in one run, in the order they were first reached. */
export type FaultCounts = ReadonlyMap<string, number>

/**
 * The process "died" at a fault point. It is no AppError, so that nothing handles it kindly; from then on
 * every fault point throws it again, so that what a dead process could not have done is not done either.
 */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash'
}

interface Installed {
  readonly stop: FaultPlan | null
  readonly counts: Map<string, number>
  crashed: boolean
}

let plan: Installed | undefined

/**
 * Counts the passes of every point and, with a plan, stops at its place. `remove` ends that: the restart
 * of the simulated process. One plan at a time.
 */
export function installFaults(stop: FaultPlan | null): { counts: FaultCounts; remove(): void } {
  if (plan !== undefined) throw new Error('A fault plan is installed already: remove it first.')
  const installed: Installed = { stop, counts: new Map(), crashed: false }
  plan = installed
  return {
    counts: installed.counts,
    remove() {
      if (plan === installed) plan = undefined
    },
  }
}

/**
 * The plan that `seed` gives, the same for ever: one of the points that a run without faults passed, each
 * point as likely as another, at one of its passes.
 */
export function planFromSeed(seed: string | number, counts: FaultCounts, how: FaultPlan['how']): FaultPlan {
  if (counts.size === 0) throw new Error('The run to plan for passed no fault point.')
  const digest = hash('sha256', `holdfast fault ${seed}`, 'buffer')
  const [point, passes] = [...counts][digest.readUInt32BE(0) % counts.size]!
  return { point, pass: 1 + (digest.readUInt32BE(4) % passes), how }
}

function pass(installed: Installed, name: string): void {
  const passes = (installed.counts.get(name) ?? 0) + 1
  installed.counts.set(name, passes)
  const { stop } = installed
  if (stop?.point === name && stop.pass === passes) {
    if (stop.how === 'kill') process.kill(process.pid, 'SIGKILL')
    installed.crashed = true
  }
  if (installed.crashed) throw new SimulatedCrash(`Stopped at fault point ${name}, pass ${passes}.`)
}
