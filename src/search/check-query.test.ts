import { describe, expect, it } from 'vitest'
import { checkQuery } from './check-query.ts'
import { type Condition, keyqlOf } from './conditions.ts'
import { parseQuery } from './parse.ts'

const now = Date.UTC(2026, 2, 17, 12)
const check = (query: string) => checkQuery(query, { now })

describe('the check of a query', () => {
  it.each([
    ['“price list”', 'smart-quote', '"price list"'],
    ['gold and silver', 'lower-case-operator', 'gold AND silver'],
    ['gold not (silver or tin)', 'lower-case-operator', 'gold NOT (silver OR tin)'],
    ['go\u200bld', 'hidden-character', 'gold'],
    ['gold\u00a0fix', 'hidden-character', 'gold fix'],
    ['\u202egold', 'hidden-character', 'gold'],
    ['from: ana', 'space-after-colon', 'from:ana'],
    ['subject：内幕', 'full-width', 'subject:内幕'],
    ['（内幕 OR 消息）', 'full-width', '(内幕 OR 消息)'],
  ])('finds the slip in %s and mends it', (query, kind, mended) => {
    const { slips, suggestion } = check(query)
    expect(slips.map((slip) => slip.kind)).toContain(kind)
    expect(suggestion).toBe(mended)
    for (const { at, length, found } of slips) expect(query.slice(at, at + length)).toBe(found)
    expect(check(mended).slips).toEqual([])
  })

  it.each([
    'gold AND silver',
    '"bread and butter"',
    'the 👨‍👩‍👧 photo',
    'https://firm.example/a:b',
    'subject:"a: b"',
    'sand orchard nothing',
    '',
  ])('finds none in %s', (query) => {
    expect(check(query)).toMatchObject({ slips: [], suggestion: null, error: null })
  })

  it('says where an error is, and how a right query is understood', () => {
    expect(check('gold (silver').error).toMatchObject({ at: 5, length: 1 })
    expect(check('gold OR silver').explanation).toBe('(“gold” or “silver”)')
  })
})

describe('rows of the form', () => {
  const rows: readonly Condition[] = [
    { property: 'from', values: ['Ana Lopes', 'bo'], not: false },
    { property: 'conversation', values: ['lunch'], not: true },
    { property: 'sent', from: '2026-01-01', to: '2026-03-31' },
    { property: 'received', from: null, to: null },
    { property: 'kind', values: ['text', 'voice'], not: false },
    { property: 'channel', values: ['wecom'], not: false },
    { property: 'hasattachment', value: true },
    { property: 'size', min: 100, max: null },
  ]

  it('become KeyQL that people can read, and that says the same', () => {
    expect(keyqlOf('gold OR silver', rows)).toBe(
      '(gold OR silver) AND from:("Ana Lopes" OR "bo") AND NOT conversation:"lunch" AND ' +
        'sent:2026-01-01..2026-03-31 AND kind:("text" OR "voice") AND channel:"wecom" AND ' +
        'hasattachment:true AND size:100..',
    )
    expect(parseQuery(keyqlOf('', rows), { now }).root).toMatchObject({ type: 'and' })
  })

  it('cannot be broken out of', () => {
    const keyql = keyqlOf('', [{ property: 'subject', values: ['x" OR "y', '“) OR (”'], not: false }])
    expect(parseQuery(keyql, { now }).root).toMatchObject({
      type: 'or',
      nodes: [
        { field: 'subject', shown: 'x  OR  y' },
        { field: 'subject', shown: ') OR (' },
      ],
    })
  })

  it('leave mailbox: where it narrows the whole', () => {
    const query = parseQuery(keyqlOf('mailbox:ana gold', [{ property: 'hasattachment', value: false }]), {
      now,
    })
    expect(query.mailboxes).toHaveLength(1)
    expect(query.root).toMatchObject({ type: 'and', nodes: [{ shown: 'gold' }, { type: 'hasattachment' }] })
  })
})
