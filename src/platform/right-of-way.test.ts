import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createRightOfWay } from './right-of-way.ts'

describe('right of way', () => {
  it('lets work that can wait go on at once when nobody has asked', async () => {
    const way = createRightOfWay()
    const start = performance.now()
    expect(await way.giveWay()).toBe(true)
    expect(performance.now() - start).toBeLessThan(40)
  })

  it('holds it back until the last of those who wait has his answer, also one that is an error', async () => {
    const way = createRightOfWay()
    const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const asked = answers.map(({ promise }) => way.first(() => promise))
    let went = false
    const work = way.giveWay().then(() => {
      went = true
    })
    answers[0]!.resolve()
    await setTimeout(300)
    expect(went).toBe(false)
    answers[1]!.reject(new Error('no'))
    await expect(asked[1]).rejects.toThrow('no')
    await work
  })

  it('goes on all the same when it has waited long enough, by small steps', async () => {
    const way = createRightOfWay(300)
    const never = Promise.withResolvers<void>()
    const asked = way.first(() => never.promise)
    const start = performance.now()
    expect(await way.giveWay()).toBe(false)
    expect(performance.now() - start).toBeGreaterThanOrEqual(300)
    never.resolve()
    await asked
  })

  it('ends with its signal', async () => {
    const way = createRightOfWay()
    await way.first(async () => {})
    await expect(way.giveWay(AbortSignal.abort())).rejects.toThrow(/abort/)
  })
})
