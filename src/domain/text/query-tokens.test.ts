import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findPhrases, holdsPhrase } from './find-phrases.ts'
import { queryTokens, tsqueryOf } from './query-tokens.ts'

function found(text: string, query: string, prefix = false): boolean {
  return holdsPhrase(text, queryTokens(query, { prefix }))
}

function shown(query: string, prefix = false): string {
  return queryTokens(query, { prefix })
    .map((phrase) => tsqueryOf(phrase))
    .join(' | ')
}

const han = fc.string({
  unit: fc.constantFrom(...'内幕消息聊天记录帳戶紀錄别發𠮷かなカ한국ที่สุด，。 '),
  maxLength: 30,
})
const words = fc.array(
  fc.constantFrom('call', 'me', 'Signal', '120', '7700', '900123', '不要', '微信', 'é'),
  {
    minLength: 1,
    maxLength: 12,
  },
)

describe('queryTokens', () => {
  it.each([
    ['内幕消息', "('内幕' <1> '幕消' <1> '消息')"],
    ['内幕', "'内幕'"],
    ['仓', "'仓':*"],
    ['合同.pdf', "('合同' <2> 'pdf')"],
    ['元 ok', "('元' <1> 'ok')"],
    ['元 好', "('元':* <1> '好':*)"],
    ['+44 7700 900123', "('44' <1> '7700' <1> '900123') | '447700900123'"],
    [
      'call 7700 900123 now',
      "('call' <1> '7700' <1> '900123' <1> 'now') | ('call' <1> '7700900123' <1> 'now')",
    ],
    ['[微笑]', "'[微笑]'"],
    ['?!', ''],
  ])('%s', (query, expected) => {
    expect(shown(query)).toBe(expected)
  })

  it('lets the last word go on', () => {
    expect(shown('quarterly rep', true)).toBe("('quarterly' <1> 'rep':*)")
    expect(shown('0100', true)).toBe("'0100':*")
  })

  it('finds every piece of a text without spaces', () => {
    fc.assert(
      fc.property(han, fc.nat(), fc.nat(), (text, from, length) => {
        // Pieces of the canonical text: Thai marks in another order than Unicode's are put right first.
        const characters = [...text.normalize('NFKC')]
        const start = characters.length === 0 ? 0 : from % characters.length
        const piece = characters.slice(start, start + 1 + (length % 6)).join('')
        fc.pre(queryTokens(piece).length > 0)
        expect(found(text, piece)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('finds every run of words, and numbers also run together', () => {
    fc.assert(
      fc.property(words, fc.nat(), fc.nat(), (text, from, length) => {
        const start = from % text.length
        const piece = text.slice(start, start + 1 + (length % 5))
        expect(found(text.join(' '), piece.join(' '))).toBe(true)
      }),
    )
    for (const written of ['+447700900123', '+44 7700 900123', '(44) 7700-900123', '+44 7700 900 123']) {
      expect(found(`ring ${written} now`, '447700900123')).toBe(true)
      expect(found(`ring ${written} now`, '+44 7700 900123')).toBe(true)
    }
  })

  it.each([
    ['内幕，消息', '内幕消息'],
    ['幕内消息', '内幕'],
    ['他对我微笑', '[微笑]'],
    ['你好[微笑]', '微笑'],
    ['call him, me', 'call me'],
    ['transferred', 'transfer'],
    ['回家扣门', '回扣'],
  ])('%s does not hold %s', (text, query) => {
    expect(found(text, query)).toBe(false)
  })

  it('has no false adjacency: a found piece stands in the text once separators are left out', () => {
    const squeeze = (text: string) => text.replace(/[，。 ]/gu, '')
    fc.assert(
      fc.property(han, han, (text, piece) => {
        const plain = squeeze(piece)
        fc.pre(plain !== '')
        if (found(text, plain)) expect(queryTokens(squeeze(text))[0]).toBeDefined()
        expect(found(text, plain)).toBe(
          text.split(/[，。 ]/u).some((run) => holdsPhrase(run, queryTokens(plain))),
        )
      }),
    )
  })
})

describe('findPhrases', () => {
  it('marks hits in the original text, accents, forms and all', () => {
    const text = 'Le Cafe\u0301… 這個內幕消息 ＵＳＤＴ'
    const marked = findPhrases(text, [
      queryTokens('café'),
      queryTokens('内幕'),
      queryTokens('usd', { prefix: true }),
    ])
    expect(marked.map(({ start, end }) => text.slice(start, end))).toEqual(['Cafe\u0301', '內幕', 'ＵＳＤＴ'])
  })

  it('marks one character of a pair for a one-character query, and unites what touches', () => {
    const text = '老鼠仓位'
    expect(findPhrases(text, [queryTokens('仓')])).toEqual([{ start: 2, end: 3 }])
    expect(findPhrases(text, [queryTokens('老鼠'), queryTokens('鼠仓')])).toEqual([{ start: 0, end: 3 }])
  })
})

interface Evaluation {
  readonly messages: readonly { readonly id: number; readonly t: string }[]
  readonly queries: readonly { readonly q: string; readonly relevant: readonly number[] }[]
}

function evaluate({ messages, queries }: Evaluation): { recall: number; precision: number } {
  let relevant = 0
  let answered = 0
  let right = 0
  for (const { q, relevant: wanted } of queries) {
    const hits = messages.filter((message) => found(message.t, q)).map((message) => message.id)
    relevant += wanted.length
    answered += hits.length
    right += hits.filter((id) => wanted.includes(id)).length
  }
  return { recall: right / relevant, precision: right / answered }
}

describe('Chinese chat lines', () => {
  const lines = [
    '账本别给审计看',
    '帳本放在我家',
    '流水账记一下',
    '把紀要刪了',
    '会议纪要发群里',
    '年底分红[红包]',
    '我的錢包丟了',
    '公司红线不能碰',
    '老周说这单归他',
    '每週一開會',
    '妳先別說',
    '代持股份的事',
    '股份代持協議',
    '他代我持有车位',
  ]
  const messages = lines.map((t, id) => ({ id, t }))
  const queries = [
    { q: '账本', relevant: [0, 1] },
    { q: '纪要', relevant: [3, 4] },
    { q: '红包', relevant: [5] },
    { q: '钱包', relevant: [6] },
    { q: '每周', relevant: [9] },
    { q: '你先', relevant: [10] },
    { q: '代持', relevant: [11, 12] },
    { q: '账', relevant: [0, 1, 2] },
  ]
  it('are found whatever their writing, and nothing else', () => {
    expect(evaluate({ messages, queries })).toEqual({ recall: 1, precision: 1 })
  })

  const samples = process.env.HOLDFAST_SAMPLES
  describe.skipIf(!samples)('the evaluation set (needs HOLDFAST_SAMPLES)', () => {
    it('is answered with recall 1 and precision of at least 0.95', () => {
      const file = join(samples ?? '', 'wecom/search/zh_chat_eval.json')
      const { recall, precision } = evaluate(JSON.parse(readFileSync(file, 'utf8')) as Evaluation)
      expect(recall).toBe(1)
      expect(precision).toBeGreaterThanOrEqual(0.95)
    })
  })
})
