/** Until when keys are needed, by what holds and retention say of the items that they open. */
import type { EscrowLock } from '../../platform/escrow-store/escrow-store.ts'
import type { Client } from '../../platform/postgres/index.ts'

export const keyKinds = { block: 1, attachment: 2 } as const
export type KeyKind = (typeof keyKinds)[keyof typeof keyKinds]

export interface KeyId {
  readonly kind: KeyKind
  readonly id: bigint
}

const dayMs = 86_400_000
/** As long as everything stays after a hold or a policy for ever was ended: such a lock never outlives the right to delete. */
const endlessDays = 30

/**
 * The lock of each key at a moment: until the latest retain end, at the end of that day (UTC); what is held or kept for
 * ever is locked without an end, and for 30 days at least in which nobody can take that off. Keys of nothing that is kept
 * are in the answer without a time; those that open no item are not in it.
 */
export async function locksOf(
  client: Pick<Client, 'query'>,
  keys: readonly KeyId[],
  now: number,
): Promise<ReadonlyMap<string, EscrowLock>> {
  const { rows } = await client.query<{
    kind: KeyKind
    key_id: bigint
    until: Date | null
    endless: boolean
  }>(
    `with keyed as (
       select 1 as kind, block_id as key_id, id as message_id from message where block_id = any($1)
       union select 1, block_id, message_id from observation where block_id = any($1)
       union select 2, attachment_id, message_id from message_attachment where attachment_id = any($2)
     ), asked as (
       select array_agg(distinct message_id) as ids from keyed
     ), kept as (
       select r.message_id, max(r.retain_until) filter (where r.retain_until < 'infinity') as until,
              bool_or(r.retain_until = 'infinity') as endless
         from asked cross join lateral retention_of(asked.ids, $3) as r group by r.message_id
     ), held as (
       select distinct h.message_id from asked cross join lateral held_items(asked.ids) as h
     )
     select kind, key_id, max(until) as until,
            coalesce(bool_or(kept.endless), false) or bool_or(held.message_id is not null) as endless
       from keyed left join kept using (message_id) left join held using (message_id)
      group by kind, key_id`,
    [idsOf(keys, keyKinds.block), idsOf(keys, keyKinds.attachment), new Date(now)],
  )
  return new Map(rows.map((row) => [keyName({ kind: row.kind, id: row.key_id }), lockOf(row, now)]))
}

function lockOf({ until, endless }: { until: Date | null; endless: boolean }, now: number): EscrowLock {
  const needed = Math.max(until?.getTime() ?? 0, endless ? now + endlessDays * dayMs : 0)
  if (needed <= now) return { until: null, held: endless }
  return { until: new Date(Math.ceil(needed / dayMs) * dayMs), held: endless }
}

export function keyName({ kind, id }: KeyId): string {
  return `${kind}/${id}`
}

export function idsOf(keys: readonly KeyId[], kind: KeyKind): bigint[] {
  return keys.filter((key) => key.kind === kind).map(({ id }) => id)
}
