import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemRandom } from '../random.ts'
import { createChunkSealer, sealBlock, throughChunks } from '../sealing/index.ts'
import type { ObjectStore } from './object-store.ts'

/** What every object store promises. `make` answers an empty store and how to end it. */
export function objectStoreContract(
  name: string,
  make: () => Promise<{ store: ObjectStore; close(): Promise<void> }>,
): void {
  describe(`object store: ${name}`, () => {
    let store: ObjectStore
    let close = async (): Promise<void> => {}
    beforeAll(async () => {
      const made = await make()
      store = made.store
      close = made.close
    })
    afterAll(() => close())

    it('gives back the bytes that were put, whole and by range', async () => {
      const bytes = systemRandom.bytes(100_000)
      await store.put('segments/2026/11/a1.seg', bytes)
      expect(same(await store.get('segments/2026/11/a1.seg'), bytes)).toBe(true)
      expect(await store.size('segments/2026/11/a1.seg')).toBe(100_000)
      for (const [offset, length] of [
        [0, 1],
        [0, 100_000],
        [99_999, 1],
        [500, 70_000],
        [99_990, 500],
        [100_000, 5],
        [100_007, 5],
        [10, 0],
      ]) {
        const wanted = bytes.subarray(offset!, offset! + length!)
        const range = { offset: offset!, length: length! }
        expect(same(await store.get('segments/2026/11/a1.seg', range), wanted)).toBe(true)
        expect(same(await collect(await store.getStream('segments/2026/11/a1.seg', range)), wanted)).toBe(
          true,
        )
      }
      expect(
        same(await store.get('segments/2026/11/a1.seg', { offset: 99_000 }), bytes.subarray(99_000)),
      ).toBe(true)
      expect(same(await collect(await store.getStream('segments/2026/11/a1.seg')), bytes)).toBe(true)
    })

    it('keeps an empty object, and takes the same put twice', async () => {
      for (const _ of [1, 2]) await store.put('empty', new Uint8Array(0))
      expect(await store.size('empty')).toBe(0)
      expect((await store.get('empty')).length).toBe(0)
      expect((await collect(await store.getStream('empty'))).length).toBe(0)
      expect(await store.putStream('empty-stream', from([]))).toBe(0)
      expect(await store.size('empty-stream')).toBe(0)
    })

    it('streams an object of unknown length in and out', async () => {
      const digest = createHash('sha256')
      const pieces = async function* () {
        for (let i = 0; i < 300; i++) {
          const piece = systemRandom.bytes(65_536 + i)
          digest.update(piece)
          yield piece
        }
      }
      const length = 300 * 65_536 + (299 * 300) / 2
      expect(await store.putStream('attachments/big', pieces())).toBe(length)
      expect(await store.size('attachments/big')).toBe(length)
      const read = createHash('sha256')
      for await (const piece of await store.getStream('attachments/big')) read.update(piece)
      expect(read.digest('hex')).toBe(digest.digest('hex'))
    })

    it('leaves nothing when the stream fails, and throws what the stream threw', async () => {
      const brokenFeed = Object.assign(new Error('the feed broke off'), { code: 'ECONNRESET' })
      const failing = async function* () {
        yield Buffer.alloc(100_000)
        throw brokenFeed
      }
      await expect(store.putStream('attachments/failed', failing())).rejects.toBe(brokenFeed)
      expect(await store.size('attachments/failed')).toBe(null)
      expect(await names(store, 'attachments/f')).toEqual([])
    })

    it('ends the source of a stream that is not read to its end', async () => {
      const stream = await store.getStream('segments/2026/11/a1.seg')
      for await (const _ of stream) break
      expect(stream.destroyed).toBe(true)
    })

    it('says object-not-found for an absent object, and has no size for it', async () => {
      const absent = { code: 'object-not-found', details: { object: 'segments/2026/11/none' } }
      await expect(store.get('segments/2026/11/none')).rejects.toMatchObject(absent)
      await expect(store.get('segments/2026/11/none', { offset: 0, length: 0 })).rejects.toMatchObject(absent)
      await expect(store.getStream('segments/2026/11/none', { offset: 3 })).rejects.toMatchObject(absent)
      await expect(store.get('segments/2026')).rejects.toMatchObject({ code: 'object-not-found' })
      expect(await store.size('segments/2026/11/none')).toBe(null)
      expect(await store.size('segments/2026')).toBe(null)
    })

    it('deletes, also what is not there', async () => {
      await store.put('trash/one', Buffer.from('1'))
      for (const _ of [1, 2]) await store.delete('trash/one')
      await store.delete('trash/never/was')
      expect(await store.size('trash/one')).toBe(null)
    })

    it('lists by prefix in name order, whatever stands where a slash could', async () => {
      const all = ['l/a-b', 'l/a.b', 'l/a/b', 'l/a/c/d', 'l/a0', 'l/ab', 'l/b', 'la', 'm']
      for (const one of all.toReversed()) await store.put(one, Buffer.from(one))
      expect(await names(store, 'l')).toEqual(all.filter((one) => one.startsWith('l')))
      expect(await names(store, 'l/')).toEqual(all.filter((one) => one.startsWith('l/')))
      expect(await names(store, 'l/a')).toEqual(all.filter((one) => one.startsWith('l/a')))
      expect(await names(store, 'l/a/c/d')).toEqual(['l/a/c/d'])
      expect(await names(store, 'none/')).toEqual([])
      const listed = []
      for await (const object of store.list('l/a/')) listed.push(object)
      expect(listed).toEqual([
        { name: 'l/a/b', bytes: 5 },
        { name: 'l/a/c/d', bytes: 7 },
      ])
    })

    it('takes many puts at once', async () => {
      const many = Array.from({ length: 60 }, (_, i) => `many/${i % 3}/${String(i).padStart(2, '0')}`)
      await Promise.all(many.map((one) => store.put(one, Buffer.from(one))))
      expect(await names(store, 'many/')).toEqual(many.toSorted())
    })

    it('refuses a name that could leave the store, and a range that is none', async () => {
      for (const bad of [
        '',
        '/a',
        'a/',
        'a//b',
        '../a',
        'a/../b',
        'a/./b',
        '.hidden',
        'a.',
        'A',
        'a b',
        'a\\b',
        'a\0',
        'é',
        'a'.repeat(201),
      ]) {
        await expect(store.put(bad, Buffer.alloc(1))).rejects.toThrow(RangeError)
        await expect(store.get(bad)).rejects.toThrow(RangeError)
        await expect(store.delete(bad)).rejects.toThrow(RangeError)
      }
      for (const range of [
        { offset: -1 },
        { offset: 0.5 },
        { offset: 0, length: -1 },
        { offset: Number.NaN },
      ])
        await expect(store.get('empty', range)).rejects.toThrow(RangeError)
    })

    it('reads, measures, lists and deletes an object in the cold tier as before', async () => {
      const bytes = systemRandom.bytes(5_000)
      for (const name of ['cold/a', 'cold/b', 'cold/c']) await store.put(name, bytes)
      const reading = await store.getStream('cold/b')
      await store.makeCold('cold/b')
      await store.makeCold('cold/b')
      await store.makeCold('cold/nowhere')
      expect(same(await collect(reading), bytes)).toBe(true)
      expect(same(await store.get('cold/b'), bytes)).toBe(true)
      expect(same(await store.get('cold/b', { offset: 4_000 }), bytes.subarray(4_000))).toBe(true)
      expect(await store.size('cold/b')).toBe(5_000)
      expect(await names(store, 'cold/')).toEqual(['cold/a', 'cold/b', 'cold/c'])
      await store.delete('cold/b')
      expect(await store.size('cold/b')).toBeNull()
      expect(await names(store, 'cold/')).toEqual(['cold/a', 'cold/c'])
      await expect(store.get('cold/b')).rejects.toMatchObject({ code: 'object-not-found' })
    })

    it('holds no readable byte of what was sealed into it', async () => {
      const canary = Buffer.from('canary-of-a-captured-message-你好')
      const key = systemRandom.bytes(32)
      await store.put('sealed/block', sealBlock(key, canary, Buffer.alloc(0), systemRandom))
      const sealer = createChunkSealer({ key: systemRandom.bytes(32), random: systemRandom })
      await store.putStream('sealed/stream', throughChunks(sealer, from([canary, canary])))
      let seen = 0
      for await (const object of store.list('')) {
        seen++
        expect(Buffer.from(await store.get(object.name)).includes(canary)).toBe(false)
      }
      expect(seen).toBeGreaterThan(10)
    })
  })
}

async function names(store: ObjectStore, prefix: string): Promise<string[]> {
  const found = []
  for await (const { name } of store.list(prefix)) found.push(name)
  return found
}

async function* from(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
