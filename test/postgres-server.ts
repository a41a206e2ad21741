/**
 * The database server of one test run: made by the first test that asks (see postgres.ts), in memory where
 * there is room, without fsync, and gone afterwards. What a killed run left behind is swept by the next.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { takeFileLock } from '../src/platform/file-lock.ts'
import { stopServer } from '../src/platform/postgres/server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    testServerFolder: string
  }
}

export const memory = '/dev/shm'
const prefix = 'holdfast-test-'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parent = roomyMemory() ? memory : tmpdir()
  await sweep(parent)
  const folder = mkdtempSync(join(parent, prefix))
  const owner = await takeFileLock(join(folder, 'run.lock'), { mode: 'exclusive', waitMs: 0 })
  project.provide('testServerFolder', folder)
  return async () => {
    await remove(folder)
    owner?.release()
  }
}

function roomyMemory(): boolean {
  if (!existsSync(memory)) return false
  const disk = statfsSync(memory)
  return disk.bavail * disk.bsize > 2 * 2 ** 30
}

/** A folder whose lock is free has lost its run. */
async function sweep(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name)
    const lock = await takeFileLock(join(folder, 'run.lock'), { mode: 'exclusive', waitMs: 0 }).catch(
      () => null,
    )
    if (!lock) continue
    await remove(folder)
    lock.release()
  }
}

async function remove(folder: string): Promise<void> {
  await stopServer(join(folder, 'data', 'pg'))
  rmSync(folder, { recursive: true, force: true })
}
