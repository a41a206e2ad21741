/** Where a pull stands, as the journal keeps it: it moves only together with what it stands for. */
import { z } from 'zod'
import type { Json } from '../../source.ts'

const digits = z.string().regex(/^\d{1,20}$/)

const pullCursor = z.object({
  /** The highest seq that was pulled: 64 bits, so a string. */
  seq: digits.default('0'),
  /** When a pull last reached the end, in milliseconds. */
  reachedEndAt: z.number().optional(),
  /** Versions of keys that some messages still wait for: the seq of the first one, and why. */
  waiting: z
    .record(
      z.string(),
      z.object({ from: digits, reason: z.enum(['key-version-missing', 'key-version-wrong']) }),
    )
    .default({}),
  /** Mark of the sealed messages that were last tried. */
  tried: z.string().optional(),
  /** Mark of the notices that were told. */
  told: z.string().optional(),
  /** Gaps that tell of crashes are open. */
  crashed: z.boolean().optional(),
  /** Key of the open gap that says that the route lags behind. */
  lagging: z.string().optional(),
})

export type PullCursor = z.infer<typeof pullCursor>

export function readCursor(cursor: Json | null): PullCursor {
  return pullCursor.parse(cursor ?? {})
}

/** A copy without what is undefined, as JSON is. */
export function cursorJson(cursor: PullCursor): Json {
  return JSON.parse(JSON.stringify(cursor)) as Json
}
