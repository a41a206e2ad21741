/**
 * Makes past dispositions final: nothing of what was disposed of is in the database's files, its write-ahead log or the
 * object store any more, and the epoch keys of old backups are destroyed. Everything in it may be cut off and done again.
 */
import { AppError } from '../../domain/errors.ts'
import type { KeyCustody, KeyVault } from '../../platform/keys/index.ts'
import { createPool, type Pool, withSessionLock } from '../../platform/postgres/index.ts'
import type { Secret } from '../../platform/secret.ts'
import {
  type EscrowParts,
  type EscrowWait,
  escrowWait,
  inNoCopy,
  noteGoneKeys,
  runsLookedAt,
  syncEscrow,
} from '../escrow/index.ts'
import { noteLogEntries } from '../log/note.ts'
import { deleteDeadObjects } from './dead-objects.ts'
import { clearLeftovers, findUnusedRecords } from './leftovers.ts'
import type { DispositionParts } from './parts.ts'
import { destroyOldEpochs, renewKeys } from './renew-keys.ts'
import { sweepResealed } from './reseal.ts'
import { overwriteLog, rewriteTables, touchedMonths } from './rewrite-database.ts'

export interface CompactParts extends DispositionParts {
  readonly vault: KeyVault & KeyCustody
  /** Null where this installation does not know the tables' owner: nothing can be compacted then. */
  readonly ownerUrl: Secret | null
  /** The database's administrator; null on a server of the operator's own. */
  readonly adminUrl: Secret | null
  /** Where keys are escrowed; absent or null: nowhere, or not within reach, and what lies there stays for now. */
  readonly escrow?: EscrowParts | null
}

export interface Compaction {
  /** Disposition runs that are final now. */
  readonly final: number
  /** Runs that are logical only still. */
  readonly waiting: number
  readonly objectsDeleted: number
  readonly keysRenewed: number
  readonly tablesRewritten: number
  /** False where the server's administrator must recycle the write-ahead log. */
  readonly logOverwritten: boolean
  readonly epochsDestroyed: readonly number[]
  /** Columns in which something is under an old epoch still: a bug, or a secret of a part that is not known here. */
  readonly epochsInUse: readonly string[]
  /** ISO time from which the rest can be made final; null where nothing waits for that. */
  readonly againAt: string | null
  /** Blocks that unresolved import exceptions need, with something in them that was disposed of. */
  readonly blocksNeeded: number
  /** Copies of destroyed keys in the escrow that their locks keep: the runs they belong to are logical until then. */
  readonly escrow: EscrowWait
}

/** Runs of the object store's sweep that belong to no disposition. */
const noRun = 0n

/** Throws `compact-refused` (no owner's address), `disposition-running`, `interrupted`. */
export async function compact(
  parts: CompactParts,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Compaction> {
  if (!parts.ownerUrl)
    throw new AppError(
      'compact-refused',
      "Compacting rewrites tables, which only their owner may: set DATABASE_OWNER_URL to the owner's address.",
    )
  const owner = createPool({ url: parts.ownerUrl, connectionsMax: 2 })
  const admin = parts.adminUrl ? createPool({ url: parts.adminUrl, connectionsMax: 1 }) : null
  try {
    const done = await withSessionLock(parts.pool, 'holdfast.disposition', (lost) =>
      compactAlone(parts, owner, admin, AbortSignal.any([lost, ...(options.signal ? [options.signal] : [])])),
    )
    if (done === null)
      throw new AppError('disposition-running', 'A disposition is at work; compact when it is done.')
    return done
  } finally {
    await Promise.all([owner.end(), admin?.end()])
  }
}

async function compactAlone(
  parts: CompactParts,
  owner: Pool,
  admin: Pool | null,
  signal: AbortSignal,
): Promise<Compaction> {
  const { pool, vault, clock } = parts
  const looked = await runsLookedAt(pool)
  await findUnusedRecords(parts, noRun)
  const blocksNeeded = await clearLeftovers(parts, noRun)
  await sweepResealed(parts, noRun)
  await pool.query('select drop_unused_attachments()')
  await noteGoneKeys(pool, looked)
  // What was sealed anew is in the escrow before the objects it lay in are gone.
  if (parts.escrow) await syncEscrow(parts.escrow, { locks: false, signal })
  const objectsDeleted = await deleteDeadObjects(parts)
  const current = (await vault.epochs()).at(-1)!.id
  const { rowCount } = await owner.query(
    `select 1 from disposition_run where state = 'done' and final_at is null and last_epoch >= $1 limit 1`,
    [current],
  )
  if (rowCount === 1) await vault.rotateEpoch()
  const keysRenewed = await renewKeys(owner, vault)
  signal.throwIfAborted()
  const tablesRewritten = await rewriteTables(owner, admin, await touchedMonths(owner), signal)
  const logOverwritten = await overwriteLog(admin ?? owner)
  const epochs = await destroyOldEpochs(owner, vault, clock.now())
  const final = logOverwritten ? await makeFinal(parts, owner) : 0
  const { rows } = await pool.query<{ waiting: bigint }>(
    `select count(*) as waiting from disposition_run where state = 'done' and disposed > 0 and final_at is null`,
  )
  return {
    ...{
      final,
      waiting: Number(rows[0]!.waiting),
      objectsDeleted,
      keysRenewed,
      tablesRewritten,
      logOverwritten,
    },
    ...{ epochsDestroyed: epochs.destroyed, epochsInUse: epochs.inUse, againAt: epochs.nextAt, blocksNeeded },
    escrow: await escrowWait(pool),
  }
}

/** Runs all of whose keys were under epochs that are destroyed and lie in no escrow, and none of whose blocks had to stay. */
async function makeFinal({ vault, clock, pool }: CompactParts, owner: Pool): Promise<number> {
  const alive = (await vault.epochs()).filter(({ destroyedAt }) => destroyedAt === null)
  const { rows } = await owner.query<{ id: bigint }>(
    `update disposition_run as r set final_at = $1
      where state = 'done' and final_at is null and last_epoch < $2
        and not exists (select from leftover_block as l join block as b on b.id = l.block_id where l.run_id = r.id)
        and ${inNoCopy}
      returning id`,
    [new Date(clock.now()), Math.min(...alive.map(({ id }) => id))],
  )
  await noteLogEntries(
    pool,
    rows.map(({ id }) => ({
      at: clock.now(),
      kind: 'disposition' as const,
      facts: { run: Number(id), final: true },
    })),
  )
  return rows.length
}
