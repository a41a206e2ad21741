import { describe, expect, it } from 'vitest'
import { indexParts, nameWords } from './index-parts.ts'

const nothing = { subjectPrefix: '', text: '', subjectTextLength: 0, extra: [], attachmentNames: [] }

/** Lexeme → positions of one part, as PostgreSQL reads it. */
function read(part: string): Map<string, number[]> {
  const lexemes = new Map<string, number[]>()
  for (const entry of part.split(' ').filter((text) => text !== '')) {
    const [lexeme, places] = entry.split(':') as [string, string]
    const positions = places.split(',').map((place) => Number.parseInt(place, 10))
    lexemes.set(lexeme, [...(lexemes.get(lexeme) ?? []), ...positions])
  }
  return lexemes
}

function hasPhrase(part: string, words: readonly string[]): boolean {
  const lexemes = read(part)
  const first = lexemes.get(words[0]!) ?? []
  return first.some((at) => words.every((word, i) => lexemes.get(word)?.includes(at + i) === true))
}

describe('indexParts', () => {
  it('marks words of the subject A, of attachment names B', () => {
    const parts = indexParts({
      subjectPrefix: 'WhatsApp · Deal team:',
      text: 'Move the call today',
      subjectTextLength: 8,
      extra: ['Yes'],
      attachmentNames: ['Q3 plan.pdf'],
    })
    expect(parts).toEqual([
      'whatsapp:1A deal:2A team:3A move:68A the:69A call:70 today:71 yes:136 q3:201B plan:202B pdf:203B',
    ])
  })

  it('finds the end of the subject in a text that changes its length when folded', () => {
    const [part] = indexParts({ ...nothing, text: '…ﬁn 帳戶 later', subjectTextLength: 6 })
    expect(part).toBe('fin:1A 账户:2A 户:3A later:4')
  })

  it('answers one empty part for a message without words', () => {
    expect(indexParts(nothing)).toEqual([''])
  })

  it('keeps every limit of a tsvector, and every phrase of 64 words whole in one part', () => {
    const words = Array.from({ length: 40_000 }, (_, i) => `w${(i * 7919) % 30_011}`)
    const parts = indexParts({ ...nothing, text: words.join(' ') })
    expect(parts.length).toBeGreaterThan(2)
    for (const part of parts) {
      for (const positions of read(part).values()) {
        expect(positions.length).toBeLessThanOrEqual(255)
        expect(Math.min(...positions)).toBeGreaterThanOrEqual(1)
        expect(Math.max(...positions)).toBeLessThanOrEqual(16_383)
      }
    }
    for (let at = 0; at + 64 <= words.length; at += 997) {
      const phrase = words.slice(at, at + 64)
      expect(parts.some((part) => hasPhrase(part, phrase))).toBe(true)
    }
  })

  it('finds the word after 10,000 repeats of another', () => {
    const parts = indexParts({ ...nothing, text: `${'echo '.repeat(10_000)}transfer tonight` })
    expect(parts.some((part) => hasPhrase(part, ['echo', 'transfer', 'tonight']))).toBe(true)
  })

  it('finds a phrase at the start and at the end of 1 MB of Chinese', () => {
    const middle = Array.from({ length: 330_000 }, (_, i) =>
      String.fromCharCode(0x4e00 + ((i * 7919) % 5000)),
    )
    const parts = indexParts({ ...nothing, text: `内幕消息${middle.join('')}聊天记录` })
    expect(hasPhrase(parts[0]!, ['内幕', '幕消', '消息'])).toBe(true)
    expect(hasPhrase(parts.at(-1)!, ['聊天', '天记', '记录', '录'])).toBe(true)
  })

  it('gives the words of a person', () => {
    expect(nameWords(['Ana Lópes', '+447700900123'])).toBe('ana:1 lopes:2 447700900123:67')
  })
})
