import { hash } from 'node:crypto'
import { AppError } from '../../domain/errors.ts'
import type { RandomSource } from '../random.ts'
import type { Epoch } from './key-vault.ts'

/** All keys of one vault, as a value. */
export interface KeySet {
  /** Names the vault, so that a database can tell that it was given another one's file. */
  readonly vault: string
  /** 32 bytes; what `derive` starts from. Never changes. */
  readonly root: Uint8Array
  /** By id, ascending; the last is the current one. */
  readonly epochs: readonly EpochKey[]
}

export interface EpochKey {
  readonly id: number
  readonly createdAt: number
  readonly retiredAt: number | null
  readonly destroyedAt: number | null
  /** 32 bytes; null when destroyed. */
  readonly key: Uint8Array | null
}

/** How long after its retirement an epoch may be destroyed at the earliest. */
const graceMs = 3_600_000

export function createKeySet(random: RandomSource, now: number): KeySet {
  return {
    vault: random.bytes(8).toString('hex'),
    root: random.bytes(32),
    epochs: [newEpoch(1, random, now)],
  }
}

export function currentEpoch(set: KeySet): EpochKey {
  return set.epochs.at(-1)!
}

/** The set with one more epoch, which is the current one. */
export function rotate(set: KeySet, random: RandomSource, now: number): KeySet {
  const { id } = currentEpoch(set)
  const retired = set.epochs.map((epoch) => (epoch.id === id ? { ...epoch, retiredAt: now } : epoch))
  return { ...set, epochs: [...retired, newEpoch(id + 1, random, now)] }
}

/** The set without the key of epoch `id`; throws as `KeyCustody.destroyEpoch` says. */
export function destroy(set: KeySet, id: number, now: number): KeySet {
  const epoch = set.epochs.find((one) => one.id === id)
  if (epoch === undefined)
    throw new AppError('key-missing', `There is no epoch ${id} in the key vault.`, { details: { epoch: id } })
  if (epoch.key === null) return set
  if (epoch.retiredAt === null)
    throw refused(id, 'it is the current one. Rotate first, and wrap again what must stay readable.')
  if (now - epoch.retiredAt < graceMs)
    throw refused(id, 'it was retired less than an hour ago, and a running import may still be using it.')
  const destroyed = { ...epoch, key: null, destroyedAt: now }
  return { ...set, epochs: set.epochs.map((one) => (one.id === id ? destroyed : one)) }
}

/** What may be told of the epochs: everything but their keys. */
export function epochsOf(set: KeySet): Epoch[] {
  return set.epochs.map(({ id, createdAt, retiredAt, destroyedAt }) => ({
    id,
    createdAt: new Date(createdAt),
    retiredAt: retiredAt === null ? null : new Date(retiredAt),
    destroyedAt: destroyedAt === null ? null : new Date(destroyedAt),
  }))
}

/** Changes with every key that comes or goes: what a confirmed backup is a backup of. */
export function keySetFingerprint(set: KeySet): string {
  const keys = set.epochs.map((epoch) => `${epoch.id}:${base64(epoch.key)}`)
  return hash('sha256', ['holdfast keys 1', set.vault, base64(set.root), ...keys].join('\n'))
}

function base64(key: Uint8Array | null): string {
  return key === null ? 'destroyed' : Buffer.from(key).toString('base64')
}

function newEpoch(id: number, random: RandomSource, now: number): EpochKey {
  return { id, createdAt: now, retiredAt: null, destroyedAt: null, key: random.bytes(32) }
}

function refused(epoch: number, why: string): AppError {
  return new AppError('key-refused', `Epoch ${epoch} cannot be destroyed: ${why}`, { details: { epoch } })
}
