import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { explainQuery } from './explain.ts'
import { parseQuery } from './parse.ts'

const now = Date.parse('2026-03-18T12:00:00Z')

function explained(text: string, zone = 'UTC'): string {
  return explainQuery(parseQuery(text, { now, zone }))
}

function refusal(text: string): { message: string; details: unknown } {
  try {
    parseQuery(text, { now })
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-query') return error
    throw error
  }
  throw new Error(`${text} was not refused`)
}

describe('parseQuery', () => {
  it.each([
    ['', 'every item'],
    ['a1 b2 OR c3', '((“a1” and “b2”) or “c3”)'],
    ['a1 AND (b2 OR NOT c3)', '(“a1” and (“b2” or not “c3”))'],
    ['a1 or b2', '(“a1” and “or” and “b2”)'],
    ['a1 NEAR b2 NEAR(3) c3', '(“a1” within 8 words of “b2” and “b2” within 3 words of “c3”)'],
    ['a1 + b2 + c3', '(“a1” and (“b2” or “c3”))'],
    ['-subject:x1', 'not “x1” in the subject'],
    ['call-back', '“call-back”'],
    ['“smart quotes”', '“smart quotes”'],
    ['http://x.example/a', '“http://x.example/a”'],
    ['from：王伟', 'from “王伟”'],
    ['FROM=ann', 'from “ann”'],
    ['from:(ann OR "bo chen")', '(from “ann” or from “bo chen”)'],
    ['to: ann', '“ann”'],
    ['size:10..20', 'size from 10 to 20 bytes'],
    ['size<10', 'size to 9 bytes'],
    ['itemclass:ipm.externaldata*', 'item class ipm.externaldata…'],
    ['内*', '“内”'],
  ])('%s', (text, expected) => {
    expect(explained(text)).toBe(expected)
  })

  it.each([
    ['sent:2026-01-31', 'sent from 2026-01-31T00:00:00.000Z before 2026-02-01T00:00:00.000Z', 'UTC'],
    [
      'sent:2026-01-31',
      'sent from 2026-01-30T16:00:00.000Z before 2026-01-31T16:00:00.000Z',
      'Asia/Shanghai',
    ],
    [
      'sent:2026-03-29',
      'sent from 2026-03-29T00:00:00.000Z before 2026-03-29T23:00:00.000Z',
      'Europe/London',
    ],
    ['sent>2026-01-31', 'sent from 2026-02-01T00:00:00.000Z', 'UTC'],
    ['sent<=2026-01-31', 'sent before 2026-02-01T00:00:00.000Z', 'UTC'],
    [
      'sent:2026-01-01..2026-01-31',
      'sent from 2026-01-01T00:00:00.000Z before 2026-02-01T00:00:00.000Z',
      'UTC',
    ],
    ['sent:..2026-01-31', 'sent before 2026-02-01T00:00:00.000Z', 'UTC'],
    ['sent>=2026-01-31T09:30+08:00', 'sent from 2026-01-31T01:30:00.000Z', 'UTC'],
    ['sent:2026-01-31T09:30', 'sent from 2026-01-31T09:30:00.000Z before 2026-01-31T09:31:00.000Z', 'UTC'],
    ['sent:yesterday', 'sent from 2026-03-17T00:00:00.000Z before 2026-03-18T00:00:00.000Z', 'UTC'],
    ['sent:"this week"', 'sent from 2026-03-16T00:00:00.000Z before 2026-03-23T00:00:00.000Z', 'UTC'],
    ['sent:"last year"', 'sent from 2025-01-01T00:00:00.000Z before 2026-01-01T00:00:00.000Z', 'UTC'],
    [
      'received<>2026-01-01',
      'not received from 2026-01-01T00:00:00.000Z before 2026-01-02T00:00:00.000Z',
      'UTC',
    ],
  ])('%s is %s', (text, expected, zone) => {
    expect(explained(text, zone)).toBe(expected)
  })

  it.each<[string, RegExp, number, number]>([
    ['call "the', /never closed/, 5, 4],
    ['(call', /never closed/, 0, 1],
    ['call)', /closes none/, 4, 1],
    ['call AND', /ends where a word/, 8, 0],
    ['AND call', /not AND/, 0, 3],
    ['a1 OR OR b2', /not OR/, 6, 2],
    ['sender:ann', /no property "sender"; known are from, to/, 0, 7],
    ['subject>x1', /dates and sizes only/, 0, 8],
    ['sent:31/01/2026', /"31\/01\/2026" is not a date/, 5, 10],
    ['sent:2026-02-30', /is not a date/, 5, 10],
    ['size:big', /not a size/, 5, 3],
    ['kind:fax', /not a kind/, 5, 3],
    ['channel:sms', /not a channel/, 8, 3],
    ['hasattachment:maybe', /true or false/, 14, 5],
    ['a*', /at least two letters/, 0, 2],
    ['c*t', /end of a word/, 0, 3],
    ['!!', /holds no letter/, 0, 2],
    ['call NEAR(99) me', /1 to 50/, 5, 8],
    ['from:ann NEAR me', /between two words/, 9, 4],
    ['a1 OR mailbox:ann', /narrows the query/, 0, 0],
    ['from:(subject:x1)', /inside the values of from/, 6, 8],
    ['x'.repeat(10_001), /at most 10000 characters/, 10_000, 1],
    [`${'('.repeat(101)}x1`, /more than 100 deep/, 100, 1],
  ])('refuses %s and says where', (text, sentence, offset, length) => {
    const { message, details } = refusal(text)
    expect(message).toMatch(sentence)
    expect(details).toEqual({ offset, length })
  })

  it('refuses an unknown zone', () => {
    expect(() => explained('sent:today', 'Mars/Base')).toThrow(/not a time zone/)
  })

  it('notes what is probably not meant', () => {
    expect(parseQuery('a1 or b2', { now }).notes).toEqual([
      expect.stringMatching(/"or" is searched as a word/),
    ])
    expect(parseQuery('to: ann', { now }).notes).toEqual([expect.stringMatching(/A blank follows "to:"/)])
  })
})
