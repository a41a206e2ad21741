import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { RandomSource } from '../random.ts'
import { damaged } from './block.ts'

/*
 * The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): each chunk's nonce holds its number
 * and whether it is the last, so a chunk that is cut off, moved, doubled or appended does not open.
 *   2 ‖ prefix(7) ‖ chunk 0 ‖ chunk 1 …      chunk = AES-256-GCM(64 KiB, the last one shorter) ‖ tag(16)
 *   nonce = prefix(7) ‖ chunk number (4, big-endian) ‖ 1 for the last chunk, else 0
 * The last chunk is never empty, except the only chunk of an empty plaintext.
 */
const form = 2
const prefixBytes = 7
const tagBytes = 16
const noAad = new Uint8Array(0)

export const chunkBytes = 64 * 1024
export const sealedChunkBytes = chunkBytes + tagBytes
export const chunkHeadBytes = 1 + prefixBytes

/** A key of 32 bytes that seals one stream only, and what is bound to every chunk without being stored. */
export interface ChunkKey {
  readonly key: Uint8Array
  readonly aad?: Uint8Array
}

/** Give it bytes as they come; each call answers what is ready. What is given must not be changed afterwards. */
export interface ChunkTransform {
  update(bytes: Uint8Array): Buffer[]
  /** The end: answers the rest. The transform is spent. */
  final(): Buffer[]
}

/** Seals a stream of unknown length with at most one chunk held in memory. */
export function createChunkSealer(options: ChunkKey & { readonly random: RandomSource }): ChunkTransform {
  const key = createSecretKey(options.key)
  const head = Buffer.concat([Buffer.of(form), options.random.bytes(prefixBytes)])
  const held = createHeldBytes()
  let next = 0
  const seal = (last: boolean, bytes: Uint8Array, out: Buffer[]): void => {
    if (next === 0) out.push(head)
    out.push(...sealChunk(key, nonceOf(head, next++, last), bytes, options.aad ?? noAad))
  }
  return {
    update(bytes) {
      const out: Buffer[] = []
      held.add(bytes)
      while (held.length() > chunkBytes) seal(false, held.take(chunkBytes), out)
      return out
    },
    final() {
      const out: Buffer[] = []
      seal(true, held.take(held.length()), out)
      return out
    },
  }
}

/**
 * Opens what `createChunkSealer` made; every byte it answers has been verified. Throws AppError
 * `content-damaged` with `name`; an end that is missing is found by `final`.
 */
export function createChunkOpener(options: ChunkKey & { readonly name: string }): ChunkTransform {
  const { name, aad = noAad } = options
  const key = createSecretKey(options.key)
  const held = createHeldBytes()
  let head: Buffer | undefined
  let next = 0
  const readHead = (): Buffer | undefined => {
    if (head === undefined && held.length() >= chunkHeadBytes)
      head = checkHead(Buffer.from(held.take(chunkHeadBytes)), name)
    return head
  }
  return {
    update(bytes) {
      const out: Buffer[] = []
      held.add(bytes)
      const from = readHead()
      while (from !== undefined && held.length() > sealedChunkBytes)
        out.push(openChunk(key, nonceOf(from, next++, false), held.take(sealedChunkBytes), aad, name))
      return out
    },
    final() {
      const from = readHead()
      if (from === undefined) throw damaged(name)
      return [openChunk(key, nonceOf(from, next, true), held.take(held.length()), aad, name)]
    },
  }
}

/**
 * A sealer or an opener over a stream: `store.putStream(name, throughChunks(sealer, file))`. Of an opened
 * stream every byte is verified, but only its end shows that it is whole.
 */
export async function* throughChunks(
  transform: ChunkTransform,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  for await (const bytes of source) yield* transform.update(bytes)
  yield* transform.final()
}

/** The length of the sealed stream of a plaintext of `plainBytes`. */
export function sealedLength(plainBytes: number): number {
  return chunkHeadBytes + plainBytes + chunkCount(plainBytes) * tagBytes
}

/** The reverse; null for a length that no sealed stream has. */
export function plainLength(sealedBytes: number): number | null {
  const body = sealedBytes - chunkHeadBytes
  const plainBytes = body - Math.max(1, Math.ceil(body / sealedChunkBytes)) * tagBytes
  return plainBytes >= 0 && sealedLength(plainBytes) === sealedBytes ? plainBytes : null
}

/** How many chunks a plaintext of `plainBytes` makes: at least one. */
export function chunkCount(plainBytes: number): number {
  return Math.max(1, Math.ceil(plainBytes / chunkBytes))
}

/** The head itself, when it is one of ours. Throws AppError `content-damaged`. */
export function checkHead(head: Buffer, name: string): Buffer {
  if (head.length !== chunkHeadBytes || head[0] !== form) throw damaged(name)
  return head
}

/** The nonce of chunk `number`; chunk numbers end at 2^32, which is 256 TiB. */
export function nonceOf(head: Buffer, number: number, last: boolean): Buffer {
  const nonce = Buffer.allocUnsafe(prefixBytes + 5)
  head.copy(nonce, 0, 1, chunkHeadBytes)
  nonce.writeUInt32BE(number, prefixBytes)
  nonce[prefixBytes + 4] = last ? 1 : 0
  return nonce
}

function sealChunk(key: KeyObject, nonce: Buffer, plaintext: Uint8Array, aad: Uint8Array): Buffer[] {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
  const sealed = cipher.update(plaintext)
  cipher.final()
  return [sealed, cipher.getAuthTag()]
}

/** Opens one chunk. Throws AppError `content-damaged` with `name`. */
export function openChunk(
  key: KeyObject,
  nonce: Buffer,
  sealed: Uint8Array,
  aad: Uint8Array,
  name: string,
): Buffer {
  if (sealed.length < tagBytes) throw damaged(name)
  const end = sealed.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end))
  const plaintext = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
  } catch (cause) {
    throw damaged(name, cause)
  }
  return plaintext
}

interface HeldBytes {
  add(bytes: Uint8Array): void
  length(): number
  /** The next bytes; they stand only until the next call. */
  take(count: number): Buffer
}

/**
 * Bytes waiting for their chunk to be complete. Only what lies across several of the pieces given is copied, and
 * always to the same place: a copy for each chunk is garbage as large as the stream, which is collected late.
 */
export function createHeldBytes(): HeldBytes {
  const pieces: Uint8Array[] = []
  let held = 0
  let desk = Buffer.alloc(0)
  const gather = (count: number): Buffer => {
    if (desk.length < count) desk = Buffer.allocUnsafeSlow(count)
    let gathered = 0
    let used = 0
    while (gathered < count) {
      const piece = pieces[used]!
      const part = piece.subarray(0, count - gathered)
      desk.set(part, gathered)
      gathered += part.length
      if (part.length < piece.length) pieces[used] = piece.subarray(part.length)
      else used++
    }
    pieces.splice(0, used)
    return desk.subarray(0, count)
  }
  return {
    add(bytes) {
      if (bytes.length > 0) pieces.push(bytes)
      held += bytes.length
    },
    length: () => held,
    take(count) {
      held -= count
      const first = pieces[0]
      if (first === undefined || first.length <= count) return gather(count)
      pieces[0] = first.subarray(count)
      return asBuffer(first.subarray(0, count))
    },
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
