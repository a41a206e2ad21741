/** Keeps a child with Tencent's library: starts it, starts it again when it dies, and tells of each time it did. */
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../domain/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import { returnCodeError } from './return-codes.ts'
import { type SdkChild, startSdkChild } from './sdk-child.ts'
import type { SdkAnswers, SdkRequest, SdkStart } from './sdk-protocol.ts'

export interface SdkCrash {
  readonly at: number
  /** Counts the crashes of this client. */
  readonly number: number
  /** What was asked of it, with the place: `pulling after seq 195`. */
  readonly during: string
  /** `died of SIGSEGV` */
  readonly how: string
}

/** `crashed`: it died of this each time it was tried, or has died too often to be tried. */
export type Asked<Answer> = { readonly answer: Answer } | { readonly crashed: 'each-time' | 'too-often' }

export interface SdkClientOptions {
  readonly start: SdkStart
  readonly folder: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Resolves when it is remembered. */
  onCrash(crash: SdkCrash): Promise<void>
  /** How long before it is started again, the first time; doubles. */
  readonly restartMs?: number
}

export interface SdkClient {
  /**
   * One request after the other, so that a crash names its cause. Throws AppError: Init refused, the library cannot be
   * loaded, the route is stopped.
   */
  ask<Request extends SdkRequest>(
    request: Request,
    terms: { readonly during: string; readonly attempts: number; readonly deadlineMs: number },
  ): Promise<Asked<SdkAnswers[Request['op']]>>
  /** Makes the library ready anew before the next request. */
  renew(): void
  end(): void
}

const startDeadlineMs = 60_000
/** WeCom's own session with a library lasts two hours. */
const renewMs = 2 * 60 * 60 * 1000
/** A child that nobody asks for so long is ended. */
const idleMs = 2 * 60 * 1000
const crashesPerHourMax = 100
const hourMs = 60 * 60 * 1000
const restartMsMax = 5_000

export function createSdkClient(options: SdkClientOptions): SdkClient {
  const { clock, signal } = options
  let running: { readonly child: SdkChild; readyUntil: number } | undefined
  let idle: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let crashes = 0
  let recent: readonly number[] = []
  const end = () => {
    clearTimeout(idle)
    running?.child.end()
    running = undefined
  }
  signal.addEventListener('abort', end, { once: true })

  const noteCrash = async (during: string, how: string) => {
    running = undefined
    if (signal.aborted) throw interrupted()
    crashes += 1
    const crash = { at: clock.now(), number: crashes, during, how }
    recent = [...recent.filter((at) => crash.at - at < hourMs), crash.at]
    await options.onCrash(crash)
  }
  const restLater = () => {
    clearTimeout(idle)
    idle = setTimeout(end, idleMs).unref()
  }
  /** Null when it died of being started. */
  const ready = async (during: string): Promise<SdkChild | null> => {
    if (running !== undefined && clock.now() < running.readyUntil) return running.child
    const child = running?.child ?? startSdkChild(options.folder)
    running = { child, readyUntil: clock.now() + renewMs }
    const started = await child.ask({ op: 'start', start: options.start }, startDeadlineMs)
    if ('answer' in started && started.answer.code === 0) return child
    if ('ended' in started) {
      await noteCrash(during, `${started.ended} while it was started`)
      return null
    }
    end()
    if ('failure' in started) throw notLoaded(options.start.library, started.failure)
    throw returnCodeError(started.answer.code, 'the session archive was opened')
  }
  const askNow: SdkClient['ask'] = async (request, { during, attempts, deadlineMs }) => {
    clearTimeout(idle)
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (signal.aborted) throw interrupted()
      if (recent.filter((at) => clock.now() - at < hourMs).length >= crashesPerHourMax)
        return { crashed: 'too-often' }
      const child = await ready(during)
      const outcome = child === null ? undefined : await child.ask(request, deadlineMs)
      if (outcome !== undefined && 'answer' in outcome) {
        restLater()
        return outcome
      }
      if (outcome !== undefined && 'failure' in outcome) throw notAnswered(during, outcome.failure)
      if (outcome !== undefined) await noteCrash(during, outcome.ended)
      await delay(Math.min((options.restartMs ?? 250) * 2 ** (attempt - 1), restartMsMax), undefined, {
        signal,
      }).catch(() => {})
    }
    return { crashed: 'each-time' }
  }
  return {
    ask(request, terms) {
      const asked = last.then(() => askNow(request, terms))
      last = asked.catch(() => {})
      return asked
    },
    renew() {
      if (running !== undefined) running.readyUntil = 0
    },
    end,
  }
}

function interrupted(): AppError {
  return new AppError(
    'interrupted',
    'The route was stopped while WeCom was being asked. It goes on where it was.',
  )
}

function notLoaded(library: string, failure: string): AppError {
  return new AppError(
    'bad-settings',
    `The library ${library} cannot be loaded: ${failure}. Install Tencent's libWeWorkFinanceSdk_C.so for this processor (version 3 on systems with OpenSSL 3, glibc only), and check its path in the route.`,
  )
}

function notAnswered(during: string, failure: string): AppError {
  return new AppError('vendor-unreachable', `The WeCom library failed when ${during}: ${failure}.`)
}
