import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/postgres.ts'
import { holdsPhrase } from '../domain/text/find-phrases.ts'
import { indexParts } from '../domain/text/index-parts.ts'
import { queryTokens, tsqueryOf } from '../domain/text/query-tokens.ts'
import { tokens } from '../domain/text/tokenise.ts'

const pieces = fc.constantFrom(
  ...[
    'call',
    'Me',
    "don't",
    'é',
    '内幕',
    '消息',
    '仓',
    '，',
    '。',
    ' ',
    '\n',
    '\t',
    "'",
    '\\',
    ':',
    '=m1',
    '*',
    '&',
  ],
  ...[
    '+44 7700 900123',
    '12',
    '[微笑]',
    '👍🏽',
    'ที่',
    'かな',
    '한국',
    '\u200b',
    '\u0000',
    '\ud800',
    '|',
    '<->',
  ],
)
const texts = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(''))

function partOf(text: string): string {
  return indexParts({ subjectPrefix: '', text, subjectTextLength: 0, extra: [], attachmentNames: [] })[0]!
}

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.drop())

describe('the index as PostgreSQL reads it', () => {
  it('holds exactly our tokens at their positions', async () => {
    const sample = fc.sample(texts, 500)
    const { rows } = await database.pool.query(
      `select coalesce((select array_agg(lexeme || ':' || position order by lexeme collate "C", position)
                          from unnest(w::tsvector) u, unnest(positions) position), '{}') as entries
         from unnest($1::text[]) with ordinality as t(w, n) order by n`,
      [sample.map(partOf)],
    )
    for (const [i, text] of sample.entries()) {
      const ours = tokens(text).map((token) => `${token.text}:${token.position + 1}`)
      expect([...rows[i].entries].sort()).toEqual([...new Set(ours)].sort())
    }
  })

  it('answers phrases as the search in memory does', async () => {
    const pairs = fc
      .sample(fc.tuple(texts, fc.array(pieces, { minLength: 1, maxLength: 4 })), 2000)
      .map(([text, parts]) => ({ text, phrases: queryTokens(parts.join('')) }))
      .filter(({ phrases }) => phrases.length > 0)
    const { rows } = await database.pool.query(
      'select w::tsvector @@ q::tsquery as found from unnest($1::text[], $2::text[]) with ordinality as t(w, q, n) order by n',
      [
        pairs.map(({ text }) => partOf(text)),
        pairs.map(({ phrases }) => phrases.map((phrase) => tsqueryOf(phrase)).join(' | ')),
      ],
    )
    expect(rows.some((row) => row.found)).toBe(true)
    for (const [i, { text, phrases }] of pairs.entries()) {
      expect({ text, phrases, found: rows[i].found }).toEqual({
        text,
        phrases,
        found: holdsPhrase(text, phrases),
      })
    }
  })

  it('takes a megabyte of Chinese, of one repeated word and of different words', async () => {
    const han = Array.from({ length: 330_000 }, (_, i) =>
      String.fromCharCode(0x4e00 + ((i * 7919) % 5000)),
    ).join('')
    const long = Array.from({ length: 20_000 }, (_, i) => `${'x'.repeat(50)}${i}`).join(' ')
    for (const text of [han, 'echo '.repeat(100_000), long]) {
      const parts = indexParts({
        subjectPrefix: '',
        text,
        subjectTextLength: 0,
        extra: [],
        attachmentNames: [],
      })
      const { rows } = await database.pool.query(
        'select max(pg_column_size(w::tsvector))::int as bytes from unnest($1::text[]) w',
        [parts],
      )
      expect(rows[0].bytes).toBeLessThan(700_000)
    }
  })
})
