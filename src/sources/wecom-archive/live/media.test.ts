import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError, isAppError } from '../../../domain/errors.ts'
import { systemRandom } from '../../../platform/random.ts'
import { fetchMedia } from './media.ts'
import { mediaSizesOf } from './media-sizes.ts'
import { returnCodeError } from './return-codes.ts'
import type { SdkSession } from './sdk-session.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-wecom-media-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const content = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251))
const md5 = createHash('md5').update(content).digest('hex')
const chunkBytes = 4_096

/** Hands out `versions[n]` at the n-th download, the last one for ever. */
function session(...versions: readonly Uint8Array[]) {
  const indexes: string[] = []
  let downloads = -1
  const chunk: SdkSession['chunk'] = async (_fileId, index) => {
    if (index === '') downloads += 1
    indexes.push(index)
    const from = index === '' ? 0 : Number(/bytes=(\d+)-/.exec(index)![1])
    const whole = versions[Math.min(downloads, versions.length - 1)]!
    const next = from + chunkBytes
    return {
      code: 0,
      data: whole.subarray(from, next),
      nextIndex: `Range:bytes=${next}-${next + chunkBytes - 1}`,
      finished: next >= whole.length,
    }
  }
  return { indexes, chunk }
}

async function fetched(from: Pick<SdkSession, 'chunk'>, expected: { md5?: string; bytes?: number } = {}) {
  const told: string[] = []
  const media = { reference: 'file-1', name: 'a.jpg', mediaType: 'image/jpeg', md5: expected.md5 ?? '' }
  const stream = await fetchMedia(
    {
      session: from as SdkSession,
      folder,
      random: systemRandom,
      signal: new AbortController().signal,
      patience: { attempts: 3, firstWaitMs: 1 },
      onMismatch: async (_media, explanation) => void told.push(explanation),
    },
    media,
    expected.bytes,
  )
  return { told, content: await buffer(stream) }
}

describe('files', () => {
  test('come whole, chunk after chunk, and leave nothing on the disk', async () => {
    const from = session(content)
    const found = await fetched(from, { md5, bytes: content.length })
    expect(found.content.equals(content)).toBe(true)
    expect(found.told).toEqual([])
    expect(from.indexes).toEqual(['', 'Range:bytes=4096-8191', 'Range:bytes=8192-12287'])
    expect(await readdir(folder)).toEqual([])
  })

  test('that are wrong at first are fetched again', async () => {
    const wrong = Buffer.from(content)
    wrong[5_000]! ^= 1
    const found = await fetched(session(wrong, content.subarray(0, 9_999), content), {
      md5,
      bytes: content.length,
    })
    expect(found.content.equals(content)).toBe(true)
    expect(found.told).toEqual([])
  })

  test('that stay wrong are kept as they are, and told of', async () => {
    const short = content.subarray(0, 9_999)
    expect((await fetched(session(short), { md5 })).told[0]).toMatch(/another MD5/)
    expect((await fetched(session(short), { bytes: 10_000 })).told).toEqual([
      '9999 bytes, not the 10000 the message says',
    ])
    expect((await fetched(session(short), { md5 })).content.equals(short)).toBe(true)
  })

  test('without MD5 and length are taken as they come, empty ones too', async () => {
    expect((await fetched(session(Buffer.alloc(0)))).content.length).toBe(0)
    expect((await fetched(session(content))).told).toEqual([])
  })

  test('that cannot be decrypted or have no end are lost; a failure of the network is not', async () => {
    const failing = (code: number) => ({ chunk: () => Promise.reject(returnCodeError(code, 'x')) })
    const code = (from: Pick<SdkSession, 'chunk'>) =>
      fetched(from).catch((error: unknown) => (isAppError(error) ? error.code : error))
    expect(await code(failing(10006))).toBe('media-lost')
    expect(await code(failing(10010))).toBe('media-lost')
    expect(await code(failing(301048))).toBe('media-lost')
    expect(await code(failing(10001))).toBe('vendor-unreachable')
    const endless = async () => ({ code: 0, data: content, nextIndex: 'Range:bytes=0-1', finished: false })
    expect(await code({ chunk: endless })).toBe('media-lost')
    expect(await code({ chunk: () => Promise.reject(new AppError('interrupted', 'x')) })).toBe('interrupted')
  })
})

test('lengths are read wherever the file is named', () => {
  const inner = JSON.stringify({ sdkfileid: 'deep', filesize: 7 })
  const message = {
    image: { sdkfileid: 'a', filesize: 4 },
    voice: { sdkfileid: 'b', voice_size: '9' },
    emotion: { sdkfileid: 'c', imagesize: 5 },
    chatrecord: { item: [{ content: inner }] },
    file: { sdkfileid: 'none', filesize: 0 },
  }
  expect([...mediaSizesOf(message)]).toEqual([
    ['a', 4],
    ['b', 9],
    ['c', 5],
    ['deep', 7],
  ])
})
