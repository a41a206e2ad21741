import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../domain/message.ts'
import { whatsappMessageIdOfWamid } from '../formats/whatsapp-message-id.ts'
import { whatsappCloud } from './index.ts'
import { isSigned } from './receive.ts'

const samples = process.env.HOLDFAST_SAMPLES

/** The two numbers of Meta's examples, taken apart: they are nobody's, but look like somebody's. */
const client = ['+1650', '555', '1234'].join('')
const business = ['+1555', '078', '3881'].join('')

/** What Meta's own examples and the documented shapes must become: event, kind, sender, text, what it speaks of. */
const expected: Readonly<Record<string, readonly [string, string, string | null, string, string?]>> = {
  'Button Message.json': ['sent', 'text', client, 'Unsubscribe', 'replies-to'],
  'Contact Sharing Message.json': ['sent', 'contact', client, 'Lucía Gómez'],
  'Image Message.json': ['sent', 'image', client, 'Taj Mahal'],
  'Reaction Message.json': ['reacted', 'text', client, 'Reacted with 👍', 'reacts-to'],
  'audio-voice.json': ['sent', 'voice', client, 'Voice message'],
  'bsuid-only.json': ['sent', 'text', 'US.13491208655302741918', 'no phone number shared'],
  'call-terminate-completed.json': ['sent', 'call', client, 'Voice call, 65 s (incoming)'],
  'call-terminate-missed.json': ['sent', 'call', client, 'Voice call, not answered (incoming)'],
  'document.json': ['sent', 'file', client, 'v2'],
  'echo-edit.json': ['edited', 'text', business, 'fixed', 'edits'],
  'echo-revoke.json': ['deleted', 'system', business, 'Message deleted', 'deletes'],
  'echo-text.json': ['sent', 'text', business, 'sent from the phone app'],
  'edit-image-caption.json': ['edited', 'image', client, 'Updated image caption', 'edits'],
  'edit-text.json': ['edited', 'text', client, 'corrected text', 'edits'],
  'group-inbound.json': ['sent', 'text', client, 'in a Cloud API group'],
  'history-media-followup.json': ['sent', 'image', business, 'Black Prince echeveria'],
  'location.json': ['sent', 'location', client, 'HQ, London'],
  'reaction-removed.json': ['reacted', 'text', client, 'Reaction removed', 'reacts-to'],
  'reply-forwarded.json': ['sent', 'text', client, 'see below', 'replies-to'],
  'revoke.json': ['deleted', 'system', client, 'Message deleted', 'deletes'],
  'status-failed.json': ['receipt', 'system', null, 'Message failed: Message undeliverable', 'receipt-of'],
  'status-read.json': ['receipt', 'system', null, 'Message read', 'receipt-of'],
  'system-number-change.json': [
    'sent',
    'system',
    client,
    `Sheena Nelson changed from ${client.slice(1)} to ${['1219', '555', '5358'].join('')}`,
  ],
  'unsupported-131051.json': [
    'sent',
    'unknown',
    client,
    'A message that WhatsApp does not hand over: Message type unknown',
  ],
}

interface Raw {
  readonly timestamp?: string
  readonly from?: string
  readonly from_user_id?: string
  readonly to?: string
  readonly context?: { readonly id?: string }
  readonly edit?: { readonly original_message_id: string }
  readonly revoke?: { readonly original_message_id: string }
  readonly reaction?: { readonly message_id: string }
}

/** Participants, time and reference of whatever says them, as Meta's own JSON has them. */
function expectTold(message: Message, raw: Raw, name: string): void {
  if (raw.timestamp !== undefined) expect(message.sentAt.utc, name).toBe(Number(raw.timestamp) * 1000)
  const from = raw.from === undefined ? raw.from_user_id : `+${raw.from}`
  if (from === undefined) return
  expect(message.sender?.identity.value, name).toBe(from)
  const to = raw.to === undefined ? business : `+${raw.to}`
  expect(
    message.recipients.map(({ identity }) => identity.value),
    name,
  ).toEqual(to === from ? [] : [to])
  const original =
    (raw.edit ?? raw.revoke)?.original_message_id ?? raw.reaction?.message_id ?? raw.context?.id
  const shared = original === undefined ? undefined : whatsappMessageIdOfWamid(original, business)
  expect(message.refersTo?.vendorId, name).toBe(shared ?? original)
}

describe.skipIf(!samples)('webhooks as Meta sends them (needs HOLDFAST_SAMPLES)', () => {
  const capture = async (file: string) => {
    const found = []
    for await (const one of whatsappCloud.capture({ files: [file], settings: {}, registeredUsers: [] }))
      found.push(one)
    return found
  }

  test('every one is captured and decoded, none dropped; all that has to be told is told right', async () => {
    const folders = ['meta-openapi', 'synthetic'].map((name) => join(samples!, 'whatsapp/webhooks', name))
    let files = 0
    for (const folder of folders)
      for (const name of (await readdir(folder)).filter((one) => !one.startsWith('_'))) {
        files += 1
        const records = (await capture(join(folder, name))).filter((one) => !('gap' in one))
        expect(records.length, name).toBeGreaterThan(0)
        const messages = records.map((record) => {
          if ('gap' in record) throw new Error('filtered')
          const result = whatsappCloud.decode({ ...record, attachments: [] })
          if (!result.decoded) throw new Error(`${name}: ${result.explanation}`)
          expectTold(result.message, JSON.parse(Buffer.from(record.bytes).toString()) as Raw, name)
          return result.message
        })
        const row = expected[basename(name)]
        if (!row) continue
        const [event, kind, sender, text, relation] = row
        expect(messages[0], name).toMatchObject({ event, kind, text })
        expect(messages[0]!.sender?.identity.value ?? null, name).toBe(sender)
        expect(messages[0]!.refersTo?.relation, name).toBe(relation)
      }
    expect(files).toBeGreaterThan(55)
  })

  test('the signatures are byte for byte, and a flipped byte is none', async () => {
    const file = join(samples!, 'whatsapp/webhooks/synthetic/_signature-vectors.json')
    const vectors = JSON.parse(await readFile(file, 'utf8')) as {
      app_secret: string
      cases: { raw_body_utf8: string; x_hub_signature_256: string }[]
    }
    for (const { raw_body_utf8, x_hub_signature_256 } of vectors.cases) {
      const body = Buffer.from(raw_body_utf8)
      const secret = { appSecret: vectors.app_secret }
      expect(isSigned(secret, body, x_hub_signature_256)).toBe(true)
      for (let at = 0; at < body.length; at += 7) {
        const flipped = Buffer.from(body)
        flipped[at]! ^= 1
        expect(isSigned(secret, flipped, x_hub_signature_256)).toBe(false)
      }
    }
  })
})
