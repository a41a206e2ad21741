/** What the handlers of reading share: one bounded reader of content a process, and the audit event of a look. */
import type { ItemRow } from '../../api/endpoints/mailboxes.ts'
import {
  type ContentReader,
  createContentReader,
  messagePlaces,
  type ReadingParts,
} from '../../archive/index.ts'
import type { AuditEvent, AuditOperation } from '../../platform/audit/audit.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { FoundItem } from '../../search/index.ts'
import type { PortalParts } from '../portal-parts.ts'

/** Blocks that reviewers read lie all over the archive; these are what a server of the portal may keep of them. */
const remembered = { blocks: 2_048, bytes: 96 * 1024 * 1024 }

const readers = new WeakMap<PortalParts['centre'], ContentReader>()

/** One for all handlers: what one reviewer opened the next one need not open again. */
export function contentReader({ centre, lookups }: PortalParts): ContentReader {
  const known = readers.get(centre) ?? createContentReader({ ...centre, ...lookups }, remembered)
  readers.set(centre, known)
  return known
}

export function readingParts(parts: PortalParts): ReadingParts & { readonly queries: Queries } {
  return {
    db: parts.lookups.pool,
    searches: parts.centre.pool,
    queries: parts.lookups.queries,
    reader: contentReader(parts),
    decode: parts.decode,
  }
}

/** The texts of messages, for snippets, out of the sealed content. */
export async function textsOf(
  parts: PortalParts,
  ids: readonly bigint[],
): Promise<ReadonlyMap<bigint, string>> {
  const reader = contentReader(parts)
  const places = await messagePlaces(parts.lookups, ids)
  const texts = await Promise.all(
    [...places].map(async ([id, place]) => {
      const { source, raw } = await reader.record(place)
      return [id, parts.decode(source, raw)?.text ?? ''] as const
    }),
  )
  return new Map(texts)
}

/** Notes what was looked at, before it is shown. Items by their ids only. */
export async function auditLook(
  { centre, lookups }: PortalParts,
  operation: AuditOperation,
  event: Pick<AuditEvent, 'target' | 'details'> = {},
): Promise<void> {
  await appendAudit(lookups.queries, { at: centre.clock.now(), operation, outcome: 'succeeded', ...event })
}

/** Recipients a row of a list names. */
export const recipientsShown = 10

/** An item as a row of a list. */
export function rowOf(item: FoundItem): ItemRow {
  const { highlights, to, ...rest } = item
  return {
    ...rest,
    to: [...to],
    highlights: highlights.map(({ start, end }): [number, number] => [start, end]),
  }
}
