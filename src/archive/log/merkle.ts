/** The hashes of RFC 6962 §2.1: leaves and nodes, roots and paths. Pure. */
import { hash } from 'node:crypto'

export const hashBytes = 32

const nodePrefix = Buffer.from([1])
const leafPrefix = Buffer.from([0])

export function leafHash(entry: Uint8Array): Buffer {
  return sha256(Buffer.concat([leafPrefix, entry]))
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([nodePrefix, left, right]))
}

/** By way of a string: a Buffer of its own for each of so many hashes costs twice as much. */
function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary')
}

/** The root of a tree without leaves. */
export const emptyRoot = hash('sha256', Buffer.alloc(0), 'buffer')

/** Answers the hash of the complete subtree of 2^height leaves that is the `index`-th of its height. */
export type ReadNode = (height: number, index: bigint) => Promise<Buffer>

/** The root of the first `size` leaves. */
export async function rootOf(size: bigint, readNode: ReadNode): Promise<Buffer> {
  return size === 0n ? emptyRoot : rangeHash(0n, size, readNode)
}

/** MTH(D[from:to]), for the ranges that the definitions of RFC 6962 split a tree into. */
async function rangeHash(from: bigint, to: bigint, readNode: ReadNode): Promise<Buffer> {
  const size = to - from
  const height = heightOf(size)
  if (size === 1n << BigInt(height)) return readNode(height, from >> BigInt(height))
  const middle = from + splitOf(size)
  return nodeHash(await rangeHash(from, middle, readNode), await rangeHash(middle, to, readNode))
}

/** PATH(index, D[0:size]), lowest first: what proves that a leaf is in the tree. */
export async function inclusionPath(index: bigint, size: bigint, readNode: ReadNode): Promise<Buffer[]> {
  if (index < 0n || index >= size) throw new RangeError(`leaf ${index} is not in a log of ${size}`)
  const path: Buffer[] = []
  let [from, to] = [0n, size]
  while (to - from > 1n) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      path.push(await rangeHash(middle, to, readNode))
      to = middle
    } else {
      path.push(await rangeHash(from, middle, readNode))
      from = middle
    }
  }
  return path.reverse()
}

/** PROOF(old, D[0:size]): what proves that a log of `old` leaves was the beginning of this one. */
export async function consistencyPath(old: bigint, size: bigint, readNode: ReadNode): Promise<Buffer[]> {
  if (old < 0n || old > size) throw new RangeError(`a log of ${old} is no beginning of one of ${size}`)
  if (old === 0n || old === size) return []
  return subproof(old, 0n, size, true, readNode)
}

async function subproof(
  old: bigint,
  from: bigint,
  to: bigint,
  known: boolean,
  readNode: ReadNode,
): Promise<Buffer[]> {
  if (old === to - from) return known ? [] : [await rangeHash(from, to, readNode)]
  const split = splitOf(to - from)
  const middle = from + split
  if (old <= split) {
    return [...(await subproof(old, from, middle, known, readNode)), await rangeHash(middle, to, readNode)]
  }
  return [
    ...(await subproof(old - split, middle, to, false, readNode)),
    await rangeHash(from, middle, readNode),
  ]
}

/** Whether the path leads from the leaf to the root (RFC 9162 §2.1.3.2). */
export function isIncluded(
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index < 0n || index >= size) return false
  let [place, last] = [index, size - 1n]
  let computed: Buffer = Buffer.from(leaf)
  for (const step of path) {
    if (last === 0n || step.byteLength !== hashBytes) return false
    if ((place & 1n) === 1n || place === last) {
      computed = nodeHash(step, computed)
      while ((place & 1n) === 0n && place !== 0n) {
        place >>= 1n
        last >>= 1n
      }
    } else computed = nodeHash(computed, step)
    place >>= 1n
    last >>= 1n
  }
  return last === 0n && computed.equals(root)
}

/** Whether the path shows that the tree of `oldRoot` is the beginning of that of `root` (RFC 9162 §2.1.4.2). */
export function isConsistent(
  old: { readonly size: bigint; readonly root: Uint8Array },
  now: { readonly size: bigint; readonly root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (old.size > now.size) return false
  if (old.size === now.size) return path.length === 0 && Buffer.from(old.root).equals(now.root)
  if (old.size === 0n) return path.length === 0
  const steps = isPowerOfTwo(old.size) ? [old.root, ...path] : [...path]
  let [place, last] = [old.size - 1n, now.size - 1n]
  while ((place & 1n) === 1n) {
    place >>= 1n
    last >>= 1n
  }
  const first = steps.shift()
  if (first === undefined) return false
  let fromOld: Buffer = Buffer.from(first)
  let fromNow = fromOld
  for (const step of steps) {
    if (last === 0n) return false
    if ((place & 1n) === 1n || place === last) {
      fromOld = nodeHash(step, fromOld)
      fromNow = nodeHash(step, fromNow)
      while ((place & 1n) === 0n && place !== 0n) {
        place >>= 1n
        last >>= 1n
      }
    } else fromNow = nodeHash(fromNow, step)
    place >>= 1n
    last >>= 1n
  }
  return last === 0n && fromOld.equals(old.root) && fromNow.equals(now.root)
}

/** The largest power of two below `size`, which is two or more. */
function splitOf(size: bigint): bigint {
  return 1n << BigInt(heightOf(size - 1n))
}

/** The height of the largest complete tree of at most `size` leaves. */
function heightOf(size: bigint): number {
  return size.toString(2).length - 1
}

function isPowerOfTwo(size: bigint): boolean {
  return (size & (size - 1n)) === 0n
}
