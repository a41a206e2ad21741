/** Blocks whose keys had to stay when something in them was disposed of, because import exceptions needed them. */
import { faultPoint } from '../../platform/faults.ts'
import { inTransaction } from '../../platform/postgres/index.ts'
import type { DispositionParts } from './parts.ts'
import { insertSegments, resealLiving } from './reseal.ts'
import { livingIn } from './touched-blocks.ts'

const blocksPerBatch = 200

/** Destroys the keys of those whose exceptions are resolved by now; answers how many must stay still. */
export async function clearLeftovers(parts: DispositionParts, runId: bigint): Promise<number> {
  const { rows } = await parts.pool.query<{ block_id: bigint }>(
    `select block_id from leftover_block as l join block as b on b.id = l.block_id
      where not exists (select from import_exception as e where e.block_id = l.block_id and e.resolved_at is null)
      order by 1`,
  )
  for (let first = 0; first < rows.length; first += blocksPerBatch) {
    const ids = rows.slice(first, first + blocksPerBatch).map(({ block_id }) => block_id)
    const { dead } = await livingIn(parts.pool, ids, [])
    const segments = await resealLiving(parts, runId, dead)
    await inTransaction(parts.pool, async (client) => {
      const moves = await insertSegments(client, segments, new Date(parts.clock.now()))
      await client.query('select clear_leftover_blocks($1, $2, $3, $4, $5)', [
        ...[moves.block, moves.place, moves.toBlock, moves.toPlace],
        dead.map(({ id }) => id),
      ])
    })
    faultPoint('disposition.leftovers-cleared')
  }
  const left = await parts.pool.query<{ blocks: bigint }>(
    'select count(*) as blocks from leftover_block as l join block as b on b.id = l.block_id',
  )
  return Number(left.rows[0]!.blocks)
}
