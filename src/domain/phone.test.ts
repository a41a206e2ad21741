import { describe, expect, it } from 'vitest'
import { normalisePhone, phoneDigits, phoneMatchKey } from './phone.ts'

describe('phone numbers', () => {
  it.each([
    '+447700900123',
    '+44 7700 900123',
    '+44 (0) 7700-900123',
    '447700900123',
    '44 7700 900 123',
    '0044 7700 900123',
    '＋４４７７００９００１２３',
    '\u202a+44\u00a07700\u202f900123\u202c',
    '+٤٤ ٧٧٠٠ ٩٠٠١٢٣',
    '+44‑7700–900123',
  ])('are one number however they are written: %s', (text) => {
    expect(normalisePhone(text)).toBe('+447700900123')
  })

  it('of a country are read with that country in mind', () => {
    expect(normalisePhone('07700 900123', 'GB')).toBe('+447700900123')
    expect(normalisePhone('447700900123', 'GB')).toBe('+447700900123')
    expect(normalisePhone('139 0000 0000', 'CN')).toBe('+8613900000000')
    expect(normalisePhone('+1 212 555 0100', 'GB')).toBe('+12125550100')
  })

  it.each([
    '',
    '+',
    '12',
    '07700 900123',
    'Ada',
    '+44 7700 900123 ext 4',
    '4.477E+11',
    '+447700900123/+12125550100',
  ])('are not guessed: %s', (text) => {
    expect(normalisePhone(text)).toBeNull()
  })

  it('give their digits', () => {
    expect(phoneDigits('+447700900123')).toBe('447700900123')
  })

  it('match across the forms WhatsApp keeps from before a country changed its numbering', () => {
    // Area codes that do not exist, since these countries reserve no numbers for examples.
    const same = [
      ['+5210000000000', '+520000000000'],
      ['+5490000000000', '+540000000000'],
      ['+5500900000000', '+550000000000'],
    ] as const
    for (const [old, now] of same) expect(phoneMatchKey(old)).toBe(phoneMatchKey(now))
    expect(phoneMatchKey('+447700900123')).toBe('+447700900123')
    expect(normalisePhone('521 00 0000 0000')).toBe('+5210000000000')
  })
})
