/**
 * Temporary files of one test run in memory, where there is room: among them are data folders with durable databases,
 * which a disk takes seconds to make, and it is not the disk that is tested. They go with the run's folder (see
 * postgres-server.ts, which comes first).
 */
import { chmodSync, mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { memory } from './postgres-server.ts'

/** Below it, "holdfast doctor" would say that the disk of a test's data folder is nearly full. */
const roomyBytes = 6 * 2 ** 30

export function setup(project: TestProject): void {
  const folder = project.getProvidedContext().testServerFolder
  if (!folder.startsWith(`${memory}/`)) return
  const disk = statfsSync(folder)
  if (disk.bavail * disk.bsize < roomyBytes) return
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  // Open to all, as temporary folders are, for the tests that work as another user.
  chmodSync(temporary, 0o1777)
  chmodSync(folder, 0o711)
  process.env.TMPDIR = temporary
}
