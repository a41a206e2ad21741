import { describe, expect, it } from 'vitest'
import { firstMessageIdAt } from '../../domain/codes.ts'
import { type ArchiveTag, cutoffOf, folderCutoffs } from './rules.ts'

const asOf = Date.parse('2026-03-20T12:00:00Z')
const standard: ArchiveTag = { name: 'two years', kind: 'default', folder: null, afterDays: 730 }
const wechat: ArchiveTag = { name: 'wechat', kind: 'folder', folder: 'WeChat Archiver', afterDays: 30 }

describe('what moves to the archive', () => {
  it('is what was sent before so many days, to the millisecond', () => {
    expect(cutoffOf(730, asOf)).toBe(firstMessageIdAt(Date.parse('2024-03-20T12:00:00Z')))
    expect(cutoffOf(null, asOf)).toBeNull()
    expect(cutoffOf(36_500, asOf)).toBe(0n)
  })

  it.each([
    ['no tag', [], []],
    [
      'the default tag',
      [standard],
      [
        [1, '2024-03-20'],
        [2, '2024-03-20'],
      ],
    ],
    [
      'a folder tag above it',
      [standard, wechat],
      [
        [1, '2024-03-20'],
        [2, '2026-02-18'],
      ],
    ],
    ['a folder tag alone', [wechat], [[2, '2026-02-18']]],
    ['a folder that never moves', [standard, { ...wechat, afterDays: null }], [[1, '2024-03-20']]],
    ['personal tags, which say nothing of others', [{ ...wechat, kind: 'personal', folder: null }], []],
  ] as [string, ArchiveTag[], [number, string][]][])('follows %s', (_, tags, expected) => {
    expect(folderCutoffs(tags, asOf)).toEqual(
      expected.map(([folder, day]) => ({ folder, cutoff: firstMessageIdAt(Date.parse(`${day}T12:00:00Z`)) })),
    )
  })
})
