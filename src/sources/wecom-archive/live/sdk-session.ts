/** The session archive as a pull wants it: pages, opened messages and media, each asked for as often as is worth it. */
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../domain/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type ChatRow, readChatPage } from './chat-page.ts'
import { createPacer } from './pacer.ts'
import { returnCodeError, returnCodeOf } from './return-codes.ts'
import type { SdkClient } from './sdk-client.ts'
import type { MediaAnswer, OpenedMessage, SealedMessage } from './sdk-protocol.ts'

export interface SdkSession {
  /** Up to `rowsMax` rows after `seq`. Throws AppError. */
  page(after: bigint, rowsMax?: number): Promise<readonly ChatRow[]>
  /** Throws only what has nothing to do with the messages. */
  open(sealed: readonly SealedMessage[], during: string): Promise<readonly OpenedMessage[]>
  /** The chunk that begins at `index` (empty: the first). Throws AppError; `media-lost` where there is no hope. */
  chunk(fileId: string, index: string): Promise<MediaAnswer>
}

/** How often something is tried, and how long the first wait is; each next one is twice as long. */
export interface Patience {
  readonly attempts: number
  readonly firstWaitMs: number
}

/** The most the library takes. */
export const rowsPerPageMax = 1_000
export const patienceDefault: Patience = { attempts: 4, firstWaitMs: 500 }

const timeoutSeconds = 30
const deadlineMs = 2 * timeoutSeconds * 1000
/** A page of messages is decrypted on this machine; slow ones take a millisecond each. */
const openDeadlineMs = 120_000
const callsPerMinuteMax = 600

export function createSdkSession(
  client: SdkClient,
  clock: Clock,
  signal: AbortSignal,
  patience: Patience = patienceDefault,
): SdkSession {
  const pace = createPacer(clock, callsPerMinuteMax)
  const wait = (attempt: number) =>
    delay(patience.firstWaitMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => {})

  /** Asks until the answer is good or another attempt would be useless; `read` gives the code of a bad answer. */
  const insist = async <Good>(what: string, once: () => Promise<{ good: Good } | Bad>): Promise<Good> => {
    for (let attempt = 1; ; attempt++) {
      const found = await once()
      if ('good' in found) return found.good
      const { action } = returnCodeOf(found.code)
      const useless = action === 'refuse' || action === 'lost'
      if (useless || attempt >= patience.attempts) throw returnCodeError(found.code, what, found.said)
      if (action === 'restart') client.renew()
      await wait(attempt)
    }
  }

  const page: SdkSession['page'] = (after, rowsMax = rowsPerPageMax) =>
    insist(`messages after seq ${after} were pulled`, async () => {
      await pace(signal)
      const during = `messages after seq ${after} were pulled`
      const request = { op: 'chat', after: String(after), limit: rowsMax, timeoutSeconds } as const
      const asked = await client.ask(request, { during, attempts: 3, deadlineMs })
      if ('crashed' in asked) throw crashedError(during)
      if (asked.answer.code !== 0) return { code: asked.answer.code, said: '' }
      const read = readChatPage(asked.answer.content)
      if ('rows' in read) return { good: read.rows }
      return 'problem' in read ? { code: 10002, said: read.problem } : read
    })

  const openOnce = async (sealed: readonly SealedMessage[], during: string) => {
    const asked = await client.ask(
      { op: 'open', sealed },
      { during, attempts: 1, deadlineMs: openDeadlineMs },
    )
    if ('answer' in asked) return asked.answer
    const opened: OpenedMessage[] = []
    for (const one of sealed) {
      const alone = await client.ask(
        { op: 'open', sealed: [one] },
        { during, attempts: 2, deadlineMs: openDeadlineMs },
      )
      opened.push('answer' in alone ? alone.answer[0]! : { problem: 'crashed' })
    }
    return opened
  }

  const open: SdkSession['open'] = async (sealed, during) => {
    const opened = [...(await openOnce(sealed, during))]
    for (let attempt = 1; attempt < patience.attempts; attempt++) {
      const again = opened.flatMap((one, index) => (isWorthAnother(one) ? [index] : []))
      if (again.length === 0) break
      await wait(attempt)
      const anew = await openOnce(
        again.map((index) => sealed[index]!),
        during,
      )
      for (const [place, index] of again.entries()) opened[index] = anew[place]!
    }
    return opened
  }

  const chunk: SdkSession['chunk'] = (fileId, index) => {
    const at = index === '' ? 'its beginning' : index
    const what = `a file was fetched from ${at}`
    return insist(what, async () => {
      const request = { op: 'media', fileId, index, timeoutSeconds } as const
      const asked = await client.ask(request, { during: what, attempts: 3, deadlineMs })
      if ('crashed' in asked) throw fatalFile(at)
      const { code } = asked.answer
      return code === 0 ? { good: asked.answer } : { code, said: '' }
    })
  }
  return { page, open, chunk }
}

type Bad = { readonly code: number; readonly said: string }

function isWorthAnother(opened: OpenedMessage): boolean {
  if (!('problem' in opened) || opened.problem !== 'refused') return false
  const { action } = returnCodeOf(opened.code)
  return action === 'retry' || action === 'restart'
}

function crashedError(during: string): AppError {
  return new AppError(
    'vendor-unreachable',
    `The WeCom library died each time ${during}. It is tried again by itself; if it goes on, install another version of the library.`,
  )
}

function fatalFile(at: string): AppError {
  return new AppError(
    'media-lost',
    `The WeCom library died each time a file was fetched from ${at}; it is given up.`,
  )
}
