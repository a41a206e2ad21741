import { expect, it } from 'vitest'
import { composeEmail } from './compose.ts'
import type { ComposeInput } from './composition.ts'
import { inlineAttachment } from './inline-attachment.ts'

const contents = [
  Buffer.from('first'),
  Buffer.alloc(0),
  Buffer.from([0, 255, 13, 10, 45, 45]),
  undefined,
  Buffer.alloc(5000, 7),
]

function composed(attached: readonly (Buffer | undefined)[]): Uint8Array {
  const attachments = attached.map((content, place) => ({
    name: `file ${place}.bin`,
    mediaType: 'application/octet-stream',
    bytes: content?.length ?? 100_000,
    sha256: '0'.repeat(64),
    ...(content ? { content } : {}),
  }))
  const input: ComposeInput = {
    message: {
      channel: 'wecom',
      event: 'sent',
      kind: 'file',
      route: 'wecom-archive',
      conversation: { id: 'room', type: 'group' },
      sender: null,
      recipients: [],
      sentAt: { utc: 0, text: '0', zone: 'UTC', offsetMinutes: 0 },
      text: '--mix-deadbeef\r\n\r\n--\n--alt',
      attachments,
    },
    messageKey: new Uint8Array(16),
    participants: [],
    attachments,
    domain: 'archive.firm.example',
  }
  return composeEmail(input).skeleton
}

it('gives each small attachment as it was put in, whatever stands around it', () => {
  const skeleton = composed(contents)
  for (const [place, content] of contents.entries()) {
    expect(inlineAttachment(skeleton, place)).toEqual(content ?? Buffer.alloc(0))
  }
})

it('has none at a place past the last, and none in an e-mail without attachments', () => {
  expect(inlineAttachment(composed(contents), contents.length)).toBeNull()
  expect(inlineAttachment(composed([]), 0)).toBeNull()
})
