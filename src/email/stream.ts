/** The whole e-mail as a stream, for what is too large to hold: a skeleton, and attachments read as they are needed. */
import { createHash } from 'node:crypto'
import { createBase64Lines } from './base64-lines.ts'
import type { Hole } from './composition.ts'

/** How much of an attachment is encoded at a time: whole lines, so that nothing has to be carried over. */
const sliceBytes = 57 * 4096

/**
 * The e-mail byte for byte, `holes` (in the order of their offsets) filled with the base64 lines of the
 * attachments. `openAttachment` is called once for each hole, when its turn comes; an attachment that is not
 * read to its end is closed. Memory stays at one chunk whatever the size.
 */
export async function* emailStream(
  skeleton: Uint8Array,
  holes: readonly Hole[],
  openAttachment: (attachmentIndex: number) => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array, void, void> {
  let from = 0
  for (const { offset, attachmentIndex } of holes) {
    yield skeleton.subarray(from, offset)
    yield* base64Stream(await openAttachment(attachmentIndex))
    from = offset
  }
  yield skeleton.subarray(from)
}

async function* base64Stream(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const encoder = createBase64Lines()
  for await (const chunk of content) {
    for (let from = 0; from < chunk.length; from += sliceBytes) {
      const encoded = encoder.write(chunk.subarray(from, from + sliceBytes))
      if (encoded.length > 0) yield encoded
    }
  }
  const last = encoder.end()
  if (last.length > 0) yield last
}

export interface StreamDigest {
  /** Lower-case hex of everything that passed. */
  readonly sha256: string
  readonly bytes: number
}

export interface DigestedStream {
  /** The same chunks. Can be read once. */
  readonly stream: AsyncIterable<Uint8Array>
  /** What passed. Throws if the stream has not been read to its end, because a digest of a part proves nothing. */
  digest(): StreamDigest
}

/** Hashes and counts a stream while somebody else reads it. */
export function withDigest(source: AsyncIterable<Uint8Array>): DigestedStream {
  const sha256 = createHash('sha256')
  let bytes = 0
  let result: StreamDigest | undefined
  async function* pass(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of source) {
      sha256.update(chunk)
      bytes += chunk.length
      yield chunk
    }
    result = { sha256: sha256.digest('hex'), bytes }
  }
  return {
    stream: pass(),
    digest() {
      if (result === undefined) throw new Error('digest: the stream has not been read to its end')
      return result
    },
  }
}

/** Reads a stream to its end for nothing but its digest. */
export async function digestOf(source: AsyncIterable<Uint8Array>): Promise<StreamDigest> {
  const { stream, digest } = withDigest(source)
  for await (const _ of stream);
  return digest()
}
