/**
 * Budgets of an application in a mailbox, as Outlook counts them: sliding windows, and requests at once. The numbers
 * are those of "Microsoft Graph service-specific throttling limits"; what was refused counts too ("Avoid immediate
 * retries, because all requests accrue against your usage limits").
 */
import { Refusal } from './call.ts'

export interface ThrottleLimits {
  readonly requests: number
  readonly requestsWindowMs: number
  readonly uploadBytes: number
  readonly uploadWindowMs: number
  readonly requestsAtOnce: number
}

export const documentedThrottle: ThrottleLimits = {
  requests: 10_000,
  requestsWindowMs: 600_000,
  uploadBytes: 150_000_000,
  uploadWindowMs: 300_000,
  requestsAtOnce: 4,
}

/** The most that was used at any time, refused requests included; what a test asserts. */
export interface ThrottleUse {
  requestsInWindow: number
  uploadBytesInWindow: number
  requestsAtOnce: number
  refused: number
  readonly requestTimes: number[]
}

export interface Throttle {
  /** Counts a request or refuses it with 429. The answer is called when the request has ended. */
  enter(mailbox: string, bodyBytes: number): () => void
  use(mailbox: string): ThrottleUse
}

interface Account extends ThrottleUse {
  running: number
  readonly requests: SlidingWindow
  readonly bytes: SlidingWindow
}

export function createThrottle(now: () => number, limits: ThrottleLimits): Throttle {
  const accounts = new Map<string, Account>()
  return { use: accountOf, enter }

  function accountOf(mailbox: string): Account {
    const known = accounts.get(mailbox)
    if (known) return known
    const zero = { requestsInWindow: 0, uploadBytesInWindow: 0, requestsAtOnce: 0, refused: 0, running: 0 }
    const requests = createSlidingWindow(limits.requestsWindowMs)
    const account = { ...zero, requestTimes: [], requests, bytes: createSlidingWindow(limits.uploadWindowMs) }
    accounts.set(mailbox, account)
    return account
  }

  function enter(mailbox: string, bodyBytes: number): () => void {
    const account = accountOf(mailbox)
    const at = now()
    const requests = account.requests.add(1, at)
    const bytes = account.bytes.add(bodyBytes, at)
    account.requestTimes.push(at)
    account.requestsInWindow = Math.max(account.requestsInWindow, requests)
    account.uploadBytesInWindow = Math.max(account.uploadBytesInWindow, bytes)
    account.requestsAtOnce = Math.max(account.requestsAtOnce, account.running + 1)
    if (account.running + 1 > limits.requestsAtOnce) refuse(account, 'MailboxConcurrency', 1)
    if (requests > limits.requests) refuse(account, 'request', account.requests.secondsUntilFree(at))
    if (bytes > limits.uploadBytes) refuse(account, 'upload', account.bytes.secondsUntilFree(at))
    account.running += 1
    return () => {
      account.running -= 1
    }
  }

  function refuse(account: Account, limit: string, seconds: number): never {
    account.refused += 1
    throw new Refusal(429, 'ApplicationThrottled', `Application is over its ${limit} limit.`, {
      'Retry-After': String(seconds),
    })
  }
}

interface SlidingWindow {
  /** Counts so much more; what the window holds with it. */
  add(amount: number, at: number): number
  secondsUntilFree(at: number): number
}

/** A running sum: each amount is added once and taken away once. */
function createSlidingWindow(windowMs: number): SlidingWindow {
  let counted: { readonly at: number; readonly amount: number }[] = []
  let first = 0
  let sum = 0
  return {
    add: (amount, at) => {
      counted.push({ at, amount })
      sum += amount
      for (; counted[first]!.at <= at - windowMs; first++) sum -= counted[first]!.amount
      if (first > 1_000 && first > counted.length / 2) {
        counted = counted.slice(first)
        first = 0
      }
      return sum
    },
    secondsUntilFree: (at) => Math.max(1, Math.ceil((counted[first]!.at + windowMs - at) / 1000)),
  }
}
