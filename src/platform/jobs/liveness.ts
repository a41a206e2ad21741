/** Worker processes hold a shared lock in the database while they live; the server frees it when they die. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '../postgres/pool.ts'
import { isSessionLockHeld, type SessionLock, takeSessionLock } from '../postgres/session-lock.ts'

const lockName = 'holdfast worker'
const reconnectMs = 1_000

export interface WorkerAnnouncement {
  withdraw(): Promise<void>
}

/** Announces this process as a worker until withdrawn, on a connection of its own; again whenever that breaks. */
export async function announceWorker(pool: Pool): Promise<WorkerAnnouncement> {
  const withdrawn = new AbortController()
  let lock = await takeSessionLock(pool, lockName, 'shared')
  const watch = async () => {
    while (!withdrawn.signal.aborted) {
      if (lock && !lock.signal.aborted) await lostOrWithdrawn(lock, withdrawn.signal)
      if (withdrawn.signal.aborted) return
      await lock?.release()
      await sleep(reconnectMs, undefined, { ref: false, signal: withdrawn.signal }).catch(() => {})
      if (!withdrawn.signal.aborted) lock = await takeSessionLock(pool, lockName, 'shared').catch(() => null)
    }
  }
  const watching = watch()
  return {
    async withdraw() {
      withdrawn.abort()
      await watching
      await lock?.release()
    },
  }
}

function lostOrWithdrawn(lock: SessionLock, withdrawn: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    AbortSignal.any([lock.signal, withdrawn]).addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Whether any worker process is alive. */
export function workerIsUp(pool: Pool): Promise<boolean> {
  return isSessionLockHeld(pool, lockName)
}
