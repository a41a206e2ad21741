/** Where the rows of a list lie whose whole height no browser could draw. */

export interface Scale {
  /** Pixels the scrolled element is high. */
  readonly total: number
  /** Pixels of the list that go by for one of the scrollbar; 1 where nothing is scaled. */
  readonly factor: number
  /** The topmost row at a place of the scrollbar. */
  rowAt(scrollTop: number): number
  /** Where in the element a row lies while it is scrolled to `scrollTop`. */
  topOf(index: number, scrollTop: number): number
  /** Where to scroll so that the row is in sight, at the top if it comes from afar; null where it is already. */
  scrollFor(index: number, scrollTop: number): number | null
}

/** Well below the 2²⁵ pixels at which Chromium ends an element, at any zoom. */
const totalMax = 12_000_000

export function scaleOf(list: { count: number; rowHeight: number; height: number }): Scale {
  const { count, rowHeight, height } = list
  const whole = count * rowHeight
  const total = Math.min(whole, totalMax)
  const factor = total > height ? (whole - height) / (total - height) : 1
  return {
    total,
    factor,
    rowAt: (scrollTop) => Math.floor((scrollTop * factor) / rowHeight),
    topOf: (index, scrollTop) => index * rowHeight - scrollTop * factor + scrollTop,
    scrollFor(index, scrollTop) {
      const top = index * rowHeight
      const seen = scrollTop * factor
      if (top >= seen && top + rowHeight <= seen + height) return null
      const isNear = top >= seen && top < seen + 2 * height
      const wanted = isNear ? top + rowHeight - height : top
      return Math.min(Math.max(0, wanted) / factor, Math.max(0, total - height))
    },
  }
}
