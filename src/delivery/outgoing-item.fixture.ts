/** Items for tests of destinations, composed as the archive composes them, without an archive. */
import { createHash } from 'node:crypto'
import type { Message } from '../domain/message.ts'
import { messageKeyOfVendorId } from '../domain/message-key.ts'
import { composeEmail, emailStream, itemClassOf, messageIdOf } from '../email/index.ts'
import type { OutgoingItem } from './outgoing-item.ts'

export const fixtureDomain = 'archive.example'
const inlineBytesMax = 65_536

export interface ItemFixture {
  /** Anything; the same one gives the same Message-ID. */
  readonly id: string
  readonly text?: string
  readonly sentAt?: number
  readonly channel?: Message['channel']
  readonly attachments?: readonly {
    readonly name: string
    readonly type: string
    /** Made anew each time it is read, so that a test need not hold a large one. */
    readonly content: () => Iterable<Uint8Array>
  }[]
}

/** One item of a conversation between Ada and 张伟. */
export function itemFixture(given: ItemFixture): OutgoingItem {
  const { id, channel = 'whatsapp', sentAt = Date.UTC(2026, 2, 4, 9, 30) } = given
  const contents = (given.attachments ?? []).map(({ content }) => content)
  const attachments = (given.attachments ?? []).map(({ name, type, content }) => ({
    name,
    mediaType: type,
    ...digestOf(content()),
  }))
  const message: Message = {
    channel,
    event: 'sent',
    kind: attachments.length > 0 ? 'file' : 'text',
    route: 'whatsapp-export',
    conversation: { id: 'Deal team', name: 'Deal team', type: 'group' },
    sender: { identity: { type: 'phone', value: '+447700900123' }, name: 'Ada Lovelace' },
    recipients: [{ identity: { type: 'wecom-userid', value: 'zhangwei' }, name: '张伟' }],
    sentAt: { utc: sentAt, text: new Date(sentAt).toISOString(), zone: 'UTC', offsetMinutes: 0 },
    text: given.text ?? `Text of ${id}`,
    attachments,
  }
  const messageKey = messageKeyOfVendorId(channel, id)
  const composed = composeEmail({
    message,
    messageKey,
    domain: fixtureDomain,
    participants: [message.sender!, ...message.recipients].map((participant) => ({
      participant,
      displayName: participant.name ?? '',
      ...(participant.name === 'Ada Lovelace' ? { email: 'ada@firm.example' } : {}),
    })),
    attachments: attachments.map((attachment, place) =>
      attachment.bytes > inlineBytesMax
        ? attachment
        : { ...attachment, content: Buffer.concat([...contents[place]!()]) },
    ),
  })
  const open = async (place: number) => stream(contents[place]!())
  const email = () => emailStream(composed.skeleton, composed.holes, open)
  return {
    id: `item-${id}`,
    messageId: messageIdOf(messageKey, fixtureDomain),
    itemClass: itemClassOf(message),
    subject: composed.subject,
    sentAt,
    capturedAt: sentAt + 60_000,
    emailBytes: composed.bytes,
    emailSha256: composed.sha256 ?? '',
    skeleton: composed.skeleton,
    holes: composed.holes.map(({ offset, attachmentIndex }) => ({ offset, place: attachmentIndex })),
    attachments: attachments.map(({ name, mediaType, bytes, sha256 }, place) => ({
      ...{ place, name, bytes, sha256 },
      type: mediaType,
    })),
    email: async () => email(),
    attachment: async (place) => {
      const { name, mediaType, bytes, sha256 } = attachments[place]!
      return { name, type: mediaType, bytes, sha256, content: await open(place) }
    },
  }
}

function digestOf(content: Iterable<Uint8Array>): { bytes: number; sha256: string } {
  const digest = createHash('sha256')
  let bytes = 0
  for (const piece of content) {
    digest.update(piece)
    bytes += piece.length
  }
  return { bytes, sha256: digest.digest('hex') }
}

async function* stream(content: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* content
}
