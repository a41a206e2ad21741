/** The values of one CSV row, quotes taken off. Lenient: a quote within a value that does not begin with one is a character. */
export function csvCells(row: string): string[] {
  const cells: string[] = []
  let at = 0
  for (;;) {
    const { cell, end } = row[at] === '"' ? quotedCell(row, at) : plainCell(row, at)
    cells.push(cell)
    if (end >= row.length) return cells
    at = end + 1
  }
}

function plainCell(row: string, at: number): { cell: string; end: number } {
  const comma = row.indexOf(',', at)
  const end = comma === -1 ? row.length : comma
  return { cell: row.slice(at, end), end }
}

/** Whatever follows the closing quote before the next comma belongs to the value. */
function quotedCell(row: string, at: number): { cell: string; end: number } {
  let close = row.indexOf('"', at + 1)
  while (close !== -1 && row[close + 1] === '"') close = row.indexOf('"', close + 2)
  if (close === -1) return { cell: row.slice(at), end: row.length }
  const rest = plainCell(row, close + 1)
  return { cell: row.slice(at + 1, close).replaceAll('""', '"') + rest.cell, end: rest.end }
}
