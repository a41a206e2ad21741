import { expect, it } from 'vitest'
import { itemPlaces } from './item-places.ts'

const places = itemPlaces([
  { month: '2026-03', items: 250 },
  { month: '2026-02', items: 3 },
  { month: '2025-12', items: 1_000_000 },
])

it('finds every row in its month', () => {
  expect(places.count).toBe(1_000_253)
  expect(places.placeOf(0)).toEqual({ piece: { month: '2026-03', offset: 0 }, inPiece: 0 })
  expect(places.placeOf(249)).toEqual({ piece: { month: '2026-03', offset: 200 }, inPiece: 49 })
  expect(places.placeOf(250)).toEqual({ piece: { month: '2026-02', offset: 0 }, inPiece: 0 })
  expect(places.placeOf(253)).toEqual({ piece: { month: '2025-12', offset: 0 }, inPiece: 0 })
  expect(places.placeOf(1_000_252)).toEqual({ piece: { month: '2025-12', offset: 999_900 }, inPiece: 99 })
  expect(places.startOf('2025-12')).toBe(253)
})

it('reads only the pieces in sight, each once', () => {
  expect(places.piecesOf(190, 260)).toEqual([
    { month: '2026-03', offset: 100 },
    { month: '2026-03', offset: 200 },
    { month: '2026-02', offset: 0 },
    { month: '2025-12', offset: 0 },
  ])
  expect(places.piecesOf(0, -1)).toEqual([])
})
