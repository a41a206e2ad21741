/** Starts the computing half of transfer: in a thread of its own, or in this one. */
import { once } from 'node:events'
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

type Settings = Omit<ThreadSettings, keyof PreparationDirectory>

/** A thread that takes one page after the other; the pages wait in line. */
export async function startPreparationThread(
  settings: Settings,
  directory: PreparationDirectory,
): Promise<Preparation> {
  const workerData: ThreadSettings = { ...settings, ...directory }
  const worker = new Worker(new URL('./pipeline-thread.ts', import.meta.url), { workerData })
  await once(worker, 'online')
  let last: Promise<unknown> = Promise.resolve()
  const prepareNow = async (page: PageInput): Promise<PreparedPage> => {
    worker.postMessage(page)
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
