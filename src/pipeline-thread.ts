/** The computing half of transfer in a thread of its own: pages in, prepared pages out. */
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { type PageInput, type PreparationDirectory, preparePage } from './connector/index.ts'
import { AppError, type ErrorCode } from './domain/errors.ts'
import { compileMapping } from './domain/mapping.ts'
import { decodeRecord } from './pipeline-sources.ts'
import { systemRandom } from './platform/random.ts'
import { memoryToHandOver } from './platform/thread-memory.ts'

export interface ThreadSettings extends PreparationDirectory {
  readonly emailDomain: string
  readonly attachmentBytesMax: number
}

/** An error crosses the thread as data: its class does not survive the passage. */
export interface ThreadFailure {
  readonly code: ErrorCode | null
  readonly message: string
}

const stepsBack = 10

const { registeredUsers, emailDomain, attachmentBytesMax } = workerData as ThreadSettings
const options = {
  decode: decodeRecord,
  emailDomain,
  attachmentBytesMax,
  directory: compileMapping({ rows: [], automatic: false, registeredUsers, mailboxes: [] }),
  random: systemRandom,
}

// Nobody waits for a page as people wait for answers. Linux knows a priority of threads; elsewhere 0 is the process.
if (process.platform === 'linux') setPriority(0, stepsBack)

parentPort?.on('message', (page: PageInput) => {
  try {
    const prepared = preparePage(page, options)
    parentPort?.postMessage({ page: prepared }, memoryToHandOver([prepared.segment, prepared.catalogue]))
  } catch (error) {
    const failure: ThreadFailure = {
      code: error instanceof AppError ? error.code : null,
      message: error instanceof Error ? error.message : String(error),
    }
    parentPort?.postMessage({ failure })
  }
})
