import type { ContentPlace } from './content.ts'
import { idBounds } from './id-bounds.ts'
import type { ArchiveParts } from './parts.ts'

/** Where the records of messages lie in the sealed content; ids that are not in the catalogue are left out. */
export async function messagePlaces(
  { queries }: Pick<ArchiveParts, 'queries'>,
  messageIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, ContentPlace>> {
  if (messageIds.length === 0) return new Map()
  const { lowest, highest } = idBounds(messageIds)
  const rows = await queries
    .selectFrom('message')
    .select(['id', 'block_id', 'place'])
    .where((message) => message('id', '=', message.fn.any(message.val([...messageIds]))))
    .where('id', '>=', lowest)
    .where('id', '<=', highest)
    .execute()
  return new Map(rows.map(({ id, block_id, place }) => [id, { blockId: block_id, place }]))
}
