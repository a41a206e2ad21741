import { useQueries } from '@tanstack/react-query'
import { callKey } from '../../api/calls.ts'
import { type Answer, call } from '../../api/client.ts'
import { type ItemPlaces, itemPlaces, type Month, type PiecePlace } from './item-places.ts'
import type { ItemFolder } from './list-place.ts'

export type Row = Answer<'listItems'>['items'][number]

/** The rows of a list from one to another, read piece by piece as they are wanted; null while they are read. */
export function usePieces(
  { mailboxId, folder, area }: ItemFolder,
  months: readonly Month[],
  [first, last]: readonly [number, number],
): {
  readonly places: ItemPlaces
  readonly rowAt: (index: number) => Row | null
  readonly error: Error | null
} {
  const places = itemPlaces(months)
  const inputOf = ({ month, offset }: PiecePlace) => ({
    params: { id: mailboxId },
    query: { area, month, offset, ...(folder === undefined ? {} : { folder }) },
  })
  const pieces = places.piecesOf(first, last)
  const read = useQueries({
    queries: pieces.map((piece) => ({
      queryKey: callKey('listItems', inputOf(piece)),
      queryFn: ({ signal }: { signal: AbortSignal }) => call('listItems', inputOf(piece), { signal }),
      staleTime: 60_000,
    })),
  })
  const rowAt = (index: number): Row | null => {
    const { piece, inPiece } = places.placeOf(index)
    const at = pieces.findIndex(({ month, offset }) => month === piece.month && offset === piece.offset)
    return read[at]?.data?.items[inPiece] ?? null
  }
  return { places, rowAt, error: read.find(({ error }) => error)?.error ?? null }
}
