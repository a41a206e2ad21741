import { createSecretKey } from 'node:crypto'
import { damaged } from './block.ts'
import {
  type ChunkKey,
  checkHead,
  chunkBytes,
  chunkCount,
  chunkHeadBytes,
  createHeldBytes,
  nonceOf,
  openChunk,
  sealedChunkBytes,
  sealedLength,
} from './chunks.ts'

export interface RangeOfSealed extends ChunkKey {
  readonly name: string
  /** The length of the whole plaintext, from the catalogue and not from the object, so that a shortened object is found out. */
  readonly plainBytes: number
  readonly offset: number
  /** Default: to the end. A range that goes past the end stops there. */
  readonly length?: number
}

/** Reads a range of the sealed object: `(range) => store.getStream(name, range)`. */
export type ReadSealed = (range: {
  readonly offset: number
  readonly length: number
}) => Promise<AsyncIterable<Uint8Array>>

/**
 * A slice of what `createChunkSealer` sealed, reading only the chunks it touches: what a resumed transfer
 * and a browser that seeks in a video ask for. Throws AppError `content-damaged`.
 */
export async function* openRange(read: ReadSealed, range: RangeOfSealed): AsyncGenerator<Buffer> {
  const end = Math.min(range.plainBytes, range.offset + (range.length ?? range.plainBytes))
  if (range.offset >= end) return
  const key = createSecretKey(range.key)
  const head = checkHead(await readHead(read), range.name)
  const lastOfAll = chunkCount(range.plainBytes) - 1
  let number = Math.floor(range.offset / chunkBytes)
  for await (const sealed of readChunks(read, range, number, Math.floor((end - 1) / chunkBytes))) {
    const nonce = nonceOf(head, number, number === lastOfAll)
    const plaintext = openChunk(key, nonce, sealed, range.aad ?? new Uint8Array(0), range.name)
    const start = number * chunkBytes
    yield plaintext.subarray(Math.max(0, range.offset - start), end - start)
    number++
  }
}

/** The sealed chunks `first` to `last`, each whole. */
async function* readChunks(
  read: ReadSealed,
  range: RangeOfSealed,
  first: number,
  last: number,
): AsyncGenerator<Buffer> {
  const offset = chunkHeadBytes + first * sealedChunkBytes
  const end = Math.min(sealedLength(range.plainBytes), chunkHeadBytes + (last + 1) * sealedChunkBytes)
  const held = createHeldBytes()
  let wanted = end - offset
  for await (const bytes of await read({ offset, length: wanted })) {
    held.add(bytes)
    while (wanted > 0 && held.length() >= Math.min(wanted, sealedChunkBytes)) {
      const size = Math.min(wanted, sealedChunkBytes)
      wanted -= size
      yield held.take(size)
    }
  }
  if (wanted > 0) throw damaged(range.name)
}

async function readHead(read: ReadSealed): Promise<Buffer> {
  const held = createHeldBytes()
  for await (const bytes of await read({ offset: 0, length: chunkHeadBytes })) held.add(bytes)
  return held.take(held.length())
}
