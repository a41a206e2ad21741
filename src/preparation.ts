/** Starts the computing half of transfer: in a thread of its own, or in this one. */
import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  type PageInput,
  type Preparation,
  type PreparationDirectory,
  type PreparedPage,
  preparePage,
} from './connector/index.ts'
import { AppError } from './domain/errors.ts'
import { compileMapping } from './domain/mapping.ts'
import { decodeRecord } from './pipeline-sources.ts'
import type { ThreadFailure, ThreadSettings } from './pipeline-thread.ts'
import { systemRandom } from './platform/random.ts'
import { memoryToHandOver } from './platform/thread-memory.ts'

type Settings = Omit<ThreadSettings, keyof PreparationDirectory>

/** The published package is compiled, and nothing rewrites an address that is not an import. */
const threadFile = new URL(`./pipeline-thread${extname(import.meta.url)}`, import.meta.url)

/**
 * Left to itself V8 gives the short-lived objects of a thread 130 MB; a page makes so many of them that it would
 * use it all. With a fifth of that, collecting them takes no longer (measured).
 */
const resourceLimits = { maxYoungGenerationSizeMb: 24 }

/** A thread that takes one page after the other; the pages wait in line. A page's body is handed over, not copied. */
export async function startPreparationThread(
  settings: Settings,
  directory: PreparationDirectory,
): Promise<Preparation> {
  const workerData: ThreadSettings = { ...settings, ...directory }
  const worker = new Worker(threadFile, { workerData, resourceLimits })
  await once(worker, 'online')
  let last: Promise<unknown> = Promise.resolve()
  const prepareNow = async (page: PageInput): Promise<PreparedPage> => {
    worker.postMessage(page, memoryToHandOver([page.body]))
    const [answer] = (await once(worker, 'message')) as [{ page?: PreparedPage; failure?: ThreadFailure }]
    if (answer.page) return answer.page
    throw errorOf(answer.failure)
  }
  return {
    prepare(page) {
      const prepared = last.then(() => prepareNow(page))
      last = prepared.catch(() => {})
      return prepared
    },
    close: async () => {
      await worker.terminate()
    },
  }
}

/** The same without a thread: for tests that stop the process at a fault point. */
export async function startPreparationHere(
  settings: Settings,
  { registeredUsers }: PreparationDirectory,
): Promise<Preparation> {
  const directory = compileMapping({ rows: [], automatic: false, registeredUsers, mailboxes: [] })
  const options = { ...settings, decode: decodeRecord, directory, random: systemRandom }
  return {
    prepare: async (page) => preparePage(page, options),
    close: async () => {},
  }
}

function errorOf(failure: ThreadFailure | undefined): Error {
  if (failure?.code) return new AppError(failure.code, failure.message)
  return new Error(failure?.message ?? 'the preparation thread answered nothing')
}
