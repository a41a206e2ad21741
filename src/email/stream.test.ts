import { createHash, hash } from 'node:crypto'
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import type { Message } from '../domain/message.ts'
import { inputOf, textMessage } from './compose.contract.ts'
import { composeEmail, digestOf, emailStream, withDigest } from './index.ts'

async function* chunksOf(content: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < content.length; from += chunkBytes)
    yield content.subarray(from, from + chunkBytes)
}

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

function withFiles(contents: readonly Uint8Array[]): Message {
  const attachments = contents.map((content, index) => ({
    name: `合同 ${index}.pdf`,
    mediaType: 'application/pdf',
    bytes: content.length,
    sha256: hash('sha256', content, 'hex'),
  }))
  return textMessage('see attached', { kind: 'file', attachments } as Partial<Message>)
}

/** The same message with some attachments left out, as it is kept; and with all of them in, as it must come back. */
function both(contents: readonly Uint8Array[], external: readonly boolean[]) {
  const input = inputOf(withFiles(contents), contents)
  const attachments = input.attachments.map(({ content, ...rest }, index) =>
    external[index] ? rest : { ...rest, content: content! },
  )
  return { kept: composeEmail({ ...input, attachments }), whole: composeEmail(input) }
}

describe('an e-mail whose attachments are kept elsewhere', () => {
  const anyFiles = fc.array(
    fc.record({
      content: fc.uint8Array({ maxLength: 4000 }),
      external: fc.boolean(),
      chunkBytes: fc.integer({ min: 1, max: 700 }),
    }),
    { minLength: 1, maxLength: 5 },
  )

  it('comes back byte for byte, with the hash and the length that it was recorded with', async () => {
    await fc.assert(
      fc.asyncProperty(anyFiles, async (files) => {
        const contents = files.map((file) => file.content)
        const { kept, whole } = both(
          contents,
          files.map((file) => file.external),
        )
        const open = async (index: number) => chunksOf(contents[index]!, files[index]!.chunkBytes)
        const { stream, digest } = withDigest(emailStream(kept.skeleton, kept.holes, open))
        expect((await collected(stream)).equals(whole.skeleton)).toBe(true)
        expect(digest()).toEqual({ sha256: whole.sha256, bytes: kept.bytes })
        expect(kept.sha256).toBe(kept.holes.length === 0 ? whole.sha256 : undefined)
      }),
      { numRuns: 300 },
    )
  })

  it('opens each attachment once, in order, and no sooner than its turn', async () => {
    const contents = [Buffer.alloc(10), Buffer.alloc(20), Buffer.alloc(30)]
    const { kept } = both(contents, [true, false, true])
    const opened: number[] = []
    const stream = emailStream(kept.skeleton, kept.holes, async (index) => {
      opened.push(index)
      return chunksOf(contents[index]!, 7)
    })
    await stream.next()
    expect(opened).toEqual([])
    await collected(stream)
    expect(opened).toEqual([0, 2])
  })

  it('closes an attachment when the reader goes away in the middle', async () => {
    let closed = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(1000)
      } finally {
        closed = true
      }
    }
    const { kept } = both([Buffer.alloc(5)], [true])
    let read = 0
    for await (const _ of emailStream(kept.skeleton, kept.holes, async () => endless()))
      if (++read === 5) break
    expect(closed).toBe(true)
  })

  it('gives no digest of a part', async () => {
    const { stream, digest } = withDigest(chunksOf(Buffer.alloc(100), 10))
    for await (const _ of stream) break
    expect(() => digest()).toThrow('not been read to its end')
  })
})

describe('large e-mails', () => {
  const minutes = 120_000

  it(
    'keep a 24 MB attachment, proven by hash',
    async () => {
      const content = Buffer.alloc(24_000_001, createHash('sha256').update('seed').digest())
      const { kept, whole } = both([content], [true])
      const email = emailStream(kept.skeleton, kept.holes, async () => chunksOf(content, 65_536))
      expect(await digestOf(email)).toEqual({ sha256: whole.sha256, bytes: kept.bytes })
      expect(kept.skeleton.length).toBeLessThan(2000)
    },
    minutes,
  )

  it.each([
    ['20 MB of Chinese', '第一行，合同条款。\n', 20_000_000],
    ['2 MB of Swedish', 'Överenskommelse på måndag, as agreed. \n', 2_000_000],
  ])(
    'keep a text of %s to the last character',
    async (_, piece, bytes) => {
      const text = `${piece.repeat(Math.ceil(bytes / Buffer.byteLength(piece)))}终`
      const parsed = await PostalMime.parse(composeEmail(inputOf(textMessage(text))).skeleton)
      // Compared here, so that a failure does not print the text.
      expect((parsed.text ?? '').replace(/\r\n/g, '\n').replace(/\n$/, '') === text).toBe(true)
    },
    minutes,
  )
})
