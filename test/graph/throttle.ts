/** Budgets of an application in a mailbox, as Outlook counts them: sliding windows, and requests at once. */
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

interface Counted {
  readonly at: number
  readonly amount: number
}

interface Account extends ThrottleUse {
  running: number
  readonly requests: Counted[]
  readonly bytes: Counted[]
}

export function createThrottle(now: () => number, limits: ThrottleLimits): Throttle {
  const accounts = new Map<string, Account>()
  return { use: accountOf, enter }

  function accountOf(mailbox: string): Account {
    const known = accounts.get(mailbox)
    if (known) return known
    const zero = { requestsInWindow: 0, uploadBytesInWindow: 0, requestsAtOnce: 0, refused: 0, running: 0 }
    const account = { ...zero, requestTimes: [], requests: [], bytes: [] }
    accounts.set(mailbox, account)
    return account
  }

  function enter(mailbox: string, bodyBytes: number): () => void {
    const account = accountOf(mailbox)
    const at = now()
    const requests = count(account.requests, 1, at, limits.requestsWindowMs)
    const bytes = count(account.bytes, bodyBytes, at, limits.uploadWindowMs)
    account.requestTimes.push(at)
    account.requestsInWindow = Math.max(account.requestsInWindow, requests)
    account.uploadBytesInWindow = Math.max(account.uploadBytesInWindow, bytes)
    account.requestsAtOnce = Math.max(account.requestsAtOnce, account.running + 1)
    if (account.running + 1 > limits.requestsAtOnce) refuse(account, 'MailboxConcurrency', 1)
    if (requests > limits.requests)
      refuse(account, 'request', secondsUntilFree(account.requests, limits.requestsWindowMs))
    if (bytes > limits.uploadBytes)
      refuse(account, 'upload', secondsUntilFree(account.bytes, limits.uploadWindowMs))
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

  function secondsUntilFree(counted: readonly Counted[], windowMs: number): number {
    return Math.max(1, Math.ceil((counted[0]!.at + windowMs - now()) / 1000))
  }
}

function count(counted: Counted[], amount: number, at: number, windowMs: number): number {
  counted.push({ at, amount })
  while (counted[0]!.at <= at - windowMs) counted.shift()
  return counted.reduce((sum, one) => sum + one.amount, 0)
}
