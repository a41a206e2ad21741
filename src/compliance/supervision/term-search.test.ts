import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical, canonicalTerm, canonicalWithPlaces, isWordUnit } from './canonical.ts'
import { createTermSearch } from './term-search.ts'

function found(terms: readonly string[], text: string): [term: string, hit: string][] {
  const hits: [string, string][] = []
  const search = createTermSearch(terms)
  const { units, length } = canonical(text)
  search.scan(units, length, (term, start, end) => {
    const { starts, ends } = canonicalWithPlaces(text)
    hits.push([terms[term]!, text.slice(starts[start], ends[end - 1])])
  })
  return hits
}

describe('terms', () => {
  it.each([
    ['wire me', 'Please WIRE   me', 'WIRE   me'],
    ['wire me', 'ｗｉｒｅ－ｍｅ now', 'ｗｉｒｅ－ｍｅ'],
    ['don’t tell', "don't tell anyone", "don't tell"],
    ['ok', 'ok', 'ok'],
    ['加我微信', '快加 我 微 信吧', '加 我 微 信'],
    ['加我微信', '加我微信', '加我微信'],
    ['內幕消息', '有内幕消息', '内幕消息'],
    ['加我telegram', '加我Telegram聊', '加我Telegram'],
    ['merg*', 'the merger is on', 'merg'],
    ['café', 'CAFE', 'CAFE'],
    ['👍', 'fine👍', '👍'],
  ])('%s is found in %s', (term, text, hit) => {
    expect(found([term], text)).toEqual([[term, hit]])
  })

  it.each([
    ['wire', 'wireless'],
    ['wire', 'hotwire'],
    ['wire me', 'wire it to me'],
    ['内幕消息', '内幕。消息'],
    ['tol', 'told'],
  ])('%s is not found in %s', (term, text) => {
    expect(found([term], text)).toEqual([])
  })

  it('finds exactly what a slow, obvious search finds', () => {
    const letters = fc.stringMatching(/^[ab微信 .*-]{0,24}$/)
    const term = fc.stringMatching(/^[ab微信 ]{0,5}[ab微信][*]?$/)
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 12 }), letters, (terms, text) => {
        const search = createTermSearch(terms)
        const { units, length } = canonical(text)
        const hits: string[] = []
        search.scan(units, length, (...hit) => hits.push(hit.join()))
        expect(hits.sort()).toEqual(slowly(terms, canonicalTerm(text)).sort())
      }),
      { numRuns: 2_000 },
    )
  })
})

function slowly(terms: readonly string[], text: string): string[] {
  const hits: string[] = []
  for (const [number, term] of terms.entries()) {
    const open = term.endsWith('*')
    const wanted = canonicalTerm(open ? term.slice(0, -1) : term)
    for (let start = 0; start + wanted.length <= text.length; start++) {
      const end = start + wanted.length
      if (text.slice(start, end) !== wanted) continue
      const before = start > 0 && isWordUnit(text.charCodeAt(start - 1)) && isWordUnit(wanted.charCodeAt(0))
      const after =
        !open && end < text.length && isWordUnit(text.charCodeAt(end)) && isWordUnit(text.charCodeAt(end - 1))
      if (!before && !after) hits.push([number, start, end].join())
    }
  }
  return hits
}
