/** The reading thread from the other side: batches as they are needed, a deadline, an end whatever happens. */
import { extname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../domain/errors.ts'
import type { Batch, ReadAnswer } from './batches.ts'
import type { ReadOrder } from './read-item.ts'

/** The published package is compiled, and nothing rewrites an address that is not an import. */
const threadFile = new URL(`./read-worker${extname(import.meta.url)}`, import.meta.url)

/** Pages are read one at a time: a thread that needs more than this was fed something else than messages. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 }

export interface ReadLimits {
  readonly silenceSecondsMax: number
}

/**
 * Batch by batch; while one is used, the next is read. Throws AppError `damaged-database` where the thread fails, dies or
 * says nothing for too long. `name`: of the file, for people.
 */
export async function* readDatabase(
  order: ReadOrder,
  name: string,
  { silenceSecondsMax }: ReadLimits,
): AsyncGenerator<Batch> {
  const worker = new Worker(threadFile, { workerData: order, resourceLimits })
  const ask = (): Promise<ReadAnswer> => {
    const answer = answerOf(worker, name, silenceSecondsMax)
    // The answer is awaited a batch later; a failure in between is that batch's to throw.
    answer.catch(() => {})
    worker.postMessage('next')
    return answer
  }
  try {
    let coming = ask()
    for (;;) {
      const { batch, failure } = await coming
      if (failure !== undefined) throw errorOf(failure, name)
      if (batch === undefined) return
      coming = ask()
      yield batch
    }
  } finally {
    // A thread that never comes back from within SQLite must not keep the capture, nor the process.
    worker.unref()
    await Promise.race([worker.terminate(), delay(endSecondsMax * 1000, undefined, { ref: false })])
  }
}

const endSecondsMax = 10

function answerOf(worker: Worker, name: string, silenceSecondsMax: number): Promise<ReadAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      end()
    }
    const fail = (what: string, cause?: unknown) => settle(() => reject(damagedDatabase(name, what, cause)))
    const onMessage = (answer: ReadAnswer) => settle(() => resolve(answer))
    const onError = (error: unknown) => fail('could not be read in the memory there is', error)
    const onExit = () => fail('ended its reading thread')
    const timer = setTimeout(
      () => fail(`gave nothing for ${silenceSecondsMax} seconds`),
      silenceSecondsMax * 1000,
    )
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}

function errorOf({ code, message }: NonNullable<ReadAnswer['failure']>, name: string): AppError {
  if (code === 'damaged-database') return damagedDatabase(name, `is damaged (${message})`)
  return new AppError(code, `${name}: ${message}`, { details: { file: name } })
}

export function damagedDatabase(name: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'damaged-database',
    `The database ${name} ${what}: what had been read before is kept; copy the backup from the phone again.`,
    { details: { file: name }, ...(cause === undefined ? {} : { cause }) },
  )
}
