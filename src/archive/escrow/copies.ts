/** Copies in the escrow: written once, under a lock, each with its row before it. */

import type { EscrowLock } from '../../platform/escrow-store/escrow-store.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, inTransaction } from '../../platform/postgres/index.ts'
import { type KeyId, type KeyKind, keyName, locksOf } from './ends.ts'
import type { EscrowParts } from './parts.ts'
import { readKeys } from './read-keys.ts'
import { sealKeys } from './sealed-keys.ts'

export const keysFolder = 'keys/'

/** So few that a copy holds few keys of other items beside one that has to wait for its lock. */
const keysPerCopy = 200
const free: EscrowLock = { until: null, held: false }

export interface CopyRow {
  readonly id: bigint
  readonly name: string
  readonly locked_until: Date | null
  readonly held: boolean
}

/** Copies every key that no copy has which is kept; answers how many. */
export async function copyNewKeys(parts: EscrowParts, signal: AbortSignal): Promise<number> {
  let copied = 0
  for (;;) {
    signal.throwIfAborted()
    const keys = await newKeys(parts.pool)
    if (keys.length === 0) return copied
    const locks = await locksOf(parts.pool, keys, parts.clock.now())
    for (const group of byLock(keys, locks)) await writeCopy(parts, group.keys, group.lock)
    copied += keys.length
  }
}

async function newKeys(client: Pick<Client, 'query'>): Promise<KeyId[]> {
  const { rows } = await client.query<KeyId>(
    `(select 1 as kind, b.id from block as b join segment as s on s.id = b.segment_id
       where s.adopted_at is not null and not exists (
             select from escrow_key as k join escrow_copy as c on c.id = k.copy_id
              where k.kind = 1 and k.key_id = b.id and c.retired_at is null)
       order by b.id limit ${keysPerCopy})
     union all
     (select 2, a.id from attachment as a
       where a.reference_count > 0 and not exists (
             select from escrow_key as k join escrow_copy as c on c.id = k.copy_id
              where k.kind = 2 and k.key_id = a.id and c.retired_at is null)
       order by a.id limit ${keysPerCopy})`,
  )
  return rows
}

/** Keys with one end lie in one copy, so that none waits for another's. */
function byLock(
  keys: readonly KeyId[],
  locks: ReadonlyMap<string, EscrowLock>,
): { readonly lock: EscrowLock; readonly keys: KeyId[] }[] {
  const groups = new Map<string, { lock: EscrowLock; keys: KeyId[] }>()
  for (const key of keys) {
    const lock = locks.get(keyName(key)) ?? free
    const name = `${lock.until?.toISOString()} ${lock.held}`
    const group = groups.get(name) ?? { lock, keys: [] }
    group.keys.push(key)
    groups.set(name, group)
  }
  return [...groups.values()]
}

async function writeCopy(parts: EscrowParts, keys: readonly KeyId[], lock: EscrowLock): Promise<void> {
  const { pool, random } = parts
  const end = lock.held ? 'held' : (lock.until?.toISOString().slice(0, 10) ?? 'free')
  const name = `${keysFolder}${end}/${random.bytes(12).toString('hex')}`
  const id = await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: bigint }>(
      'insert into escrow_copy (name, locked_until, held) values ($1, $2, $3) returning id',
      [name, lock.until, lock.held],
    )
    await client.query(
      'insert into escrow_key (copy_id, kind, key_id) select $1, * from unnest($2::smallint[], $3::bigint[])',
      [rows[0]!.id, keys.map(({ kind }) => kind), keys.map((key) => key.id)],
    )
    return rows[0]!.id
  })
  faultPoint('escrow.copy-noted')
  await putCopy(parts, { id, name, locked_until: lock.until, held: lock.held }, keys)
}

async function putCopy(parts: EscrowParts, copy: CopyRow, keys: readonly KeyId[]): Promise<void> {
  const { escrow, officerKey, random, clock, pool } = parts
  const sealed = await sealKeys(await readKeys(parts, keys), officerKey, random)
  const future = copy.locked_until !== null && copy.locked_until.getTime() > clock.now()
  await escrow.put(copy.name, sealed, { until: future ? copy.locked_until : null, held: copy.held })
  faultPoint('escrow.copy-written')
  await noteWritten(pool, copy.id, clock.now())
}

async function noteWritten(client: Pick<Client, 'query'>, id: bigint, now: number): Promise<void> {
  await client.query('update escrow_copy set written_at = $2 where id = $1', [id, new Date(now)])
}

/** What a process that died had noted and maybe not written. */
export async function finishCopies(parts: EscrowParts): Promise<void> {
  const { rows } = await parts.pool.query<CopyRow>(
    'select id, name, locked_until, held from escrow_copy where written_at is null order by id',
  )
  for (const copy of rows) {
    if ((await parts.escrow.lockOf(copy.name)) !== null)
      await noteWritten(parts.pool, copy.id, parts.clock.now())
    else await putCopy(parts, copy, await keysIn(parts.pool, [copy.id]))
  }
}

/** The keys of copies, those that were destroyed here among them. */
export async function keysIn(
  client: Pick<Client, 'query'>,
  copyIds: readonly bigint[],
): Promise<(KeyId & { readonly copyId: bigint })[]> {
  const { rows } = await client.query<{ copy_id: bigint; kind: KeyKind; key_id: bigint }>(
    'select copy_id, kind, key_id from escrow_key where copy_id = any($1)',
    [copyIds],
  )
  return rows.map(({ copy_id, kind, key_id }) => ({ copyId: copy_id, kind, id: key_id }))
}
