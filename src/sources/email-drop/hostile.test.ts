import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { readEmail } from './email.ts'
import { attachedFile, eml, multipart, withParts } from './fixtures.ts'
import { htmlToText } from './mime/html-text.ts'
import { captureBytes, messagesOf, readOne } from './test-capture.ts'

/** Generous: what takes time out of proportion takes minutes. */
const withinMs = 5_000

async function timed<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const start = performance.now()
  const result = await work()
  expect(performance.now() - start).toBeLessThan(withinMs)
  return result
}

describe('a hostile e-mail is read in time in proportion to its bytes, and nothing of it is lost', () => {
  test('that nests a thousand multiparts', async () => {
    let { type, body } = multipart('mixed', [{ type: 'text/plain', body: 'deep' }])
    for (let depth = 0; depth < 1_000; depth++) ({ type, body } = multipart('mixed', [{ type, body }]))
    const { contents, results } = await timed(() =>
      captureBytes({ 'a.eml': eml({ fields: { 'Content-Type': type }, body }) }),
    )
    expect([...contents.values()].map((content) => content.includes('deep'))).toEqual([true])
    expect(results[0]).toMatchObject({ decoded: true, message: { notes: [expect.stringMatching(/nests/)] } })
  })

  test('that has ten thousand parts', async () => {
    const parts = Array.from({ length: 10_000 }, (_, index) =>
      attachedFile(`${index}.txt`, 'x', 'text/plain'),
    )
    const { contents } = await timed(() => captureBytes({ 'a.eml': withParts('mixed', parts) }))
    expect(contents.size).toBe(1_000)
    expect([...contents.values()].at(-1)!.includes('9999.txt')).toBe(true)
  })

  test('that has a boundary in every line', async () => {
    const body = '--x-not\r\n'.repeat(200_000)
    const { contents } = await timed(() =>
      captureBytes({ 'a.eml': eml({ fields: { 'Content-Type': 'multipart/mixed; boundary=x' }, body }) }),
    )
    expect([...contents.values()][0]!.length).toBe(body.length)
  })

  test('that has huge header fields, and very many', async () => {
    const long = eml({ fields: { To: '(((,'.repeat(60_000), 'X-Long': '=?utf-8?q?'.repeat(60_000) } })
    expect((await timed(() => readOne(long))).text).toBe('Hello')
    const many = Buffer.concat([Buffer.from('X-A: 1\r\n'.repeat(300_000)), eml()])
    const { results } = await timed(() =>
      captureBytes({ 'a.eml': Buffer.concat([eml().subarray(0, 60), Buffer.from('\r\n'), many]) }),
    )
    expect(results).toHaveLength(1)
    const people = Array.from({ length: 20_000 }, (_, index) => `p${index}@firm.example`).join(', ')
    const message = await timed(() => readOne(eml({ fields: { To: people } })))
    expect(message.recipients.length).toBe(5_000)
  })

  test('whose HTML never closes what it opens', async () => {
    for (const piece of ['<script>', '<!--', '<a href="', '<', '&amp', '<style><b'])
      await timed(() => htmlToText(piece.repeat(200_000)))
    expect(htmlToText('a <!-- b')).toBe('a <!-- b')
    expect(htmlToText('a <script> b')).toBe('a b')
    expect(htmlToText('5 < 6')).toBe('5 < 6')
  })

  test('that has no end, no text, no lines, or zeros in its words', async () => {
    const { type, body } = multipart('mixed', [{ type: 'text/plain', body: 'said' }])
    const cut = eml({ fields: { 'Content-Type': type }, body: body.slice(0, body.lastIndexOf('--=_')) })
    expect((await readOne(cut)).text).toBe('said')
    expect((await readOne(eml({ body: 'a\0b' }))).text).toBe('a\ufffdb')
    expect(readEmail(Buffer.alloc(0))).toBeNull()
    expect(readEmail(Buffer.from('Subject: x'))).toMatchObject({ subject: 'x', text: '' })
  })

  test('made of anything is never more than refused', () => {
    const pieces = fc.constantFrom(
      'From: a@b.example\r\n',
      'Content-Type: multipart/alternative; boundary=b\r\n',
      'Content-Type: text/html; charset=utf-7\r\n',
      'Content-Transfer-Encoding: base64\r\n',
      'Content-Disposition: attachment; filename*0*=%\r\n',
      'Subject: =?x?b?=?=?=\r\n',
      '\r\n',
      '--b\r\n',
      '--b--',
      '=\r',
      '\xff\0(((<">,;:',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (chosen) => {
        readEmail(Buffer.from(chosen.join(''), 'latin1'))
      }),
      { numRuns: 500 },
    )
  })
})

test('our reader and another one agree on well-formed e-mails', async () => {
  const words = fc.string({
    unit: fc.constantFrom('a', 'é', '买', ' ', '=', '.', '😀'),
    minLength: 1,
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(words, words, fc.uint8Array({ maxLength: 300 }), async (subject, text, file) => {
      const email = withParts(
        'mixed',
        [
          {
            type: 'text/plain; charset=utf-8',
            fields: { 'Content-Transfer-Encoding': 'base64' },
            body: Buffer.from(`.${text}.`).toString('base64'),
          },
          attachedFile('f.bin', Buffer.from(file), 'application/octet-stream'),
        ],
        { Subject: `=?utf-8?B?${Buffer.from(`.${subject}.`).toString('base64')}?=` },
      )
      const other = await PostalMime.parse(email, { attachmentEncoding: 'arraybuffer' })
      const ours = await captureBytes({ 'a.eml': email })
      const message = messagesOf(ours)[0]!
      expect(message.text).toBe(other.text?.trim())
      expect(message.conversation.name).toBe(other.subject?.replace(/\s+/g, ' '))
      const content = other.attachments[0]!.content
      expect(ours.contents.get('f.bin')).toEqual(Buffer.from(content as ArrayBuffer))
    }),
    { numRuns: 40 },
  )
})
