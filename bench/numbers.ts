/** Numbers that are the same every time, and Zipf's law. */

export interface Numbers {
  /** From 0 to just under 1. */
  fraction(): number
  /** 32 bits, not negative. */
  integer(): number
}

/** The mulberry32 generator. */
export function createNumbers(seed: number): Numbers {
  let state = seed | 0
  const integer = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return { integer, fraction: () => integer() / 4_294_967_296 }
}

/** How likely a rank of Zipf's law (exponent 1) or a higher one is, by rank from 0. */
export function zipfTable(ranks: number): Float64Array {
  const table = new Float64Array(ranks)
  let sum = 0
  for (let rank = 0; rank < ranks; rank++) {
    sum += 1 / (rank + 1)
    table[rank] = sum
  }
  return table.map((value) => value / sum)
}

/** The rank that a number from 0 to 1 falls on. */
export function zipfRank(table: Float64Array, fraction: number): number {
  let low = 0
  let high = table.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (table[middle]! < fraction) low = middle + 1
    else high = middle
  }
  return low
}

/** The value that `share` of the sorted values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
