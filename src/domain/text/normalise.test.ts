import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalise, normaliseWithOffsets } from './normalise.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 40 })

describe('normalise', () => {
  it.each([
    ['ＵＳＤＴ１２０', 'usdt120'],
    ['這個內幕消息', '这个内幕消息'],
    ['聊天紀錄、帳戶、頭髮', '聊天记录、账户、头发'],
    ['Café Ångström ΣΊΣΥΦΟΣ', 'cafe angstrom σισυφοσ'],
    ['cafe\u0301', 'cafe'],
    ['и\u0306ё', 'йе'],
    ['sig\u200bnal\u00ad', 'signal'],
    ['か\u3099 ﾊﾟｿｺﾝ', 'が パソコン'],
    ['👍🏽❤️', '👍❤'],
    ['٣٤ ४५ ๖', '34 45 6'],
    ['+44\u00a07700–900123', '+44 7700-900123'],
    ['𝐒𝐢𝐠𝐧𝐚𝐥', 'signal'],
    ['\ud800x\udc00', ' x '],
  ])('%s is compared as %s', (text, folded) => {
    expect(normalise(text)).toBe(folded)
  })

  it('folds what is folded to itself', () => {
    fc.assert(fc.property(anyText, (text) => normalise(normalise(text)) === normalise(text)))
  })

  it('gives the same text with and without offsets', () => {
    fc.assert(fc.property(anyText, (text) => normaliseWithOffsets(text).text === normalise(text)))
  })

  it('leads every folded character back to the one it came from', () => {
    const { text, offsets } = normaliseWithOffsets('…ﬁ e\u0301帳')
    expect(text).toBe('...fi e账')
    expect([...offsets]).toEqual([0, 0, 0, 1, 1, 2, 3, 5, 6])
  })
})
