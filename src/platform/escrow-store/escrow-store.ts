import { AppError } from '../../domain/errors.ts'

/**
 * How far the storage itself keeps what is locked. `locked`: until its time nobody can delete, change or shorten it,
 * the owner of the storage included. `unlocked`: the service cannot, whoever may change policies of the storage can.
 * `none`: whoever may write to it can.
 */
export type EscrowProtection = 'locked' | 'unlocked' | 'none'

export interface EscrowLock {
  /** Null: no time. */
  readonly until: Date | null
  /** Kept without an end, until that is taken off again. */
  readonly held: boolean
}

export interface EscrowObject {
  readonly name: string
  /** Of storage with versions: what was written over or deleted by name is still there as an older one. */
  readonly version: string | null
  readonly bytes: number
}

/**
 * Storage in which an object can be locked. Names are as in the object store, and are written once. Every method may
 * throw what the object store throws.
 */
export interface EscrowStore {
  readonly protection: EscrowProtection
  /** For people: which folder or container. */
  readonly place: string
  put(name: string, bytes: Uint8Array, lock: EscrowLock): Promise<void>
  /** Lengthens the time, or sets and takes off what has no end. A time is never shortened: an earlier one changes nothing. */
  relock(name: string, lock: EscrowLock): Promise<void>
  /** Null where there is no such object. */
  lockOf(name: string): Promise<EscrowLock | null>
  get(name: string, version: string | null): Promise<Uint8Array>
  /** Deletes it with all its versions; an absent one is no error. Throws AppError `escrow-locked` before its time. */
  delete(name: string): Promise<void>
  /** Every version of every object whose name begins so. */
  list(prefix: string): AsyncIterable<EscrowObject>
}

export function escrowLocked(name: string, cause?: unknown): AppError {
  return new AppError('escrow-locked', `The escrow keeps ${name} until its time is over.`, { cause })
}

/** The later of two times. */
export function laterOf(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
