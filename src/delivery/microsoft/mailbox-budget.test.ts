import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createThrottle, documentedThrottle } from '../../../test/graph/throttle.ts'
import { createMailboxBudget, createMailboxBudgets, type Demand, documentedLimits } from './mailbox-budget.ts'

const clock = { now: () => Date.now() }
const windows = 3
const one: Demand = { requests: 1, bytes: 0 }

// Ten minutes pass in a moment; nothing else is replaced.
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'Date'],
    now: Date.parse('2026-03-20T12:00:00Z'),
  })
})
afterEach(() => vi.useRealTimers())

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

describe('Outlook’s documented limits', () => {
  it('are what is kept unless a test says otherwise', () => {
    expect(documentedLimits).toEqual({
      ...{ requests: 10_000, requestsWindowMs: 600_000 },
      ...{ uploadBytes: 150_000_000, uploadWindowMs: 300_000, requestsAtOnce: 4 },
    })
  })

  it.each([
    ['requests', 600_000, one, 10_000],
    ['bytes', 300_000, { requests: 1, bytes: 2_500_000 }, 60],
    ['batches of four', 600_000, { requests: 4, bytes: 0 }, 2_500],
  ])(
    'of %s are used to 90 % or more and never exceeded, however long requests travel',
    async (_what, windowMs, demand, perWindow) => {
      const { tookMs, refused } = await simulate(demand, windows * perWindow + 1)
      expect(refused).toBe(0)
      // So many and one more take three whole windows at the allowed rate.
      expect(tookMs).toBeLessThanOrEqual((windows * windowMs) / 0.9)
    },
  )
})

/** Twelve callers with so many demands to make, against the contract server's own counting. */
async function simulate(demand: Demand, count: number) {
  const budget = createMailboxBudget(clock)
  const throttle = createThrottle(Date.now, documentedThrottle)
  const random = sequence(7)
  const travel = () => new Promise((arrived) => setTimeout(arrived, random() * 70))
  const from = Date.now()
  let left = count
  let tookMs = Number.POSITIVE_INFINITY
  const caller = async () => {
    while (left-- > 0) {
      const release = await budget.acquire(demand)
      await travel()
      tookMs = Date.now() - from
      const leaves = Array.from({ length: demand.requests }, () => counted(throttle, demand))
      await travel()
      for (const leave of leaves) leave()
      await travel()
      release()
    }
  }
  const callers = Promise.all(Array.from({ length: 12 }, caller))
  await pass(3_600_000)
  await callers
  return { tookMs, refused: throttle.use('ada').refused }
}

/** A refusal is counted by the throttle itself. */
function counted(throttle: ReturnType<typeof createThrottle>, { requests, bytes }: Demand): () => void {
  try {
    return throttle.enter('ada', bytes / requests)
  } catch {
    return () => {}
  }
}

/** Numbers from 0 to 1 that are the same each time (Lehmer). */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

describe('requests at once', () => {
  it('are four, and those who wait go first come first served', async () => {
    const budget = createMailboxBudget(clock)
    const begun: number[] = []
    const releases: (() => void)[] = []
    for (let number = 0; number < 10; number++)
      void budget.acquire(one).then((release) => {
        begun.push(number)
        releases.push(release)
      })
    await pass(0)
    expect(begun).toEqual([0, 1, 2, 3])
    releases[2]!()
    // A second time changes nothing.
    releases[2]!()
    await pass(0)
    expect(begun).toEqual([0, 1, 2, 3, 4])
    for (let next = 3; begun.length < 10; next++) {
      releases[next]!()
      await pass(0)
    }
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('large demands are not overtaken by small ones', async () => {
    const budget = createMailboxBudget(clock)
    const begun: string[] = []
    const release = await budget.acquire(one)
    void budget.acquire({ requests: 4, bytes: 0 }).then(() => begun.push('batch'))
    void budget.acquire(one).then(() => begun.push('one'))
    await pass(0)
    expect(begun).toEqual([])
    release()
    await pass(0)
    expect(begun).toEqual(['batch'])
  })

  it('are of each mailbox on its own, whose name may be written in either case', async () => {
    const budgetOf = createMailboxBudgets(clock, { ...documentedLimits, requestsAtOnce: 1 })
    await budgetOf('ada@firm.example').acquire(one)
    await budgetOf('ben@firm.example').acquire(one)
    expect(budgetOf('ADA@firm.example')).toBe(budgetOf('ada@firm.example'))
  })
})

describe('who waits', () => {
  it('and gives up leaves the queue to the others', async () => {
    const budget = createMailboxBudget(clock, { ...documentedLimits, requestsAtOnce: 1 })
    const release = await budget.acquire(one)
    const giveUp = new AbortController()
    const first = budget.acquire(one, giveUp.signal)
    const second = budget.acquire(one)
    giveUp.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    await expect(budget.acquire(one, giveUp.signal)).rejects.toThrow('enough')
    release()
    expect(await second).toBeTypeOf('function')
  })

  it('because the server said Retry-After goes when that is over', async () => {
    const budget = createMailboxBudget(clock)
    budget.pause(5_000)
    budget.pause(1_000)
    let begun = false
    void budget.acquire(one).then(() => {
      begun = true
    })
    await pass(4_999)
    expect(begun).toBe(false)
    await pass(1)
    expect(begun).toBe(true)
  })

  it('with more than the whole limit goes when nothing else is counted', async () => {
    const limits = { ...documentedLimits, uploadBytes: 1_000, uploadWindowMs: 10_000 }
    const budget = createMailboxBudget(clock, limits)
    const release = await budget.acquire({ requests: 1, bytes: 10 })
    let begun = false
    void budget.acquire({ requests: 1, bytes: 5_000 }).then(() => {
      begun = true
    })
    await pass(60_000)
    expect(begun).toBe(false)
    release()
    await pass(10_000)
    expect(begun).toBe(false)
    await pass(1)
    expect(begun).toBe(true)
  })
})

describe('budgets of many mailboxes', () => {
  it('are forgotten when they have nothing left to remember', async () => {
    const budgetOf = createMailboxBudgets(clock)
    const busy = budgetOf('busy@firm.example')
    await busy.acquire(one)
    const idle = budgetOf('idle@firm.example')
    const release = await idle.acquire(one)
    release()
    expect(idle.idle()).toBe(false)
    await pass(600_001)
    for (let number = 0; number < 300; number++) budgetOf(`${number}@firm.example`)
    expect(budgetOf('busy@firm.example')).toBe(busy)
    expect(budgetOf('idle@firm.example')).not.toBe(idle)
  })
})
