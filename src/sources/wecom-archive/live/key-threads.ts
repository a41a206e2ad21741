/** Random keys unwrapped on all cores. */
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { UnwrappedKey, WrappedKey } from './key-thread.ts'

/** Unwraps in the order given. */
export type UnwrapKeys = (wrapped: readonly WrappedKey[]) => Promise<readonly UnwrappedKey[]>

const threadsMax = 8
/** A share smaller than this is not worth another thread. */
const shareMin = 16
/** A key that is used for several messages is unwrapped once. */
const rememberedMax = 4_096

/** The published package is compiled, and nothing rewrites an address that is not an import. */
const threadFile = new URL(`./key-thread${extname(import.meta.url)}`, import.meta.url)

/** Threads start when they are first needed and do not keep the process alive. */
export function startKeyThreads(privateKeys: Readonly<Record<string, string>>): UnwrapKeys {
  const threads: ((wrapped: readonly WrappedKey[]) => Promise<readonly UnwrappedKey[]>)[] = []
  const threadAt = (index: number) => (threads[index] ??= startThread(privateKeys))
  const remembered = new Map<string, UnwrappedKey>()
  return async (wrapped) => {
    const fresh = [...new Map(wrapped.map((one) => [nameOf(one), one] as const)).entries()].filter(
      ([name]) => !remembered.has(name),
    )
    const count = Math.max(
      1,
      Math.min(threadsMax, availableParallelism(), Math.ceil(fresh.length / shareMin)),
    )
    const share = Math.ceil(fresh.length / count)
    const shares = Array.from({ length: count }, (_, index) =>
      fresh.slice(index * share, (index + 1) * share),
    )
    const unwrapped = await Promise.all(
      shares.map((some, index) => (some.length === 0 ? [] : threadAt(index)(some.map(([, one]) => one)))),
    )
    const found = new Map(unwrapped.flat().map((key, index) => [fresh[index]![0], key] as const))
    const keys = wrapped.map((one) => found.get(nameOf(one)) ?? remembered.get(nameOf(one))!)
    if (remembered.size + found.size > rememberedMax) remembered.clear()
    for (const [name, key] of found) remembered.set(name, key)
    return keys
  }
}

function nameOf({ keyVersion, randomKey }: WrappedKey): string {
  return `${keyVersion} ${randomKey}`
}

function startThread(privateKeys: Readonly<Record<string, string>>) {
  const worker = new Worker(threadFile, { workerData: privateKeys })
  worker.unref()
  const waiting = new Map<number, (unwrapped: readonly UnwrappedKey[]) => void>()
  worker.on('message', ({ id, unwrapped }: { id: number; unwrapped: readonly UnwrappedKey[] }) => {
    waiting.get(id)?.(unwrapped)
    waiting.delete(id)
  })
  let last = 0
  return (wrapped: readonly WrappedKey[]) =>
    new Promise<readonly UnwrappedKey[]>((resolve) => {
      last += 1
      waiting.set(last, resolve)
      worker.postMessage({ id: last, wrapped })
    })
}
