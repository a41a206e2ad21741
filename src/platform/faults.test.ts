import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { faultPoint, installFaults, planFromSeed, SimulatedCrash } from './faults.ts'

describe('fault points', () => {
  let remove = () => {}
  afterEach(() => remove())

  it('do nothing without a plan', () => {
    expect(() => faultPoint('journal.written')).not.toThrow()
  })

  it('stop at the planned pass, and everywhere after it, until the restart', () => {
    const faults = installFaults({ point: 'b', pass: 2, how: 'throw' })
    remove = faults.remove
    for (const point of ['a', 'b', 'a']) faultPoint(point)
    expect(() => faultPoint('b')).toThrow(SimulatedCrash)
    expect(() => faultPoint('a')).toThrow(SimulatedCrash)
    faults.remove()
    expect(() => faultPoint('b')).not.toThrow()
    expect(faults.counts.get('b')).toBe(2)
  })

  it('a plan from a seed is the same every time, stays within what was counted, and reaches every point', () => {
    const counts = new Map([
      ['a', 1],
      ['b', 7],
      ['c', 3],
    ])
    const plans = Array.from({ length: 200 }, (_, seed) => planFromSeed(seed, counts, 'throw'))
    expect(planFromSeed(7, counts, 'throw')).toEqual(plans[7])
    for (const { point, pass } of plans) expect(pass).toBeLessThanOrEqual(counts.get(point)!)
    expect(new Set(plans.map(({ point, pass }) => `${point}${pass}`)).size).toBe(11)
  })

  it('a plan to kill ends the process by SIGKILL at that very place', () => {
    const faults = fileURLToPath(new URL('./faults.ts', import.meta.url))
    const program = `
      const { faultPoint, installFaults } = await import(${JSON.stringify(faults)})
      installFaults({ point: 'here', pass: 1, how: 'kill' })
      console.log('before')
      faultPoint('here')
      console.log('after')`
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    expect(run.signal).toBe('SIGKILL')
    expect(run.stdout).toBe('before\n')
  })
})
