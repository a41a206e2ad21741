import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { queryTokens } from '../domain/text/query-tokens.ts'
import { snippetOf } from './snippet.ts'

describe('snippetOf', () => {
  it('shows the surroundings of the first hit, with every hit in them', () => {
    const text = `${'blah '.repeat(100)}the unwind of\nthe position ${'blah '.repeat(100)}`
    const { snippet, highlights } = snippetOf(text, [queryTokens('unwind'), queryTokens('position')])
    expect(snippet).toMatch(/^….*the unwind of the position .*…$/)
    expect(highlights.map(({ start, end }) => snippet.slice(start, end))).toEqual(['unwind', 'position'])
  })

  it('shows the beginning where nothing is to be highlighted', () => {
    expect(snippetOf('short\ttext', [])).toEqual({ snippet: 'short text', highlights: [] })
  })

  it('highlights inside itself and never cuts a character', () => {
    const words = fc.array(fc.constantFrom('call', '👍🏽', '内幕', 'x', '\n', 'café'), { maxLength: 200 })
    fc.assert(
      fc.property(words, (parts) => {
        const { snippet, highlights } = snippetOf(parts.join(' '), [queryTokens('内幕'), queryTokens('cafe')])
        expect(snippet.isWellFormed()).toBe(true)
        for (const { start, end } of highlights) {
          expect(start).toBeLessThan(end)
          expect(end).toBeLessThanOrEqual(snippet.length)
        }
      }),
    )
  })
})
