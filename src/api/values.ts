/** Values that many endpoints speak of. */
import { z } from 'zod'

/** ISO 8601, UTC, as `2026-03-17T09:30:00.000Z`. */
export const time = z.iso.datetime()
/** A name of the time zone database: of offsets the database and JavaScript mean opposite things. */
export const timeZone = z.string().min(1).max(64).refine(isTimeZone, {
  error: 'is no time zone; it looks like Europe/London or UTC',
})
/** A row's number; a path carries numbers and ids, never names or text. */
export const rowId = z.coerce.number().int().positive()
export const idParams = z.object({ id: rowId })
export const uuidParams = z.object({ id: z.uuid() })
export const version = z.int().positive()
export const emailAddress = z.string().trim().min(3).max(254)
/** Nothing to say but that it was done. */
export const done = z.object({ done: z.literal(true) })

/** A page of a list that is read by a cursor; `next` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

export const pageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** What was refused of an uploaded file, row by row; empty when it was taken. */
export const fileProblem = z.object({ row: z.int(), column: z.string(), message: z.string() })

/** How every refusal and failure is answered. */
export const failure = z.object({
  code: z.string(),
  /** One plain sentence that names the item and what to do. */
  message: z.string(),
  /** To find the matching lines in the log. */
  correlationId: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
})
export type Failure = z.infer<typeof failure>

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}
