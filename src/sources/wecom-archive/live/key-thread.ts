/** A thread of the child that does nothing but unwrap random keys: an RSA operation each, the dearest step of a pull. */
import type { KeyObject } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { readPrivateKey, unwrapRandomKey } from './private-key.ts'

export interface WrappedKey {
  readonly keyVersion: string
  readonly randomKey: string
}

export type UnwrappedKey = Uint8Array | 'key-missing' | 'key-wrong'

const keys = new Map<string, KeyObject>()
for (const [version, pem] of Object.entries(workerData as Readonly<Record<string, string>>)) {
  const key = readPrivateKey(pem)
  if (key !== null) keys.set(version, key)
}

parentPort!.on('message', ({ id, wrapped }: { id: number; wrapped: readonly WrappedKey[] }) => {
  parentPort!.postMessage({ id, unwrapped: wrapped.map(unwrap) })
})

function unwrap({ keyVersion, randomKey }: WrappedKey): UnwrappedKey {
  const key = keys.get(keyVersion)
  return key === undefined ? 'key-missing' : (unwrapRandomKey(key, randomKey) ?? 'key-wrong')
}
