import type { Clock } from '../../platform/clock.ts'
import type { Pool, Queries } from '../../platform/postgres/index.ts'

export interface HoldParts {
  readonly pool: Pool
  readonly queries: Queries
  readonly clock: Clock
}

/** Who asks: a confidential hold is there only for whoever placed it and for its readers. */
export interface HoldViewer {
  readonly username: string
}

/** The condition on `hold as h` that `viewer` may know of it; `$place` is his name. */
export function visibleTo(place: number): string {
  return `(not h.confidential or h.placed_by = $${place} or $${place} = any (h.readers))`
}
