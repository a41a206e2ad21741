import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../domain/message.ts'
import { canonicalTerm, isDenseUnit } from './canonical.ts'
import {
  type Condition,
  compilePolicies,
  createLooker,
  type LookedMessage,
  type PolicyInput,
  textsOf,
} from './index.ts'
import { policyOf } from './supervision-world.fixture.ts'

function lookerOf(when: Condition, rest: Partial<PolicyInput> = {}) {
  const policy = policyOf('Policy', [{ id: 'rule', when }], rest)
  const compiled = compilePolicies([{ policyId: 1, version: 1, policy, dictionaries: new Map() }])
  return createLooker(
    compiled,
    compiled.people.map(() => null),
  )
}

function messageOf(...texts: string[]): LookedMessage {
  return {
    ...{ id: 1n, channel: 'whatsapp', kind: 'text', event: 'sent', attachments: [], emailBytes: 1_000 },
    ...{ senderMailboxId: 1, recipientMailboxIds: [2], senderIdentity: null, unseenReply: false },
    texts: texts.map((text, place) => ({ at: place === 0 ? 'text' : `part ${place}`, text })),
  }
}

const spansIn = (when: Condition, ...texts: string[]) =>
  lookerOf(when).look(messageOf(...texts), []).findings[0]?.spans ?? null

describe('near', () => {
  it('finds what comparing every hit with every other finds', () => {
    const text = fc.array(fc.constantFrom('buy', '公告', 'news', 'x', '买', 'buying', '。', ' '), {
      maxLength: 24,
    })
    fc.assert(
      fc.property(text, fc.nat(4), fc.boolean(), (words, within, blanks) => {
        const written = words.join(blanks ? ' ' : '')
        const [first, second] = [
          ['buy', '买'],
          ['news', '公告'],
        ]
        const found = spansIn({ near: { first: first!, second: second!, within } }, written)
        expect(found?.map(({ start }) => start) ?? []).toEqual(nearSlowly(written, first!, second!, within))
      }),
      { numRuns: 300 },
    )
  })

  it('does not count the rest of a word whose beginning was looked for', () => {
    const when = { near: { first: ['merg*'], second: ['news'], within: 0 } }
    expect(spansIn(when, 'merger news')).toHaveLength(2)
    expect(spansIn(when, 'merger bad news')).toBeNull()
  })

  it('joins nothing across two texts of a message', () => {
    expect(spansIn({ near: { first: ['buy'], second: ['news'], within: 9 } }, 'buy', 'news')).toBeNull()
  })
})

/** By the text as it is written: one blank or none between words, so that canonical and written places are one. */
function nearSlowly(text: string, first: string[], second: string[], within: number): number[] {
  const hitsOf = (terms: readonly string[]) =>
    terms.flatMap((term) =>
      [...text.matchAll(new RegExp(/[a-z]/.test(term) ? `(?<![a-z])${term}(?![a-z])` : term, 'g'))].map(
        ({ index }) => ({ start: index, end: index + term.length }),
      ),
    )
  const starts = new Set<number>()
  for (const one of hitsOf(first))
    for (const other of hitsOf(second)) {
      const [before, after] = one.start < other.start ? [one, other] : [other, one]
      const between = canonicalTerm(text.slice(before.end, after.start))
      const words = [...between].filter((_, at) => {
        if (between[at] === ' ') return false
        const isFirst = at === 0 || between[at - 1] === ' ' || isDenseUnit(between.charCodeAt(at - 1))
        return isDenseUnit(between.charCodeAt(at)) || isFirst
      }).length
      if (words <= within) starts.add(one.start).add(other.start)
    }
  return [...starts].sort((a, b) => a - b)
}

describe('a message that is made to keep the looker busy', () => {
  const soon = { timeout: 15_000 }

  it('of nothing but hits is looked at and shown in part', soon, () => {
    const text = 'buy news '.repeat(15_000)
    for (const when of [
      { words: ['buy'] },
      { near: { first: ['buy'], second: ['news'], within: 1_000 } },
      { all: [{ words: ['buy'] }, { words: ['news'] }] },
    ] satisfies Condition[])
      expect(spansIn(when, text)).toHaveLength(50)
  })

  it('of nothing but allowed phrases has no match', soon, () => {
    const looker = lookerOf(
      { words: ['buy'] },
      { exclude: { disclaimers: [], phrases: ['buy bread'], senders: [] } },
    )
    expect(looker.look(messageOf('buy bread '.repeat(15_000)), []).findings).toEqual([])
    expect(looker.look(messageOf(`${'buy bread '.repeat(15_000)}buy`), []).findings).toHaveLength(1)
  })

  it('of a letter under thousands of marks is looked at', soon, () => {
    for (const marks of ['\u0301\u0323', '\u0e31\u0e48'])
      expect(spansIn({ words: ['buy'] }, `ก${marks.repeat(30_000)} buy`)).toEqual([
        { at: 'text', start: 60_002, end: 60_005, what: 'term' },
      ])
  })

  it('of openings of quotes is looked at', soon, () => {
    expect(spansIn({ words: ['buy'] }, `${'「\n'.repeat(30_000)}buy`)).toHaveLength(1)
  })

  it('that sets a mark of quotes before its words hides nothing', () => {
    expect(spansIn({ words: ['buy'] }, '> buy')).toHaveLength(1)
  })
})

it('looks at an attachment’s type without what stands beside it', () => {
  const looker = lookerOf({ attachment: { types: ['audio/ogg'] } })
  const attachments = [{ name: 'voice', mediaType: 'audio/ogg; codecs=opus', bytes: 9 }]
  expect(looker.look({ ...messageOf('x'), attachments }, []).findings).toHaveLength(1)
})

it('names every text of a message that was forwarded apart', () => {
  const parts = [{ kind: 'text', text: 'outer', parts: [{ kind: 'text', text: 'inner' }] }] as const
  const message = { kind: 'forward', text: '', parts } as unknown as Message
  expect(textsOf(message).texts.map(({ at }) => at)).toEqual(['part 0', 'part 0.0'])
})

it.each([
  ['企業微信上聊', ['wecom']],
  ['企业微信和ＷｅＣｈａｔ', ['wechat', 'wecom']],
])('%s leads to %j', (text, channels) => {
  expect(lookerOf({ everything: true }).look(messageOf(text), []).findings[0]!.facts).toEqual({ channels })
})

it('refuses the name of an attachment that could not be found', () => {
  expect(() => lookerOf({ attachment: { names: ['!!'] } })).toThrow('no letter or digit')
})
