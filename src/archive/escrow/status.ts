import type { EscrowProtection } from '../../platform/escrow-store/escrow-store.ts'
import { publicKeyFingerprint } from '../../platform/sealing/index.ts'
import { escrowWait } from './gone.ts'
import type { EscrowParts } from './parts.ts'
import { lastFullSync } from './sync.ts'

export interface EscrowStatus {
  readonly place: string
  readonly protection: EscrowProtection
  /** Whether the storage itself keeps what is locked, so that nobody can shorten it. */
  readonly worm: boolean
  /** Fingerprint of the officer's public key. */
  readonly officer: string
  readonly copies: number
  readonly keys: number
  /** Keys of imported content that no copy has yet. */
  readonly missing: number
  /** Copies by how they are locked. */
  readonly lockedByTime: number
  readonly held: number
  readonly free: number
  /** ISO times: the first and the last of the locks' ends. */
  readonly firstEnd: string | null
  readonly lastEnd: string | null
  /** Copies with a key in them that was destroyed here, which their lock keeps: these dispositions are not final. */
  readonly waiting: number
  readonly waitingUntil: string | null
  /** ISO time when all locks were looked at last. */
  readonly locksLookedAt: string | null
}

export async function escrowStatus(parts: Omit<EscrowParts, 'random'>): Promise<EscrowStatus> {
  const { rows } = await parts.pool.query<
    Record<'copies' | 'keys' | 'missing' | 'timed' | 'held' | 'free', bigint> & {
      first_end: Date | null
      last_end: Date | null
    }
  >(
    `select count(*) as copies, count(*) filter (where held) as held,
            count(*) filter (where locked_until > $1) as timed,
            count(*) filter (where not held and coalesce(locked_until, $1) <= $1) as free,
            min(locked_until) filter (where locked_until > $1) as first_end, max(locked_until) as last_end,
            (select count(*) from escrow_key) as keys,
            (select count(*) from block as b join segment as s on s.id = b.segment_id
              where s.adopted_at is not null and not exists (select from escrow_key as k where k.kind = 1 and k.key_id = b.id)) +
            (select count(*) from attachment as a
              where a.reference_count > 0 and not exists (select from escrow_key as k where k.kind = 2 and k.key_id = a.id)) as missing
       from escrow_copy`,
    [new Date(parts.clock.now())],
  )
  const row = rows[0]!
  const wait = await escrowWait(parts.pool)
  const { place, protection } = parts.escrow
  return {
    place,
    protection,
    worm: protection === 'locked',
    officer: publicKeyFingerprint(parts.officerKey),
    copies: Number(row.copies),
    keys: Number(row.keys),
    missing: Number(row.missing),
    lockedByTime: Number(row.timed),
    held: Number(row.held),
    free: Number(row.free),
    firstEnd: row.first_end?.toISOString() ?? null,
    lastEnd: row.last_end?.toISOString() ?? null,
    waiting: wait.copies,
    waitingUntil: wait.until,
    locksLookedAt: await lastFullSync(parts),
  }
}
