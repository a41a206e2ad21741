/** Rows a statement gets at most, so that none grows without bound. */
const rowsAtOnce = 5_000

export function partsOf<Row>(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = []
  for (let from = 0; from < rows.length; from += rowsAtOnce) parts.push(rows.slice(from, from + rowsAtOnce))
  return parts
}
