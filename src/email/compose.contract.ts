/** Messages for the tests of this folder: any message at all, and one that is easy to read. */
import { hash } from 'node:crypto'
import fc from 'fast-check'
import {
  channels,
  type Identity,
  identityTypes,
  type Message,
  type MessagePart,
  messageEvents,
  messageKinds,
  type Participant,
} from '../domain/message.ts'
import type { ComposeInput } from './index.ts'

export const anna: Participant = { identity: { type: 'phone', value: '+447700900001' }, name: 'Anna Smith' }
export const ben: Participant = { identity: { type: 'phone', value: '+447700900002' }, name: 'Ben Jones' }

export function textMessage(text: string, more: Partial<Message> = {}): Message {
  return {
    channel: 'whatsapp',
    event: 'sent',
    kind: 'text',
    route: 'whatsapp-export',
    conversation: { id: 'Deal team', name: 'Deal team', type: 'group' },
    sender: anna,
    recipients: [ben],
    sentAt: {
      utc: Date.UTC(2026, 10, 2, 9, 15),
      text: '02/11/2026, 09:15',
      zone: 'Europe/London',
      offsetMinutes: 0,
    },
    text,
    attachments: [],
    ...more,
  } as Message
}

/** The input for a message whose people are not registered and whose attachments are `contents`. */
export function inputOf(
  message: Message,
  contents: readonly Uint8Array[] = [],
  more: Partial<ComposeInput> = {},
) {
  const people = message.sender === null ? message.recipients : [message.sender, ...message.recipients]
  return {
    message,
    messageKey: more.messageKey ?? hash('sha256', JSON.stringify(message), 'buffer').subarray(0, 16),
    domain: 'archive.example',
    participants: people.map((participant) => ({ participant, displayName: participant.name ?? '' })),
    attachments: message.attachments.map((attachment, index) => ({
      ...attachment,
      content: contents[index]!,
    })),
    ...more,
  } satisfies ComposeInput
}

const hostile = fc.constantFrom(
  '\r\nBcc: spy@evil.example\r\n\r\nnew body',
  '\nContent-Type: text/html',
  '=?utf-8?Q?not_encoded?=',
  '=?utf-8?B?',
  '--alt-00000000\r\n--alt-00000000--',
  '-- \n--\n---',
  '"quoted" \\ (comment) <a@b.example>, c: d;',
  '<script>alert(1)</script>&amp;',
  'From \n.\n..\n',
  '\u0000\u0001\u0007\u001b[31m\u007f\u0085\u2028\u2029',
  '\ud800 \udc00\ud83d',
  '\u202efdp.exe\u202c \u200f',
)
const readable = fc.constantFrom(
  '明天下午三点把合同发给客户，记得抄送法务。',
  'Förändringar på måndag: ¿qué tal? À bientôt',
  'مرحبا، هل يمكننا نقل الاجتماع؟ שלום',
  '👨‍👩‍👧‍👦 👍🏽 🇸🇪 e\u0301',
  'Can we move the call to Thursday at ten?',
  'x'.repeat(1200),
  '汉'.repeat(700),
  ' \t leading and trailing \t ',
  'one\n\ntwo\n\n\nthree\r\rfour',
)

/** Any text: pieces that people write, pieces that attackers write, and any UTF-16 units at all. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      readable,
      hostile,
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.string({ maxLength: 100 }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((u) => String.fromCharCode(...u)),
    ),
    { maxLength: 4 },
  )
  .map((pieces) => pieces.join(' '))

const anyName = fc.oneof(
  fc.constantFrom('Anna Smith', '张伟', 'J. Doe', 'Ärlig "Å" Öberg', 'a@b.example'),
  anyText,
)
const anyIdentity: fc.Arbitrary<Identity> = fc.record({
  type: fc.constantFrom(...identityTypes),
  value: anyText,
})
const anyParticipant = fc.record(
  { identity: anyIdentity, name: anyName },
  { requiredKeys: ['identity'] },
) as fc.Arbitrary<Participant>

const anyPart = fc.letrec<{ part: MessagePart }>((tie) => ({
  part: fc.record(
    {
      kind: fc.constantFrom(...messageKinds),
      text: anyText,
      senderName: anyName,
      sentAtText: anyText,
      attachmentNames: fc.array(anyName, { maxLength: 2 }),
      parts: fc.array(tie('part'), { maxLength: 2, depthIdentifier: 'parts' }),
    },
    { requiredKeys: ['kind', 'text'] },
  ) as fc.Arbitrary<MessagePart>,
})).part

const anyDetails = fc.record({
  call: fc.record(
    {
      medium: fc.constantFrom('voice', 'video'),
      outcome: fc.constantFrom('completed', 'missed', 'declined', 'unknown'),
      group: fc.boolean(),
      durationSeconds: fc.nat(),
    },
    { requiredKeys: ['medium', 'outcome', 'group'] },
  ),
  location: fc.record(
    { latitude: fc.double(), longitude: fc.double(), title: anyText, address: anyText, live: fc.boolean() },
    { requiredKeys: [] },
  ),
  poll: fc.record({
    question: anyText,
    options: fc.array(fc.record({ text: anyText, votes: fc.nat() }, { requiredKeys: ['text'] }), {
      maxLength: 3,
    }),
  }),
})

const anyExtras = fc.record(
  {
    vendorId: anyText,
    refersTo: fc.record(
      {
        relation: fc.constantFrom('replies-to', 'edits', 'deletes', 'recalls', 'reacts-to', 'receipt-of'),
        vendorId: anyText,
        quotedText: anyText,
        quotedSenderName: anyName,
      },
      { requiredKeys: ['relation'] },
    ),
    missingAttachments: fc.array(
      fc.record({
        name: anyName,
        reason: fc.constantFrom('omitted', 'not-in-archive', 'expired', 'view-once'),
      }),
      { maxLength: 2 },
    ),
    markedEdited: fc.boolean(),
    fields: fc.array(fc.record({ label: anyText, value: anyText }), { maxLength: 3 }),
    parts: fc.array(anyPart, { maxLength: 2 }),
    notes: fc.array(anyText, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

const anyAttachment = fc.record({
  // A name that looks like an encoded word is decoded by the parser that the tests read with.
  name: anyName.filter((name) => !name.includes('=?')),
  mediaType: fc.constantFrom(
    'image/jpeg',
    'audio/ogg; codecs=opus',
    'message/rfc822',
    'multipart/mixed',
    'bad',
    'a/b\r\nX: y',
  ),
  content: fc.uint8Array({ maxLength: 500 }),
})

/** Any input that the domain's types allow. */
export const anyInput: fc.Arbitrary<ComposeInput> = fc
  .record({
    common: fc.record({
      channel: fc.constantFrom(...channels),
      event: fc.constantFrom(...messageEvents),
      kind: fc.constantFrom(...messageKinds),
      route: fc.constantFrom('whatsapp-export', 'wecom-archive'),
      conversation: fc.record(
        { id: anyText, name: anyName, type: fc.constantFrom('direct', 'group') },
        { requiredKeys: ['id', 'type'] },
      ),
      sender: fc.option(anyParticipant),
      recipients: fc.array(anyParticipant, { maxLength: 4 }),
      sentAt: fc.record({
        utc: fc.integer({ min: 0, max: 4_102_444_800_000 }),
        text: anyText,
        zone: fc.constantFrom('UTC', 'Asia/Shanghai'),
        offsetMinutes: fc.integer({ min: -720, max: 840 }),
      }),
      text: anyText,
    }),
    extras: anyExtras,
    details: anyDetails,
    files: fc.array(anyAttachment, { maxLength: 3 }),
    displayNames: fc.array(anyName, { minLength: 5, maxLength: 5 }),
    emails: fc.array(
      fc.constantFrom(undefined, 'anna@firm.example', 'o.b+x@firm.example', 'broken@\r\nBcc: x'),
      {
        minLength: 5,
        maxLength: 5,
      },
    ),
    messageKey: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  })
  .map(({ common, extras, details, files, displayNames, emails, messageKey }) => {
    const attachments = files.map(({ content, ...file }) => ({
      ...file,
      bytes: content.length,
      sha256: hash('sha256', content, 'hex'),
      content,
    }))
    const message = { ...common, ...extras, ...details, attachments } as unknown as Message
    const people = message.sender === null ? message.recipients : [message.sender, ...message.recipients]
    const participants = people.map((participant, index) => ({
      participant,
      displayName: displayNames[index]!,
      ...(emails[index] === undefined ? {} : { email: emails[index] }),
    }))
    return { message, messageKey, domain: 'archive.example', participants, attachments }
  })
