import { describe, expect, it } from 'vitest'
import type { Condition } from '../../../api/endpoints/searches.ts'
import { conditionOf, conditionProperties, draftOf, emptyDraft, isTurnedRound } from './condition-drafts.ts'

describe('a row of the conditions builder', () => {
  it.each<Condition>([
    { property: 'from', values: ['Ana Silva', '+44 7700 900123'], not: false },
    { property: 'subject', values: ['价格'], not: true },
    { property: 'sent', from: '2026-03-01', to: null },
    { property: 'received', from: null, to: '2026-03-31' },
    { property: 'kind', values: ['image', 'voice'], not: true },
    { property: 'channel', values: ['wecom'], not: false },
    { property: 'hasattachment', value: false },
    { property: 'size', min: 1_500, max: null },
  ])('of $property comes back as it was asked', (condition) => {
    expect(conditionOf(draftOf(1, condition))).toEqual(condition)
  })

  it('asks nothing while nothing is in it', () => {
    const asking = conditionProperties.filter((property) => conditionOf(emptyDraft(1, property)) !== null)
    expect(asking).toEqual(['hasattachment'])
  })

  it('takes values with semicolons between, also as Chinese keyboards write them', () => {
    const draft = { ...emptyDraft(1, 'participants'), words: ' Ana; 王浩然；;bob ' }
    expect(conditionOf(draft)).toMatchObject({ values: ['Ana', '王浩然', 'bob'] })
  })

  it('is refused when its range ends before it begins', () => {
    expect(isTurnedRound({ ...emptyDraft(1, 'sent'), from: '2026-03-02', to: '2026-03-01' })).toBe(true)
    expect(isTurnedRound({ ...emptyDraft(1, 'sent'), from: '2026-03-01', to: '2026-03-01' })).toBe(false)
    expect(isTurnedRound({ ...emptyDraft(1, 'size'), min: '10', max: '9' })).toBe(true)
  })
})
