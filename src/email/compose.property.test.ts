import fc from 'fast-check'
import PostalMime, { type Email } from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { addressOf } from './address.ts'
import { bodiesOf } from './body.ts'
import { anyInput, anyText, inputOf, textMessage } from './compose.contract.ts'
import { oneLine } from './header-text.ts'
import { type ComposeInput, composeEmail, safeMediaType } from './index.ts'

const runs = { numRuns: 300 }

/** What every parser makes alike: a byte order mark is not text, line ends are one kind, the last one is not text. */
const plain = (text: string) =>
  text
    .replace(/\ufeff/g, '')
    .replace(/\r\n/g, '\n')
    .replace(/\n+$/, '')
const plainName = (text: string) => plain(text).trim()

const ourHeaders = new Set(
  [
    ...['From', 'To', 'Date', 'Message-ID', 'In-Reply-To', 'References', 'Subject', 'MIME-Version'],
    ...['Item-Class', 'Channel', 'Kind', 'Event', 'Route', 'Sent-At', 'Vendor-Id', 'Conversation'].map(ours),
    ...['Conversation-Name', 'Participants', 'User-Email-Address', 'Record-SHA256'].map(ours),
    'Content-Type',
  ].map((name) => name.toLowerCase()),
)
function ours(name: string): string {
  return `X-Holdfast-${name}`
}

function expectWellFormed(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString('latin1')
  expect(/[^\t\r\n\x20-\x7e]/.test(text), 'only ASCII').toBe(false)
  expect(/\r(?!\n)|(?<!\r)\n/.test(text), 'only CRLF').toBe(false)
  expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
}

function expectSamePeople(input: ComposeInput, email: Email): void {
  const entries = input.participants.map(({ participant, email: address, displayName }) => {
    const expected = addressOf(participant.identity, address, input.domain)
    const name = plainName(oneLine(displayName))
    return { address: expected, name: name === expected ? '' : name }
  })
  if (input.message.sender !== null) {
    expect(withoutMarks(email.from)).toEqual(entries.shift())
  }
  if (entries.length > 0) expect(email.to?.map(withoutMarks)).toEqual(entries)
  else expect(email.to).toHaveLength(1)
}

function withoutMarks(address: Email['from']) {
  return { address: address?.address, name: plainName(address?.name ?? '') }
}

function expectSameAttachments(input: ComposeInput, email: Email): void {
  expect(
    email.attachments.map(({ filename, mimeType, content }) => ({
      name: plainName(filename ?? ''),
      type: mimeType,
      content: Buffer.from(content as ArrayBuffer).toString('hex'),
    })),
  ).toEqual(
    input.attachments.map(({ name, mediaType, content }) => ({
      name: plainName(oneLine(name)) || 'attachment',
      type: safeMediaType(mediaType),
      content: Buffer.from(content!).toString('hex'),
    })),
  )
}

/** Everything that is neither layout nor a tag, control characters as the pictures that HTML shows for them. */
function visible(text: string): string {
  return text
    .replace(/[\x00-\x08\x0e-\x1f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\x0b/g, '\u240b')
    .replace(/\x0c/g, '\u240c')
    .replace(/\x7f/g, '\u2421')
    .replace(/[\s:>\ufeff]+/g, '')
}

function visibleOfHtml(html: string): string {
  const text = html.replace(/<[^>]*>/g, '').replaceAll('&nbsp;', ' ')
  return visible(
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  )
}

describe('any message as an e-mail, read back by an independent parser', () => {
  it('is well-formed, has our headers once and no others, and the same text, people, subject and attachments', async () => {
    await fc.assert(
      fc.asyncProperty(anyInput, async (input) => {
        const composed = composeEmail(input)
        expectWellFormed(composed.skeleton)
        const email = await PostalMime.parse(composed.skeleton)
        const keys = email.headers.map((header) => header.key)
        expect(new Set(keys).size).toBe(keys.length)
        expect(keys.filter((key) => !ourHeaders.has(key))).toEqual([])
        expect(plain(email.text ?? '')).toBe(plain(bodiesOf(input.message).text))
        expect(plain(email.subject ?? '')).toBe(plain(composed.subject))
        expect(email.date).toBe(new Date(Math.floor(input.message.sentAt.utc / 1000) * 1000).toISOString())
        expectSamePeople(input, email)
        expectSameAttachments(input, email)
      }),
      runs,
    )
  })

  it('says the same in HTML as in text', async () => {
    await fc.assert(
      fc.asyncProperty(anyInput, async (input) => {
        const email = await PostalMime.parse(composeEmail(input).skeleton)
        expect(visibleOfHtml(email.html ?? '')).toBe(visible(email.text ?? ''))
      }),
      runs,
    )
  })

  it('is the same bytes every time', () => {
    fc.assert(
      fc.property(anyInput, anyInput, (input, other) => {
        const first = composeEmail(input)
        // What was composed in between must not show, whatever is remembered of it.
        composeEmail(other)
        composeEmail({ ...other, message: { ...other.message, conversation: input.message.conversation } })
        expect(composeEmail(structuredClone(input))).toEqual(first)
      }),
      runs,
    )
  })

  it('shows a text of any characters as it was written, broken surrogates as U+FFFD', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText.filter((text) => text !== ''),
        async (text) => {
          const email = await PostalMime.parse(composeEmail(inputOf(textMessage(text))).skeleton)
          const expected = text.toWellFormed().replace(/\r\n?/g, '\n')
          expect(plain(email.text ?? '')).toBe(plain(expected))
        },
      ),
      runs,
    )
  })
})

describe('subjects', () => {
  it('stay within 120 characters, on one line, without a blank at the end, and hold what they say of the text', () => {
    fc.assert(
      fc.property(anyInput, ({ message, ...input }) => {
        const { subject, subjectTextLength } = composeEmail({ message, ...input })
        expect(subject.length).toBeLessThanOrEqual(120)
        expect(subject).toBe(subject.trimEnd())
        expect(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(subject)).toBe(false)
        expect(subject.isWellFormed()).toBe(true)
        const held = message.text.slice(0, subjectTextLength)
        const shown = (text: string) => text.toWellFormed().replace(/[\x00-\x1f\x7f-\x9f\s\ufffd]+/g, '')
        expect(shown(subject)).toContain(shown(held))
      }),
      runs,
    )
  })
})
