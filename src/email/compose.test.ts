import PostalMime, { decodeWords } from 'postal-mime'
import { describe, expect, it } from 'vitest'
import type { Message } from '../domain/message.ts'
import { messageKeyOfVendorId } from '../domain/message-key.ts'
import { anna, ben, inputOf, textMessage } from './compose.contract.ts'
import { composeEmail, messageIdOf } from './index.ts'

const messageKey = Buffer.from('00112233445566778899aabbccddeeff', 'hex')

function emailOf(message: Message, more: Parameters<typeof inputOf>[2] = {}) {
  const contents = message.attachments.map((attachment) => Buffer.alloc(attachment.bytes, 7))
  return composeEmail(inputOf(message, contents, { messageKey, ...more })).skeleton.toString('latin1')
}

function bodyOf(message: Message) {
  return PostalMime.parse(emailOf(message))
}

const file = (name: string, mediaType = 'application/pdf') => ({ name, mediaType, bytes: 3, sha256: '' })

describe('the e-mail of a short text', () => {
  it('is these bytes, today and in thirty years', () => {
    const participants = [
      { participant: anna, displayName: 'Anna Smith', email: 'anna.smith@firm.example' },
      { participant: ben, displayName: 'Ben Jones' },
    ]
    const lines = [
      'From: Anna Smith <anna.smith@firm.example>',
      'To: Ben Jones <phone.447700900002@archive.example>',
      'Date: Mon, 02 Nov 2026 09:15:00 +0000',
      'Message-ID: <00112233445566778899aabbccddeeff@archive.example>',
      'References: <conv-568790dd1bbbe229@archive.example>',
      'Subject: WhatsApp =?utf-8?Q?=C2=B7?= Deal team: Can we move the call?',
      'X-Holdfast-Item-Class: IPM.ExternalData.WhatsAppArchiver.Message',
      'X-Holdfast-Channel: whatsapp',
      'X-Holdfast-Kind: text',
      'X-Holdfast-Route: whatsapp-export',
      'X-Holdfast-Sent-At: 02/11/2026, 09:15; Europe/London',
      'X-Holdfast-Conversation: Deal team',
      'X-Holdfast-Participants: phone:+447700900001, phone:+447700900002',
      'X-Holdfast-User-Email-Address: anna.smith@firm.example',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=alt-00112233',
      '',
      '--alt-00112233',
      'Content-Type: text/plain',
      '',
      'Can we move the call?',
      '--alt-00112233',
      'Content-Type: text/html',
      '',
      '<p>Can we move the call?</p>',
      '--alt-00112233--',
      '',
    ]
    expect(emailOf(textMessage('Can we move the call?'), { participants }).split('\r\n')).toEqual(lines)
  })

  it('stays under a thousand bytes', () => {
    expect(emailOf(textMessage('Can we move the call to Thursday?')).length).toBeLessThan(1000)
  })
})

describe('the date', () => {
  it('is in the offset that was in force for the sender', () => {
    const at = (offsetMinutes: number) => {
      const sentAt = { utc: Date.UTC(2026, 0, 1, 0, 30), text: 't', zone: 'Asia/Shanghai', offsetMinutes }
      return /^Date: (.*)$/m.exec(emailOf(textMessage('x', { sentAt })))?.[1]?.trim()
    }
    expect(at(480)).toBe('Thu, 01 Jan 2026 08:30:00 +0800')
    expect(at(-210)).toBe('Wed, 31 Dec 2025 21:00:00 -0330')
    expect(at(345)).toBe('Thu, 01 Jan 2026 06:15:00 +0545')
  })
})

describe('threads', () => {
  it('join a recall in WeCom to its original in WeChat, under the root of their conversation', async () => {
    const conversation = { id: 'wr-1', type: 'group' } as const
    const original = textMessage('price is 9', { channel: 'wechat', vendorId: '77', conversation })
    const recall = textMessage('recalled', {
      channel: 'wecom',
      event: 'recalled',
      conversation,
      refersTo: { relation: 'recalls', vendorId: '77' },
    })
    const key = messageKeyOfVendorId('wechat', '77')
    const first = await PostalMime.parse(emailOf(original, { messageKey: key }))
    const second = await PostalMime.parse(emailOf(recall))
    expect(first.messageId).toBe(messageIdOf(key, 'archive.example'))
    expect(second.inReplyTo).toBe(first.messageId)
    expect(second.references).toBe(`${first.references} ${first.messageId}`)
  })
})

describe('people', () => {
  it('who are registered are all in the User-Email-Address property, in order', () => {
    const participants = [
      { participant: anna, displayName: 'Anna', email: 'anna@firm.example' },
      { participant: ben, displayName: 'Ben', email: 'ben@firm.example' },
    ]
    expect(emailOf(textMessage('x'), { participants })).toContain(
      '\r\nX-Holdfast-User-Email-Address: anna@firm.example, ben@firm.example\r\n',
    )
    expect(emailOf(textMessage('x'))).not.toContain('User-Email-Address')
  })

  it('whose address is not ASCII keep it in the property, and get one of ours where mail needs ASCII', async () => {
    const participants = [
      { participant: anna, displayName: 'Anna', email: 'åsa@företag.example' },
      { participant: ben, displayName: 'Ben', email: 'ben@firm.example, spy@evil.example' },
    ]
    const email = await PostalMime.parse(emailOf(textMessage('x'), { participants }))
    expect(email.from?.address).toBe('phone.447700900001@archive.example')
    const property = email.headers.find((header) => header.key === 'x-holdfast-user-email-address')
    expect(decodeWords(property?.value ?? '')).toBe('åsa@företag.example')
  })

  it('make way for the conversation where nobody speaks or nobody is named', async () => {
    const message = textMessage('Anna created the group', {
      kind: 'system',
      sender: null,
      recipients: [],
    } as Partial<Message>)
    const email = await PostalMime.parse(emailOf(message))
    expect(email.from).toEqual({ name: 'Deal team', address: 'conv-568790dd1bbbe229@archive.example' })
    expect(email.to).toEqual([email.from])
  })

  it('may change their name from one message to the next', async () => {
    for (const displayName of ['Anna', 'Anna (Legal)', '安娜', 'Anna']) {
      const participants = [
        { participant: anna, displayName },
        { participant: ben, displayName: 'Ben' },
      ]
      expect((await PostalMime.parse(emailOf(textMessage('x'), { participants }))).from?.name).toBe(
        displayName,
      )
    }
  })
})

describe('attachments', () => {
  it('keep a Chinese file name and give old readers one in ASCII', async () => {
    const raw = emailOf(textMessage('see', { attachments: [file('合同 最终版.pdf')] }))
    expect(raw).toContain('filename="_ _.pdf"')
    expect(raw).toContain("filename*=utf-8''%E5%90%88%E5%90%8C%20%E6%9C%80%E7%BB%88%E7%89%88.pdf")
    expect((await PostalMime.parse(raw)).attachments[0]?.filename).toBe('合同 最终版.pdf')
  })

  it('keep a very long name in numbered pieces', async () => {
    const name = `${'附件'.repeat(60)}.docx`
    const raw = emailOf(textMessage('see', { attachments: [file(name)] }))
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThan(160)
    expect((await PostalMime.parse(raw)).attachments[0]?.filename).toBe(name)
  })

  it('are never taken apart or misread: messages, multiparts and nonsense travel as plain bytes', async () => {
    const types = ['message/rfc822', 'multipart/mixed', 'nonsense', 'Audio/OGG; codecs=opus', 'a/b\r\nX: y']
    const attachments = types.map((type, index) => file(`f${index}`, type))
    const email = await PostalMime.parse(emailOf(textMessage('see', { attachments })))
    const octets = 'application/octet-stream'
    expect(email.attachments.map((a) => a.mimeType)).toEqual([octets, octets, octets, 'audio/ogg', octets])
  })
})

describe('what a person reads', () => {
  it('shows the facts of a call, the place on a map and the options of a poll, in both bodies', async () => {
    const call = {
      kind: 'call',
      call: { medium: 'video', outcome: 'completed', group: true, durationSeconds: 192 },
    }
    const location = { kind: 'location', location: { latitude: 51.5, longitude: -0.12, title: 'Office' } }
    const options = [{ text: 'Monday', votes: 1 }, { text: 'Friday' }]
    const poll = { kind: 'poll', poll: { question: 'When?', options } }
    const of = (kind: object) => bodyOf(textMessage('x', kind as Partial<Message>))
    expect((await of(call)).text).toBe('x\n\nCall: group video call, completed\nDuration: 192 s\n')
    const place = await of(location)
    expect(place.text).toContain(
      'Place: Office\nCoordinates: 51.5, -0.12\nMap: https://www.openstreetmap.org/?mlat=51.5',
    )
    expect(place.html).toContain('<a href="https://www.openstreetmap.org/?mlat=51.5&amp;mlon=-0.12">')
    expect((await of(poll)).text).toContain('Question: When?\nOption 1: Monday (1 vote)\nOption 2: Friday\n')
  })

  it('shows what is quoted, nested and missing', async () => {
    const message = textMessage('agreed', {
      kind: 'forwarded',
      refersTo: { relation: 'replies-to', quotedText: 'price is 9\nor 10', quotedSenderName: 'Ben' },
      parts: [
        {
          kind: 'text',
          senderName: 'Ben',
          text: 'outer',
          parts: [{ kind: 'image', text: 'inner', attachmentNames: ['a.jpg'] }],
        },
      ],
      missingAttachments: [{ name: 'b.pdf', reason: 'not-in-archive' }],
      notes: ['user export, unverified'],
    } as Partial<Message>)
    expect((await bodyOf(message)).text?.split('\n')).toEqual([
      ...['In reply to:', '> Ben: price is 9', '> or 10', ''],
      ...['agreed', ''],
      ...['  Ben:', '  outer', '', '    [Picture] inner a.jpg', ''],
      ...['[Attachment missing: b.pdf (it is named but was not in the file).]', ''],
      ...['[user export, unverified]', ''],
    ])
  })

  it('says what is attached where nobody wrote a word', async () => {
    const message = textMessage('', {
      kind: 'image',
      attachments: [file('IMG-1.jpg', 'image/jpeg')],
    } as Partial<Message>)
    expect((await PostalMime.parse(emailOf(message))).text).toBe('[Picture] IMG-1.jpg\n')
  })

  it('takes records nested ten thousand deep', async () => {
    let part: NonNullable<Message['parts']>[number] = { kind: 'text', text: 'innermost' }
    for (let depth = 0; depth < 10_000; depth++) part = { kind: 'forwarded', text: '', parts: [part] }
    const email = await bodyOf(textMessage('x', { kind: 'forwarded', parts: [part] } as Partial<Message>))
    expect(email.text).toContain('innermost')
    expect(email.html).toContain('innermost')
  })
})

describe('a caller who mixes messages up', () => {
  it('is stopped before a wrong e-mail is made', () => {
    const input = inputOf(textMessage('x'))
    expect(() => composeEmail({ ...input, participants: [] })).toThrow('participants')
    expect(() => composeEmail({ ...input, messageKey: new Uint8Array(8) })).toThrow('16 bytes')
    expect(() => composeEmail({ ...input, attachments: [file('a')] })).toThrow('attachments')
  })
})
