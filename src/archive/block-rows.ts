/** Where blocks lie and under which key, as the catalogue has it. */
import type { ArchiveParts } from './parts.ts'

export interface BlockRow {
  readonly object_name: string
  readonly byte_offset: bigint
  readonly bytes: number
  readonly wrapped_key: Buffer
}

export type ReadBlockRow = (blockId: bigint) => Promise<BlockRow | undefined>

/** Rows asked for in one turn of the event loop are read by one statement: a conversation lies in fifty blocks. */
export function createBlockRows({ queries }: Pick<ArchiveParts, 'queries'>): ReadBlockRow {
  let asked: { readonly ids: Set<bigint>; readonly rows: Promise<ReadonlyMap<bigint, BlockRow>> } | null =
    null
  const read = async (ids: ReadonlySet<bigint>) => {
    await null
    asked = null
    const rows = await queries
      .selectFrom('block')
      .innerJoin('segment', 'segment.id', 'block.segment_id')
      .select(['block.id', 'object_name', 'byte_offset', 'block.bytes', 'wrapped_key'])
      .where((block) => block('block.id', '=', block.fn.any(block.val([...ids]))))
      .execute()
    return new Map(rows.map((row) => [row.id, row]))
  }
  return async (blockId) => {
    if (asked === null) {
      const ids = new Set<bigint>()
      asked = { ids, rows: read(ids) }
    }
    asked.ids.add(blockId)
    return (await asked.rows).get(blockId)
  }
}
