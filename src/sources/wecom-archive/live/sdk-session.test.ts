import { describe, expect, test } from 'vitest'
import { isAppError } from '../../../domain/errors.ts'
import { createPacer } from './pacer.ts'
import { returnCodeError, returnCodeOf } from './return-codes.ts'
import type { SdkClient } from './sdk-client.ts'
import type { OpenedMessage, SdkRequest } from './sdk-protocol.ts'
import { createSdkSession } from './sdk-session.ts'

const patience = { attempts: 4, firstWaitMs: 1 }
const clock = { now: () => 1_772_415_000_000 }
const emptyPage = Buffer.from('{"errcode":0,"errmsg":"ok","chatdata":[]}')

/** A library that does as it is told: each request takes the next of its answers, the last one for ever. */
function library(answers: readonly unknown[]) {
  const asked: SdkRequest[] = []
  const renewals: number[] = []
  const client: SdkClient = {
    async ask(request) {
      const answer = answers[Math.min(asked.length, answers.length - 1)]
      asked.push(request)
      if (typeof answer === 'function') return (answer as (request: SdkRequest) => never)(request)
      return answer as never
    },
    renew: () => void renewals.push(asked.length),
    end() {},
  }
  return { asked, renewals, session: createSdkSession(client, clock, new AbortController().signal, patience) }
}

const chat = (code: number, content: Uint8Array = emptyPage) => ({ answer: { code, content } })
const failure = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('return codes', () => {
  const codes = [
    [10000, 'bad-settings', 1],
    [10001, 'vendor-unreachable', 4],
    [10002, 'vendor-unreachable', 4],
    [10003, 'vendor-unreachable', 4],
    [10004, 'vendor-refused', 1],
    [10005, 'media-lost', 1],
    [10006, 'vendor-unreachable', 4],
    [10007, 'vendor-refused', 1],
    [10008, 'vendor-unreachable', 4],
    [10009, 'vendor-refused', 1],
    [10010, 'media-lost', 1],
    [10011, 'vendor-refused', 1],
    [12345, 'vendor-refused', 1],
  ] as const

  test.each(codes)('%i is %s after %i attempts', async (code, error, attempts) => {
    const { asked, session } = library([chat(code)])
    const thrown = await failure(session.page(7n))
    expect(isAppError(thrown, error), String(thrown)).toBe(true)
    expect(String(thrown)).toMatch(new RegExp(`seq 7 .*${code}.*\\.$`))
    expect(asked).toHaveLength(attempts)
  })

  test.each([301042, 301048, 301052, 301053])('%i of the service is not asked for again', async (code) => {
    const content = Buffer.from(
      JSON.stringify({ errcode: code, errmsg: 'no, hint: [1], from ip: 203.0.113.7, more info at x' }),
    )
    const { asked, session } = library([chat(0, content)])
    const thrown = await failure(session.page(7n))
    expect(String(thrown)).toContain('203.0.113.7')
    expect(asked).toHaveLength(1)
  })

  test('every code has a meaning and a remedy', () => {
    for (const [code] of codes) {
      const { meaning, remedy } = returnCodeOf(code)
      expect(meaning.length).toBeGreaterThan(10)
      expect(remedy.length).toBeGreaterThan(10)
      expect(returnCodeError(code, 'something was tried').message).toMatch(/^WeCom did not answer when .*\.$/)
    }
  })

  test('the library is made ready anew after a failure of the network', async () => {
    const { renewals, session } = library([chat(10001), chat(0)])
    expect(await session.page(0n)).toEqual([])
    expect(renewals).toEqual([1])
  })

  test('a page that was cut off is asked for again', async () => {
    const { asked, session } = library([chat(0, emptyPage.subarray(0, 20)), chat(0)])
    expect(await session.page(0n)).toEqual([])
    expect(asked).toHaveLength(2)
  })

  test('a library that dies each time is an error with a remedy', async () => {
    const { session } = library([{ crashed: 'each-time' }])
    expect(isAppError(await failure(session.page(0n)), 'vendor-unreachable')).toBe(true)
    expect(isAppError(await failure(session.chunk('f', '')), 'media-lost')).toBe(true)
  })
})

describe('opening messages', () => {
  const sealed = ['a', 'b', 'c'].map((message) => ({ keyVersion: '1', randomKey: 'k', message }))
  const read = (opened: readonly OpenedMessage[]) =>
    opened.map((one) => ('bytes' in one ? Buffer.from(one.bytes).toString() : one.problem))
  const bytes = (request: SdkRequest) =>
    request.op === 'open' ? request.sealed.map(({ message }) => ({ bytes: Buffer.from(message) })) : []

  test('only those that failed are tried again', async () => {
    const refusedOnce = {
      answer: [{ bytes: Buffer.from('a') }, { problem: 'refused', code: 10008 }, { bytes: Buffer.from('c') }],
    }
    const { asked, session } = library([refusedOnce, (request: SdkRequest) => ({ answer: bytes(request) })])
    expect(read(await session.open(sealed, 'x'))).toEqual(['a', 'b', 'c'])
    expect(asked[1]).toMatchObject({ sealed: [{ message: 'b' }] })
  })

  test('one that never opens keeps its return code', async () => {
    const { asked, session } = library([{ answer: [{ problem: 'refused', code: 10006 }] }])
    expect(await session.open(sealed.slice(0, 1), 'x')).toEqual([{ problem: 'refused', code: 10006 }])
    expect(asked).toHaveLength(4)
  })

  test('a missing key is not tried again', async () => {
    const { asked, session } = library([{ answer: [{ problem: 'key-missing' }] }])
    expect(read(await session.open(sealed.slice(0, 1), 'x'))).toEqual(['key-missing'])
    expect(asked).toHaveLength(1)
  })

  test('after a crash each is opened alone, and the one that causes it is told', async () => {
    const poison = (request: SdkRequest) =>
      request.op === 'open' && request.sealed.some(({ message }) => message === 'b')
        ? { crashed: 'each-time' }
        : { answer: bytes(request) }
    const { session } = library([poison])
    expect(read(await session.open(sealed, 'x'))).toEqual(['a', 'crashed', 'c'])
  })
})

describe('the pace', () => {
  test('lets 600 calls through, and the next one when the first is a minute old', async () => {
    const times = { now: 0 }
    const pace = createPacer({ now: () => times.now }, 600)
    const signal = new AbortController()
    for (let call = 0; call < 600; call++) await pace(signal.signal)
    const next = pace(signal.signal).then(() => 'through')
    expect(await Promise.race([next, new Promise((resolve) => setImmediate(() => resolve('waits')))])).toBe(
      'waits',
    )
    signal.abort()
    expect(await next).toBe('through')
    times.now = 60_000
    await pace(new AbortController().signal)
  })
})
