/** Brings the escrow in step: new keys in, locks as long as retention and holds say by now, copies out whose time is over. */
import { AppError } from '../../domain/errors.ts'
import { type EscrowLock, laterOf } from '../../platform/escrow-store/escrow-store.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, inTransaction, withSessionLock } from '../../platform/postgres/index.ts'
import { integrate } from '../log/integrate.ts'
import { type CopyRow, copyNewKeys, finishCopies, keysFolder, keysIn } from './copies.ts'
import { keyName, locksOf } from './ends.ts'
import type { EscrowParts } from './parts.ts'

export interface EscrowSync {
  /** Keys that were copied. */
  readonly copied: number
  /** Copies whose lock was lengthened, or whose hold was set or taken off. */
  readonly relocked: number
  readonly deleted: number
  /** Copies with a key in them that was destroyed here, which their lock keeps. */
  readonly waiting: number
}

export interface EscrowSyncOptions {
  /** False: only what is new; the locks of what is there are not looked at. */
  readonly locks: boolean
  readonly signal?: AbortSignal
}

const copiesPerBatch = 20

/** Throws `escrow-busy` where another process is at it. */
export async function syncEscrow(parts: EscrowParts, options: EscrowSyncOptions): Promise<EscrowSync> {
  const done = await withSessionLock(parts.pool, 'holdfast.escrow', (lost) =>
    syncAlone(parts, options.locks, AbortSignal.any([lost, ...(options.signal ? [options.signal] : [])])),
  )
  if (done === null)
    throw new AppError('escrow-busy', 'Another process is bringing the escrow in step; try again.')
  return done
}

async function syncAlone(parts: EscrowParts, locks: boolean, signal: AbortSignal): Promise<EscrowSync> {
  // So that copies say where the log entered what they open.
  await integrate(parts)
  await finishCopies(parts)
  if (locks) await noteUnknownCopies(parts)
  await retireCopies(parts)
  const copied = await copyNewKeys(parts, signal)
  const relocked = locks ? await relockCopies(parts, signal) : 0
  const done = { copied, relocked, ...(await deleteRetired(parts)) }
  if (locks) await noteFullSync(parts)
  return done
}

/** In `installation`: when all locks were looked at last, ISO time. */
const fullSyncName = 'escrow-locks-looked-at'

async function noteFullSync({ pool, clock }: EscrowParts): Promise<void> {
  await pool.query(
    `insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`,
    [fullSyncName, new Date(clock.now()).toISOString()],
  )
}

/** ISO time when all locks were looked at last; null: never. */
export async function lastFullSync({ pool }: Pick<EscrowParts, 'pool'>): Promise<string | null> {
  const { rows } = await pool.query<{ value: string }>('select value from installation where name = $1', [
    fullSyncName,
  ])
  return rows[0]?.value ?? null
}

/** SQL for a key `k` that is destroyed here. */
export const goneHere = `case k.kind when 1 then not exists (select from block where block.id = k.key_id)
                                     else not exists (select from attachment where attachment.id = k.key_id) end`

async function retireCopies({ pool, clock }: EscrowParts): Promise<void> {
  await pool.query(
    `update escrow_copy as c set retired_at = $1
      where retired_at is null and exists (select from escrow_key as k where k.copy_id = c.id and ${goneHere})`,
    [new Date(clock.now())],
  )
}

/** Longer where holds and retention are longer by now; never shorter. */
async function relockCopies(parts: EscrowParts, signal: AbortSignal): Promise<number> {
  let relocked = 0
  for (let after = 0n; ; ) {
    signal.throwIfAborted()
    const { rows } = await parts.pool.query<CopyRow>(
      `select id, name, locked_until, held from escrow_copy
        where id > $1 and retired_at is null order by id limit ${copiesPerBatch}`,
      [after],
    )
    if (rows.length === 0) return relocked
    after = rows.at(-1)!.id
    const keys = await keysIn(
      parts.pool,
      rows.map(({ id }) => id),
    )
    const locks = await locksOf(parts.pool, keys, parts.clock.now())
    for (const copy of rows) {
      const own = keys.filter(({ copyId }) => copyId === copy.id)
      const wanted = longest(own.map((key) => locks.get(keyName(key))))
      if (await relock(parts, copy, wanted)) relocked += 1
    }
  }
}

function longest(locks: readonly (EscrowLock | undefined)[]): EscrowLock {
  return locks.reduce<EscrowLock>(
    (all, lock) => ({
      until: laterOf(all.until, lock?.until ?? null),
      held: all.held || (lock?.held ?? false),
    }),
    { until: null, held: false },
  )
}

async function relock(parts: EscrowParts, copy: CopyRow, wanted: EscrowLock): Promise<boolean> {
  const until = laterOf(copy.locked_until, wanted.until)
  if (until?.getTime() === copy.locked_until?.getTime() && wanted.held === copy.held) return false
  await parts.escrow.relock(copy.name, { until, held: wanted.held })
  faultPoint('escrow.relocked')
  await parts.pool.query('update escrow_copy set locked_until = $2, held = $3 where id = $1', [
    copy.id,
    until,
    wanted.held,
  ])
  return true
}

/** Copies that nothing is kept by any more go as soon as their lock lets them. */
async function deleteRetired(parts: EscrowParts): Promise<Pick<EscrowSync, 'deleted' | 'waiting'>> {
  const { rows } = await parts.pool.query<CopyRow>(
    'select id, name, locked_until, held from escrow_copy where retired_at is not null order by id',
  )
  let deleted = 0
  for (const copy of rows) {
    if (copy.held) await relock(parts, copy, { until: null, held: false })
    if (copy.locked_until !== null && copy.locked_until.getTime() > parts.clock.now()) continue
    if (!(await deleteUnlessLocked(parts, copy.name))) continue
    faultPoint('escrow.copy-deleted')
    await inTransaction(parts.pool, (client) => forget(client, copy.id))
    deleted += 1
  }
  return { deleted, waiting: rows.length - deleted }
}

/** The storage may keep it for longer than we asked for. */
async function deleteUnlessLocked({ escrow }: EscrowParts, name: string): Promise<boolean> {
  try {
    await escrow.delete(name)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'escrow-locked') return false
    throw error
  }
}

/**
 * Copies of a time that the database does not know any more, because it was restored: nobody knows what is in them, so
 * they go when their locks are over, and no disposition is final before.
 */
async function noteUnknownCopies({ escrow, pool, clock }: EscrowParts): Promise<void> {
  const { rows } = await pool.query<{ name: string }>('select name from escrow_copy')
  const known = new Set(rows.map(({ name }) => name))
  for await (const { name } of escrow.list(keysFolder)) {
    if (known.has(name)) continue
    known.add(name)
    const lock = await escrow.lockOf(name)
    await pool.query(
      `insert into escrow_copy (name, written_at, locked_until, held, retired_at) values ($1, $2, $3, $4, $2)
       on conflict do nothing`,
      [name, new Date(clock.now()), lock?.until ?? null, lock?.held ?? false],
    )
  }
}

async function forget(client: Client, copyId: bigint): Promise<void> {
  await client.query('delete from escrow_key where copy_id = $1', [copyId])
  await client.query('delete from escrow_copy where id = $1', [copyId])
}
