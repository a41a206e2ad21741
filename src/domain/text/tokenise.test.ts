import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokens } from './tokenise.ts'

function shown(text: string): string {
  return tokens(text)
    .map((token) => `${token.text}:${token.position}`)
    .join(' ')
}

describe('tokens', () => {
  it.each([
    ["Don't call me, Signal me", 'don:0 t:1 call:2 me:3 signal:4 me:5'],
    ['内幕消息', '内幕:0 幕消:1 消息:2 息:3'],
    ['消息：明天', '消息:0 息:1 明天:2 天:3'],
    ['看到120元ok', '看到:0 到:1 120:2 元:3 ok:4'],
    ['食べる', '食べ:0 べる:1 る:2'],
    ['한국어 말', '한국:0 국어:1 어:2 말:3'],
    ['𠮷野家', '𠮷野:0 野家:1 家:2'],
    ['ok👍🏽👍', 'ok:0 👍:1 👍:2'],
    ['你好[微笑]今晚', '你好:0 好:1 [微笑]:2 今晚:3 晚:4'],
    ['[Smile][合同]', '[smile]:0 合同:1 同:2'],
    ['on +447700900123.', 'on:0 447700900123:1'],
    ['(555) 0100', '555:0 0100:1 5550100:0'],
    ['2 of 3', '2:0 of:1 3:2'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })

  it('makes a number findable run together, whole and by its national part', () => {
    const texts = tokens('call +44 7700 900123').map((token) => token.text)
    expect(texts).toEqual(expect.arrayContaining(['44', '7700', '900123', '447700900123', '7700900123']))
  })

  it('keeps bracketed business words findable', () => {
    expect(tokens('[红包]恭喜').map((token) => token.text)).toContain('红包')
  })

  it('cuts a very long word into pieces in consecutive positions', () => {
    const pieces = tokens('x'.repeat(150))
    expect(pieces.map((piece) => [piece.text.length, piece.position])).toEqual([
      [64, 0],
      [64, 1],
      [22, 2],
    ])
  })

  it('never makes a token that would need quotes or could be taken for one of the catalogue', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const token of tokens(text)) {
          expect(token.text).toMatch(/^[^\s'\\:,=*<>&|!()\u0000]+$/u)
          expect(token.text.isWellFormed()).toBe(true)
        }
      }),
    )
  })
})
