import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../random.ts'
import { chunkBytes, chunkHeadBytes, sealedChunkBytes } from './chunks.ts'
import {
  createChunkOpener,
  createChunkSealer,
  openRange,
  plainLength,
  sealedLength,
  throughChunks,
} from './index.ts'

const key = Buffer.alloc(32, 9)
const aad = Buffer.from('attachment')
const damaged = expect.objectContaining({ code: 'content-damaged', details: { object: 'attachments/a1' } })
const edges = [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 2 * chunkBytes + 1, 300_000]

describe('a stream sealed in chunks', () => {
  it('opens to the same bytes, at every length around a chunk and however it is cut', () => {
    const lengths = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: 400_000 }))
    fc.assert(
      fc.property(lengths, pieceSizes, pieceSizes, (length, cuts, cutsBack) => {
        const plain = pattern(length)
        const sealed = seal(plain, cuts)
        expect(sealed.length).toBe(sealedLength(length))
        expect(plainLength(sealed.length)).toBe(length)
        expect(open(sealed, cutsBack).equals(plain)).toBe(true)
      }),
    )
  })

  it('is refused when any byte is changed', () => {
    const sealed = seal(pattern(chunkBytes + 100))
    for (let at = 0; at < sealed.length; at += at < 60 || at > sealedChunkBytes - 30 ? 1 : 997) {
      const changed = Buffer.from(sealed)
      changed[at]! ^= 0x10
      expect(() => open(changed)).toThrow(damaged)
    }
  })

  it('is refused when it ends early: inside a chunk, between chunks, in the head, or at once', () => {
    const sealed = seal(pattern(3 * chunkBytes))
    for (const length of [
      0,
      3,
      8,
      20,
      chunkHeadBytes + sealedChunkBytes,
      chunkHeadBytes + 2 * sealedChunkBytes,
    ])
      expect(() => open(sealed.subarray(0, length))).toThrow(damaged)
    expect(() => open(sealed.subarray(0, -1))).toThrow(damaged)
  })

  it('is refused when chunks are reordered, doubled, dropped or appended', () => {
    const sealed = seal(pattern(3 * chunkBytes))
    const [head, a, b, c] = parts(sealed)
    const join = (...chunks: Buffer[]) => Buffer.concat([head!, ...chunks])
    expect(open(join(a!, b!, c!)).equals(pattern(3 * chunkBytes))).toBe(true)
    const wrong = [
      join(b!, a!, c!),
      join(a!, a!, b!, c!),
      join(a!, c!),
      join(a!, b!, c!, c!),
      join(a!, b!, c!, a!),
    ]
    for (const stream of wrong) expect(() => open(stream)).toThrow(damaged)
  })

  it('is refused under another key or other associated data, and with a chunk of another stream', () => {
    const sealed = seal(pattern(100))
    const openWith = (options: { key: Buffer; aad: Buffer }) => () =>
      run(createChunkOpener({ ...options, name: 'attachments/a1' }), sealed)
    expect(openWith({ key: Buffer.alloc(32, 1), aad })).toThrow(damaged)
    expect(openWith({ key, aad: Buffer.from('other') })).toThrow(damaged)
    const [head] = parts(seal(pattern(2 * chunkBytes)))
    const [, a, b] = parts(seal(pattern(2 * chunkBytes)))
    expect(() => open(Buffer.concat([head!, a!, b!]))).toThrow(damaged)
  })

  it('no sealed stream has a length between two possible ones', () => {
    expect(plainLength(5)).toBe(null)
    expect(plainLength(sealedLength(chunkBytes) + 5)).toBe(null)
    expect(plainLength(sealedLength(0))).toBe(0)
  })

  it('a stream of 64 MiB passes through sealer and opener unchanged', async () => {
    const plain = createHash('sha256')
    const opened = createHash('sha256')
    const source = async function* () {
      for (let i = 0; i < 1024; i++) {
        const bytes = pattern(65_536, i)
        plain.update(bytes)
        yield bytes
      }
    }
    const sealed = throughChunks(createChunkSealer({ key, random: systemRandom }), source())
    for await (const bytes of throughChunks(createChunkOpener({ key, name: 'x' }), sealed))
      opened.update(bytes)
    expect(opened.digest('hex')).toBe(plain.digest('hex'))
  })
})

describe('a range of a sealed stream', () => {
  it('is the slice of the plaintext, wherever it begins and ends', async () => {
    const plain = pattern(3 * chunkBytes + 777)
    const sealed = seal(plain)
    const place = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: plain.length + 100 }))
    await fc.assert(
      fc.asyncProperty(place, place, async (offset, length) => {
        const slice = await range(sealed, plain.length, offset, length)
        expect(slice.equals(plain.subarray(offset, offset + length))).toBe(true)
      }),
    )
  })

  it('reads only the chunks it touches', async () => {
    const plain = pattern(10 * chunkBytes)
    const sealed = seal(plain)
    let read = 0
    await range(sealed, plain.length, 5 * chunkBytes + 10, 20, (bytes) => {
      read += bytes
    })
    expect(read).toBe(chunkHeadBytes + sealedChunkBytes)
  })

  it('is refused when a chunk it needs was changed, moved, or is missing at the end', async () => {
    const plain = pattern(2 * chunkBytes)
    const [head, a, b] = parts(seal(plain))
    await expect(range(Buffer.concat([head!, b!, a!]), plain.length, 10, 10)).rejects.toThrow(damaged)
    await expect(range(Buffer.concat([head!, a!]), plain.length, chunkBytes - 5, 10)).rejects.toThrow(damaged)
    await expect(range(Buffer.alloc(0), plain.length, 0, 10)).rejects.toThrow(damaged)
    const cut = Buffer.concat([head!, a!])
    await expect(range(cut, chunkBytes, 0, 10)).rejects.toThrow(damaged)
  })
})

const pieceSizes = fc.array(fc.integer({ min: 0, max: 150_000 }), { minLength: 1, maxLength: 8 })

function pattern(length: number, from = 0): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) + from) & 255
  return bytes
}

function seal(plain: Buffer, cuts?: readonly number[]): Buffer {
  return run(createChunkSealer({ key, aad, random: systemRandom }), plain, cuts)
}

function open(sealed: Buffer, cuts?: readonly number[]): Buffer {
  return run(createChunkOpener({ key, aad, name: 'attachments/a1' }), sealed, cuts)
}

/** Feeds `bytes` in pieces of the sizes of `cuts`, again and again. */
function run(
  transform: ReturnType<typeof createChunkSealer>,
  bytes: Buffer,
  cuts: readonly number[] = [70_000],
): Buffer {
  const out: Buffer[] = []
  const sizes = cuts.some((size) => size > 0) ? cuts : [1000]
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    out.push(...transform.update(bytes.subarray(at, at + size)))
    at += size
  }
  out.push(...transform.final())
  return Buffer.concat(out)
}

/** Head and sealed chunks. */
function parts(sealed: Buffer): Buffer[] {
  const chunks = [sealed.subarray(0, chunkHeadBytes)]
  for (let at = chunkHeadBytes; at < sealed.length; at += sealedChunkBytes)
    chunks.push(sealed.subarray(at, at + sealedChunkBytes))
  return chunks
}

async function range(
  sealed: Buffer,
  plainBytes: number,
  offset: number,
  length: number,
  onRead: (bytes: number) => void = () => {},
): Promise<Buffer> {
  const read = async function* (from: number, count: number) {
    for (let at = from; at < from + count; at += 50_000) {
      const bytes = sealed.subarray(at, Math.min(at + 50_000, from + count))
      onRead(bytes.length)
      yield bytes
    }
  }
  const out: Buffer[] = []
  const wanted = { key, aad, name: 'attachments/a1', plainBytes, offset, length }
  for await (const bytes of openRange(async (r) => read(r.offset, r.length), wanted)) out.push(bytes)
  return Buffer.concat(out)
}
