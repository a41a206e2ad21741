/** Which blocks something leaves when messages die, and what in them lives on. */
import type { Client } from '../../platform/postgres/index.ts'
import type { TouchedBlock } from './reseal.ts'

export interface TouchedBlocks {
  /** Their keys can go once what lives in them is elsewhere. */
  readonly dead: readonly TouchedBlock[]
  /** An import exception that is not resolved needs a record of them: their keys stay for now. */
  readonly needed: readonly bigint[]
}

type Querying = Pick<Client, 'query'>

export interface Leaving {
  readonly dying: readonly bigint[]
  /** The blocks of the dying messages, with the places of other messages' records in them. */
  readonly living: ReadonlyMap<bigint, readonly number[]>
}

/** Blocks that hold dying messages or observations of them. Of blocks that nothing leaves it tells nothing. */
export async function blocksOf(client: Querying, { dying, living }: Leaving): Promise<TouchedBlocks> {
  if (dying.length === 0) return { dead: [], needed: [] }
  const blockIds = [...living.keys()]
  const { rows } = await client.query<{ block_id: bigint }>(
    `select block_id from observation where message_id = any($1) or block_id = any($2)
     union
     select block_id from import_exception where block_id = any($2) and resolved_at is null`,
    [dying, blockIds],
  )
  // Most blocks hold their messages' own records only; the others are looked at whole.
  const shared = new Set(rows.map(({ block_id }) => block_id))
  const plain = blockIds.filter((id) => !shared.has(id))
  const connectors = await connectorsOf(client, plain)
  const others = await livingIn(client, [...shared], dying)
  const own = plain.map((id) => ({ id, connectorId: connectors.get(id)!, living: living.get(id)! }))
  return { dead: [...own, ...others.dead], needed: others.needed }
}

async function connectorsOf(
  client: Querying,
  blockIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, number>> {
  const { rows } = await client.query<{ id: bigint; connector_id: number }>(
    'select b.id, s.connector_id from block as b join segment as s on s.id = b.segment_id where b.id = any($1)',
    [blockIds],
  )
  return new Map(rows.map(({ id, connector_id }) => [id, connector_id]))
}

interface LivingRow {
  readonly id: bigint
  readonly connector_id: number
  readonly living: number[] | null
  readonly needed: boolean
}

/** What lives on in these blocks without the messages `dying`. Blocks that are gone are left out. */
export async function livingIn(
  client: Querying,
  blockIds: readonly bigint[],
  dying: readonly bigint[],
): Promise<TouchedBlocks> {
  if (blockIds.length === 0) return { dead: [], needed: [] }
  const { rows } = await client.query<LivingRow>(
    `with dying as (select unnest($2::bigint[]) as id),
          living as (
            select m.block_id, m.place from message as m
             where m.block_id = any($1) and not exists (select from dying where dying.id = m.id)
            union
            select o.block_id, o.place from observation as o
             where o.block_id = any($1) and not exists (select from dying where dying.id = o.message_id)),
          by_block as (select block_id, array_agg(place order by place) as living from living group by block_id)
     select b.id, s.connector_id, by_block.living,
            exists (select from import_exception as e where e.block_id = b.id and e.resolved_at is null) as needed
       from block as b join segment as s on s.id = b.segment_id left join by_block on by_block.block_id = b.id
      where b.id = any($1) order by b.id`,
    [blockIds, dying],
  )
  return {
    dead: rows
      .filter(({ needed }) => !needed)
      .map(({ id, connector_id, living }) => ({ id, connectorId: connector_id, living: living ?? [] })),
    needed: rows.filter(({ needed }) => needed).map(({ id }) => id),
  }
}
