import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retentionOf, type Setting } from './rules.ts'

const all = { kind: 'policy', specific: false } as const
const some = { kind: 'policy', specific: true } as const
const label = { kind: 'label', specific: true } as const
const retain = (years: number) => ({ retainUntil: years, deleteAt: null })
const remove = (years: number) => ({ retainUntil: null, deleteAt: years })
const both = (years: number) => ({ retainUntil: years, deleteAt: years })

describe('the principles of retention', () => {
  // The seven examples of Microsoft's page, in years.
  it.each<[string, Setting[], kept: number | null, gone: number | null]>([
    [
      'policy deletes at 3, label retains 5',
      [
        { ...all, ...remove(3) },
        { ...label, ...retain(5) },
      ],
      5,
      5,
    ],
    [
      'all retain 5, some retain 10',
      [
        { ...all, ...retain(5) },
        { ...some, ...retain(10) },
      ],
      10,
      null,
    ],
    [
      'policies delete at 5 and 10, label at 7',
      [
        { ...all, ...remove(5) },
        { ...all, ...remove(10) },
        { ...label, ...remove(7) },
      ],
      null,
      7,
    ],
    [
      'all delete at 10, some at 5',
      [
        { ...all, ...remove(10) },
        { ...some, ...remove(5) },
      ],
      null,
      5,
    ],
    [
      'two for some delete at 10 and 7',
      [
        { ...some, ...remove(10) },
        { ...some, ...remove(7) },
      ],
      null,
      7,
    ],
    [
      'delete at 5, retain 3 then delete, label retains 7',
      [
        { ...all, ...remove(5) },
        { ...all, ...both(3) },
        { ...label, ...retain(7) },
      ],
      7,
      7,
    ],
    [
      'all delete at 10, some 5, label 3',
      [
        { ...all, ...remove(10) },
        { ...some, ...both(5) },
        { ...label, ...both(3) },
      ],
      5,
      5,
    ],
  ])('%s', (_, settings, kept, gone) => {
    expect(retentionOf(settings)).toMatchObject({ retainUntil: kept, deleteAt: gone })
  })

  it('a policy for some beats one for all, also where it deletes later', () => {
    expect(
      retentionOf([
        { ...all, ...remove(2) },
        { ...some, ...remove(9) },
      ]).deleteAt,
    ).toBe(9)
  })

  it('nothing says nothing, and what is kept for ever is never deleted', () => {
    expect(retentionOf([])).toEqual({ retainUntil: null, deleteAt: null, deletedBy: null })
    expect(
      retentionOf([
        { ...all, ...retain(Infinity) },
        { ...label, ...remove(1) },
      ]).deleteAt,
    ).toBe(Infinity)
  })

  it('agrees with a slow and obvious second account of them, and never deletes too early', () => {
    const end = fc.option(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Infinity)), { nil: null })
    const setting = fc.record({
      ...{ kind: fc.constantFrom('policy' as const, 'label' as const), retainUntil: end },
      ...{ deleteAt: fc.option(fc.integer({ min: 0, max: 20 }), { nil: null }), specific: fc.boolean() },
    })
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 6 }), (drawn) => {
        const settings = drawn.map((one) => (one.kind === 'label' ? { ...one, specific: true } : one))
        const found = retentionOf(settings)
        expect([found.retainUntil, found.deleteAt]).toEqual(obvious(settings))
        for (const { retainUntil } of settings)
          if (found.deleteAt !== null && retainUntil !== null)
            expect(found.deleteAt).toBeGreaterThanOrEqual(retainUntil)
      }),
      { numRuns: 2_000 },
    )
  })
})

/** Year by year: is it still retained, and who would delete it? */
function obvious(settings: readonly Setting[]): [number | null, number | null] {
  let retained: number | null = null
  for (const one of settings)
    if (one.retainUntil !== null && (retained === null || one.retainUntil > retained))
      retained = one.retainUntil
  const deleters = [
    settings.filter((one) => one.kind === 'label' && one.deleteAt !== null),
    settings.filter((one) => one.kind === 'policy' && one.specific && one.deleteAt !== null),
    settings.filter((one) => one.kind === 'policy' && !one.specific && one.deleteAt !== null),
  ].find((group) => group.length > 0)
  if (!deleters) return [retained, null]
  if (retained === Infinity) return [retained, Infinity]
  for (let year = 0; ; year += 1) {
    const isDue = deleters.some((one) => one.deleteAt! <= year)
    if (isDue && (retained === null || retained <= year)) return [retained, year]
  }
}
