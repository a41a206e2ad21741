import { createHash } from 'node:crypto'
import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderOfChannel, type Message, type Participant } from '../../src/domain/message.ts'
import { messageKeyOfVendorId } from '../../src/domain/message-key.ts'
import { composeEmail, emailStream, messageIdOf } from '../../src/email/index.ts'
import { type Dovecot, dovecotMissing, startDovecot } from '../dovecot.ts'

const domain = 'archive.example'
const ada: Participant = { identity: { type: 'phone', value: '+447700900123' }, name: 'Ada Lovelace' }
const wei: Participant = { identity: { type: 'wecom-userid', value: 'zhangwei' }, name: '张伟' }

const text = {
  channel: 'whatsapp',
  event: 'sent',
  kind: 'text',
  route: 'whatsapp-export',
  conversation: { id: 'Deal team', name: 'Deal team', type: 'group' },
  sender: ada,
  recipients: [wei],
  sentAt: {
    utc: Date.UTC(2026, 2, 4, 9, 30),
    text: '04/03/2026, 09:30',
    zone: 'Europe/London',
    offsetMinutes: 0,
  },
  text: 'Can we move the call to ten?\n.\nA line that is a dot alone must survive.',
  attachments: [],
} as const satisfies Message

const picture = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 31) % 256))
const film = Buffer.alloc(3_000_001, 'every byte of it ')

/** What could go differently in another program: scripts, long lines, events, attachments inside and outside. */
const messages: Record<string, { message: Message; contents?: readonly Buffer[] }> = {
  'a short text': { message: text },
  'a Chinese text with emoji': {
    message: {
      ...text,
      channel: 'wecom',
      sender: wei,
      recipients: [ada],
      text: '明天上午十点开会🙂，请带合同。'.repeat(40),
    },
  },
  'a text of one very long line': { message: { ...text, text: 'word '.repeat(40_000).trimEnd() } },
  'a recall': {
    message: {
      ...text,
      channel: 'wecom',
      event: 'recalled',
      text: 'Recalled a message',
      refersTo: { relation: 'recalls', vendorId: 'm-1' },
    },
  },
  'a call': {
    message: {
      ...text,
      kind: 'call',
      call: { medium: 'voice', outcome: 'missed', group: false },
      text: 'Missed voice call',
    },
  },
  'a picture with a Chinese file name': {
    message: withAttachment('合同 最终版.jpg', 'image/jpeg', picture),
    contents: [picture],
  },
  'a film kept outside of the e-mail': {
    message: withAttachment('site visit.mp4', 'video/mp4', film),
    contents: [film],
  },
}

function withAttachment(name: string, mediaType: string, content: Buffer): Message {
  const sha256 = createHash('sha256').update(content).digest('hex')
  return {
    ...text,
    kind: 'file',
    text: '',
    attachments: [{ name, mediaType, bytes: content.length, sha256 }],
  }
}

/** The e-mail as the archive hands it out: small attachments inside, large ones streamed in. */
async function emailOf(name: string): Promise<{ bytes: Buffer; subject: string; messageId: string }> {
  const { message, contents = [] } = messages[name]!
  const messageKey = messageKeyOfVendorId(message.channel, name)
  const people = message.sender === null ? message.recipients : [message.sender, ...message.recipients]
  const composed = composeEmail({
    message,
    messageKey,
    domain,
    participants: people.map((participant) => ({ participant, displayName: participant.name ?? '' })),
    attachments: message.attachments.map((attachment, index) =>
      attachment.bytes > 65_536 ? attachment : { ...attachment, content: contents[index]! },
    ),
  })
  const chunks: Uint8Array[] = []
  const open = async (index: number) =>
    (async function* () {
      yield contents[index]!
    })()
  for await (const chunk of emailStream(composed.skeleton, composed.holes, open)) chunks.push(chunk)
  return {
    bytes: Buffer.concat(chunks),
    subject: composed.subject,
    messageId: messageIdOf(messageKey, domain),
  }
}

describe.skipIf(dovecotMissing !== null)(
  `the e-mails in an IMAP server (${dovecotMissing ?? 'Dovecot'})`,
  () => {
    let dovecot: Dovecot
    let client: ImapFlow

    beforeAll(async () => {
      dovecot = await startDovecot()
      const { host, port, user, password: pass } = dovecot
      client = new ImapFlow({ host, port, secure: false, auth: { user, pass }, logger: false })
      await client.connect()
      for (const folder of new Set(Object.values(folderOfChannel))) await client.mailboxCreate(folder)
    })
    afterAll(async () => {
      await client?.logout()
      dovecot?.stop()
    })

    it.each(Object.keys(messages))(
      '%s is accepted, understood and given back byte for byte',
      async (name) => {
        const folder = folderOfChannel[messages[name]!.message.channel]
        const { bytes, subject, messageId } = await emailOf(name)
        await client.append(folder, bytes, [], new Date(text.sentAt.utc))
        await client.mailboxOpen(folder)
        const found = await client.search({ header: { 'message-id': messageId } }, { uid: true })
        expect(found).toHaveLength(1)
        const stored = await client.fetchOne(
          String((found as number[])[0]),
          { source: true, envelope: true, bodyStructure: true },
          { uid: true },
        )
        if (stored === false) throw new Error('the server does not have it')
        expect(stored.source?.equals(bytes)).toBe(true)
        expect(stored.envelope).toMatchObject({
          subject,
          messageId,
          from: [{ name: messages[name]!.message.sender?.name }],
        })
        expect(attachmentNames(stored.bodyStructure)).toEqual(
          messages[name]!.message.attachments.map((one) => one.name),
        )
      },
    )

    it('are found by words of their text', async () => {
      await client.mailboxOpen(folderOfChannel.whatsapp)
      const { bytes } = await emailOf('a short text')
      expect(bytes.includes('move the call')).toBe(true)
      expect(await client.search({ body: 'move the call' })).toHaveLength(1)
    })
  },
)

interface Structure {
  readonly disposition?: string
  readonly dispositionParameters?: Record<string, string>
  readonly childNodes?: readonly Structure[]
}

function attachmentNames(part: Structure | undefined): string[] {
  if (part === undefined) return []
  const own = part.disposition === 'attachment' ? [part.dispositionParameters?.filename ?? ''] : []
  return [...own, ...(part.childNodes ?? []).flatMap(attachmentNames)]
}
