/** Which blocks something leaves when messages die, and what in them lives on. */
import type { Client } from '../../platform/postgres/index.ts'
import { idBounds } from '../id-bounds.ts'
import type { TouchedBlock } from './reseal.ts'

export interface TouchedBlocks {
  /** Their keys can go once what lives in them is elsewhere. */
  readonly dead: readonly TouchedBlock[]
  /** An import exception that is not resolved needs a record of them: their keys stay for now. */
  readonly needed: readonly bigint[]
}

type Querying = Pick<Client, 'query'>

/** Blocks that hold the messages `dying` or an observation of them. */
export async function blocksOf(client: Querying, dying: readonly bigint[]): Promise<TouchedBlocks> {
  if (dying.length === 0) return { dead: [], needed: [] }
  const { lowest, highest } = idBounds(dying)
  const { rows } = await client.query<{ block_id: bigint }>(
    `select block_id from message where id = any($1) and id between $2 and $3
     union select block_id from observation where message_id = any($1)`,
    [dying, lowest, highest],
  )
  return livingIn(
    client,
    rows.map(({ block_id }) => block_id),
    dying,
  )
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
             where o.block_id = any($1) and not exists (select from dying where dying.id = o.message_id))
     select b.id, s.connector_id,
            (select array_agg(living.place order by living.place) from living where living.block_id = b.id) as living,
            exists (select from import_exception as e where e.block_id = b.id and e.resolved_at is null) as needed
       from block as b join segment as s on s.id = b.segment_id
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
