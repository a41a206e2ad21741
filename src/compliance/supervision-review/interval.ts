/** Wilson's score interval of a share (E. B. Wilson, 1927), 95 %: it holds for small samples and for none found. */
const z = 1.959_963_985

export interface Interval {
  readonly low: number
  readonly high: number
}

/** @param found of `drawn`; shares from 0 to 1. Nothing drawn says nothing: 0 to 1. */
export function wilsonInterval(found: number, drawn: number): Interval {
  if (drawn === 0) return { low: 0, high: 1 }
  const share = found / drawn
  const scale = 1 + (z * z) / drawn
  const centre = (share + (z * z) / (2 * drawn)) / scale
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / drawn + (z * z) / (4 * drawn * drawn))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
