import { expect, test } from 'vitest'
import { reconcileSightings, type Sighting } from './rules.ts'

const seen = (source: string, ids: readonly number[], day = '2026-03-19', personId = 1): Sighting[] =>
  ids.map((id) => ({ messageId: BigInt(id), personId, source, day }))
const none = new Map<bigint, Set<bigint>>()

test('what both have is matched, the rest is only here or only there, by day', () => {
  const rows = reconcileSightings(
    [
      ...seen('whatsapp-backup', [2, 3, 4]),
      ...seen('whatsapp-cloud', [1, 2, 3]),
      ...seen('whatsapp-cloud', [9], '2026-03-20'),
    ],
    none,
  )
  expect(rows).toEqual([
    {
      ...{ personId: 1, day: '2026-03-19', here: 'whatsapp-cloud', there: 'whatsapp-backup' },
      ...{ matched: 2, probable: 0, onlyHere: [1n], onlyThere: [4n] },
    },
    {
      ...{ personId: 1, day: '2026-03-20', here: 'whatsapp-cloud', there: 'whatsapp-backup' },
      ...{ matched: 0, probable: 0, onlyHere: [9n], onlyThere: [] },
    },
  ])
})

test('a message that one way saw twice is one', () => {
  const [row] = reconcileSightings([...seen('a', [1, 1]), ...seen('b', [1])], none)
  expect(row).toMatchObject({ matched: 1, onlyHere: [], onlyThere: [] })
})

test('what an export has, which knows no ids, is a probable match where the archive linked it', () => {
  const links = new Map([
    [1n, new Set([7n])],
    [7n, new Set([1n])],
  ])
  const [row] = reconcileSightings(
    [...seen('whatsapp-cloud', [1, 2]), ...seen('whatsapp-export', [7, 8])],
    links,
  )
  expect(row).toMatchObject({ matched: 0, probable: 1, onlyHere: [2n], onlyThere: [8n] })
})

test('another person’s messages, and a person with one way in, are compared with nothing', () => {
  const rows = reconcileSightings(
    [...seen('whatsapp-cloud', [1], '2026-03-19', 1), ...seen('whatsapp-backup', [1], '2026-03-19', 2)],
    none,
  )
  expect(rows).toEqual([])
})

test('three ways in are three pairs', () => {
  const rows = reconcileSightings(
    [...seen('c', [1]), ...seen('whatsapp-backup', [1]), ...seen('b', [1])],
    none,
  )
  expect(rows.map(({ here, there }) => `${here} ${there}`)).toEqual([
    'whatsapp-backup b',
    'whatsapp-backup c',
    'b c',
  ])
})
