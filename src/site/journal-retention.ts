/** The journal is a way station: what the centre took is destroyed here a set time later, unless the centre needs it. */
import { clearInterval, setInterval } from 'node:timers'
import { faultPoint } from '../platform/faults.ts'
import type { SiteParts } from './parts.ts'

export interface JournalSweep {
  /** Segments whose key was destroyed now. */
  readonly segments: number
  readonly attachments: number
}

/** How often a site looks: what is due is due by days. */
const everyMs = 6 * 3_600_000

/**
 * Destroys the keys of segments that the centre took at least `days` days ago (1 and more), and deletes their objects.
 * Accounts with somebody who is held keep theirs. May be cut off and called again.
 */
export async function sweepJournal({ pool, objects }: SiteParts, days: number): Promise<JournalSweep> {
  const { rows } = await pool.query<{ segments: bigint; attachments: bigint }>(
    'select * from sweep_journal($1)',
    [days],
  )
  faultPoint('journal.swept')
  const dead = await pool.query<{ object_name: string }>('select object_name from dead_object')
  for (const { object_name } of dead.rows) {
    await objects.delete(object_name)
    await pool.query('delete from dead_object where object_name = $1', [object_name])
  }
  return { segments: Number(rows[0]!.segments), attachments: Number(rows[0]!.attachments) }
}

/** Sweeps now and every few hours until it is stopped. */
export function keepJournalSwept(
  parts: SiteParts,
  days: number,
  onFailure: (error: unknown) => void,
): { stop(): Promise<void> } {
  let sweeping: Promise<unknown> = Promise.resolve()
  const sweep = () => {
    sweeping = sweeping.then(() => sweepJournal(parts, days)).catch(onFailure)
  }
  sweep()
  const timer = setInterval(sweep, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      await sweeping
    },
  }
}
