import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { AppError } from '../../domain/errors.ts'
import type { RandomSource } from '../random.ts'
import { openBlock, sealBlock } from '../sealing/index.ts'
import { currentEpoch, type EpochKey, type KeySet } from './key-set.ts'

const wrappedForm = 1
const sealedForm = 2
const headBytes = 5
/** The length of a wrapped key. */
export const wrappedKeyBytes = headBytes + 40
// RFC 3394 §2.2.3.1: the initial value that unwrapping checks.
const wrapCheck = Buffer.alloc(8, 0xa6)

/** A key set made ready for use: all of it synchronous, so that a page of keys costs no turns of the event loop. */
export interface KeyRing {
  wrap(keys: readonly Uint8Array[]): Buffer[]
  unwrap(wrapped: readonly Uint8Array[]): Buffer[]
  seal(purpose: string, secret: Uint8Array, random: RandomSource): Buffer
  open(purpose: string, sealed: Uint8Array): Buffer
  derive(purpose: string): Buffer
}

export function createKeyRing(set: KeySet): KeyRing {
  const epochs = new Map(set.epochs.map((epoch) => [epoch.id, prepare(epoch)]))
  const current = epochs.get(currentEpoch(set).id)!
  const epochFor = (bytes: Uint8Array): ReadyEpoch => readyEpoch(epochs.get(epochOf(bytes)), epochOf(bytes))
  return {
    wrap: (keys) => keys.map((key) => wrapKey(readyEpoch(current, current.id), key)),
    unwrap: (wrapped) => wrapped.map((one) => unwrapKey(epochFor(one), one)),
    seal(purpose, secret, random) {
      const block = sealBlock(readyEpoch(current, current.id).sealing, secret, Buffer.from(purpose), random)
      return Buffer.concat([head(sealedForm, current.id), block])
    },
    open(purpose, sealed) {
      if (sealed[0] !== sealedForm) throw altered(`The sealed secret for ${purpose}`)
      const { sealing } = epochFor(sealed)
      try {
        return openBlock(sealing, sealed.subarray(headBytes), Buffer.from(purpose), purpose)
      } catch (cause) {
        throw altered(`The sealed secret for ${purpose}`, cause)
      }
    },
    derive: (purpose) =>
      Buffer.from(hkdfSync('sha256', set.root, set.vault, `holdfast derive 1 ${purpose}`, 32)),
  }
}

/** The epoch that a wrapped key or a sealed secret belongs to. Throws AppError `key-refused` when it is neither. */
export function epochOf(bytes: Uint8Array): number {
  if (bytes.length <= headBytes || (bytes[0] !== wrappedForm && bytes[0] !== sealedForm))
    throw altered('The wrapped key')
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
}

interface ReadyEpoch {
  readonly id: number
  readonly wrapping: KeyObject
  readonly sealing: KeyObject
}

/** Wrapping and sealing never share a key. */
function prepare(epoch: EpochKey): ReadyEpoch | { readonly id: number; readonly wrapping: null } {
  const { id, key } = epoch
  if (key === null) return { id, wrapping: null }
  const derive = (use: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `holdfast epoch 1 ${use}`, 32)))
  return { id, wrapping: derive('wrap'), sealing: derive('seal') }
}

function readyEpoch(epoch: ReturnType<typeof prepare> | undefined, id: number): ReadyEpoch {
  if (epoch?.wrapping) return epoch
  const why =
    epoch === undefined
      ? 'is not in the key file. Restore the newest copy of the key file.'
      : 'was destroyed; what it protected is gone for good, as it was meant to be.'
  throw new AppError('key-missing', `The key of epoch ${id} ${why}`, { details: { epoch: id } })
}

function wrapKey(epoch: ReadyEpoch, key: Uint8Array): Buffer {
  if (key.length !== 32) throw new RangeError(`A key to wrap has 32 bytes, not ${key.length}.`)
  const cipher = createCipheriv('id-aes256-wrap', epoch.wrapping, wrapCheck)
  const wrapped = Buffer.allocUnsafe(wrappedKeyBytes)
  head(wrappedForm, epoch.id).copy(wrapped)
  cipher.update(key).copy(wrapped, headBytes)
  cipher.final()
  return wrapped
}

function unwrapKey(epoch: ReadyEpoch, wrapped: Uint8Array): Buffer {
  if (wrapped.length !== wrappedKeyBytes || wrapped[0] !== wrappedForm) throw altered('The wrapped key')
  try {
    const decipher = createDecipheriv('id-aes256-wrap', epoch.wrapping, wrapCheck)
    const key = decipher.update(wrapped.subarray(headBytes))
    decipher.final()
    return key
  } catch (cause) {
    throw altered('The wrapped key', cause)
  }
}

function head(form: number, epoch: number): Buffer {
  const bytes = Buffer.alloc(headBytes)
  bytes[0] = form
  bytes.writeUInt32BE(epoch, 1)
  return bytes
}

function altered(what: string, cause?: unknown): AppError {
  return new AppError(
    'key-refused',
    `${what} does not open: it was altered, or belongs to another key vault.`,
    {
      cause,
    },
  )
}
