import type { ContentPlace } from './content.ts'
import type { ArchiveParts } from './parts.ts'

/** Where the records of messages lie in the sealed content; ids that are not in the catalogue are left out. */
export async function messagePlaces(
  { queries }: Pick<ArchiveParts, 'queries'>,
  messageIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, ContentPlace>> {
  if (messageIds.length === 0) return new Map()
  const rows = await queries
    .selectFrom('message')
    .select(['id', 'block_id', 'place'])
    .where('id', 'in', [...messageIds])
    .execute()
  return new Map(rows.map(({ id, block_id, place }) => [id, { blockId: block_id, place }]))
}
