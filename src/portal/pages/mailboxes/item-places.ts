/** Where in the months of a folder a row of its list lies. */

export interface Month {
  readonly month: string
  readonly items: number
}

export interface PiecePlace {
  readonly month: string
  /** Of the piece's first item within the month. */
  readonly offset: number
}

/** Items read at once. */
export const pieceItems = 100

export interface ItemPlaces {
  readonly count: number
  /** The piece that holds a row, and the row's place in it. */
  placeOf(index: number): { readonly piece: PiecePlace; readonly inPiece: number }
  /** The pieces that hold the rows from one to another. */
  piecesOf(first: number, last: number): PiecePlace[]
  /** The list's first row of a month. */
  startOf(month: string): number
}

export function itemPlaces(months: readonly Month[]): ItemPlaces {
  const starts: number[] = []
  let count = 0
  for (const { items } of months) {
    starts.push(count)
    count += items
  }
  const monthAt = (index: number): number => {
    let [low, high] = [0, months.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (starts[middle]! <= index) low = middle
      else high = middle - 1
    }
    return low
  }
  const placeOf = (index: number) => {
    const at = monthAt(index)
    const within = index - starts[at]!
    const inPiece = within % pieceItems
    return { piece: { month: months[at]!.month, offset: within - inPiece }, inPiece }
  }
  return {
    count,
    placeOf,
    piecesOf(first, last) {
      const pieces = new Map<string, PiecePlace>()
      for (let index = first; index <= last && index < count; ) {
        const { piece, inPiece } = placeOf(index)
        pieces.set(`${piece.month} ${piece.offset}`, piece)
        const at = monthAt(index)
        const left = starts[at]! + months[at]!.items - index
        index += Math.min(left, pieceItems - inPiece)
      }
      return [...pieces.values()]
    },
    startOf: (month) =>
      starts[
        Math.max(
          0,
          months.findIndex((one) => one.month === month),
        )
      ] ?? 0,
  }
}
