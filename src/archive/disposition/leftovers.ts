/** Blocks whose keys had to stay when something in them was disposed of, because import exceptions needed them. */
import { faultPoint } from '../../platform/faults.ts'
import { inTransaction } from '../../platform/postgres/index.ts'
import type { DispositionParts } from './parts.ts'
import { insertSegments, resealLiving } from './reseal.ts'
import { livingIn } from './touched-blocks.ts'

const blocksPerBatch = 200

/**
 * Blocks with records that nothing refers to: a page that was read again has copies of messages that were here before.
 * They are cleared like those that a disposition left. Looks at every message; answers how many blocks there are.
 */
export async function findUnusedRecords({ pool }: DispositionParts, runId: bigint): Promise<number> {
  const { rowCount } = await pool.query(
    `insert into leftover_block (block_id, run_id)
     select b.id, $1
       from block as b join segment as s on s.id = b.segment_id and s.adopted_at is not null
       left join (
         select block_id, count(distinct place) as used from (
           select block_id, place from message union all select block_id, place from observation
           union all select block_id, place from import_exception where resolved_at is null) as records
          group by block_id) as used on used.block_id = b.id
      where coalesce(used.used, 0) < b.records
         on conflict do nothing`,
    [runId],
  )
  return rowCount ?? 0
}

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
