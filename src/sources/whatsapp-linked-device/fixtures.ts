/** Events of an invented phone, in the shapes a linked device sees. */
import { createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto'

export const custodian = '+447700900001'
export const client = '447700900123@s.whatsapp.net'
export const group = '120363025000000001@g.us'
export const lid = '98765432109876@lid'

type Json = { readonly [key: string]: unknown }

let count = 0

export function info(message: Json | null, more: Json = {}, key: Json = {}): Json {
  count += 1
  const id = `3EB0${String(count).padStart(16, '0')}`
  return {
    key: { remoteJid: client, fromMe: false, id, ...key },
    ...{ messageTimestamp: 1_772_280_000 + count, pushName: 'Grace Client' },
    ...(message === null ? {} : { message }),
    ...more,
  }
}

export function upsert(...messages: readonly Json[]): Json {
  return { event: 'messages.upsert', data: { messages, type: 'notify' } }
}

/** As the plug-in writes them: numbered and timed. */
export function lines(events: readonly Json[], first = 1): Buffer {
  return Buffer.from(
    events
      .map((event, place) =>
        JSON.stringify({ sequence: first + place, at: 1_772_280_100_000 + place, ...event }),
      )
      .join('\n'),
  )
}

export const buffer = (bytes: Uint8Array) => ({ type: 'Buffer', data: Buffer.from(bytes).toString('base64') })

/** A file as WhatsApp keeps it, and the fields of a message that open it. */
export function encrypted(content: Buffer, infoText: string, path: string) {
  const mediaKey = createHash('sha256').update(`key of ${path}`).digest()
  const keys = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), infoText, 112))
  const cipher = createCipheriv('aes-256-cbc', keys.subarray(16, 48), keys.subarray(0, 16))
  const sealed = Buffer.concat([cipher.update(content), cipher.final()])
  const mac = createHmac('sha256', keys.subarray(48, 80)).update(keys.subarray(0, 16)).update(sealed).digest()
  const file = Buffer.concat([sealed, mac.subarray(0, 10)])
  const digest = (bytes: Buffer) => buffer(createHash('sha256').update(bytes).digest())
  return {
    file,
    fields: {
      ...{ mediaKey: buffer(mediaKey), fileSha256: digest(content), fileEncSha256: digest(file) },
      ...{ fileLength: content.byteLength, directPath: path, url: `https://mmg.whatsapp.net${path}` },
    },
  }
}

const original = info({ conversation: 'Kauf 500 — 买入 500 股' })
const originalKey = original.key as Json
export const photo = encrypted(
  Buffer.from('pixels '.repeat(3_000)),
  'WhatsApp Image Keys',
  '/v/t62/photo.enc',
)
const voice = encrypted(Buffer.from('voice'), 'WhatsApp Audio Keys', '/v/t62/voice.enc')

/** One of each kind. */
export const everyKind: readonly Json[] = [
  { event: 'connection.update', data: { connection: 'open' } },
  upsert(original),
  upsert(
    info(
      {
        extendedTextMessage: {
          text: 'yes',
          contextInfo: {
            stanzaId: originalKey.id,
            participant: client,
            quotedMessage: { conversation: 'Kauf 500' },
          },
        },
      },
      {},
      { fromMe: true },
    ),
  ),
  upsert(info({ imageMessage: { ...photo.fields, mimetype: 'image/jpeg', caption: 'the chart' } })),
  upsert(
    info({
      viewOnceMessageV2: {
        message: { imageMessage: { ...photo.fields, mimetype: 'image/jpeg', viewOnce: true } },
      },
    }),
  ),
  upsert(
    info({ audioMessage: { ...voice.fields, mimetype: 'audio/ogg; codecs=opus', ptt: true, seconds: 3 } }),
  ),
  upsert(
    info({
      documentWithCaptionMessage: {
        message: {
          documentMessage: {
            ...voice.fields,
            fileName: '条款.pdf',
            mimetype: 'application/pdf',
            caption: 'see attached',
          },
        },
      },
    }),
  ),
  upsert(info({ stickerMessage: { ...photo.fields, mimetype: 'image/webp' } })),
  upsert(
    info({
      locationMessage: { degreesLatitude: 51.5, degreesLongitude: -0.1, name: 'HQ', address: 'London' },
    }),
  ),
  upsert(
    info({ liveLocationMessage: { degreesLatitude: 51.5, degreesLongitude: -0.1, caption: 'on my way' } }),
  ),
  upsert(info({ contactMessage: { displayName: 'Ada', vcard: 'BEGIN:VCARD\nFN:Ada\nEND:VCARD' } })),
  upsert(
    info(
      { pollCreationMessageV3: { name: 'When?', options: [{ optionName: 'Mon' }, { optionName: 'Tue' }] } },
      {},
      { remoteJid: group, participant: lid, participantAlt: client },
    ),
  ),
  upsert(info({ reactionMessage: { key: originalKey, text: '👍' } })),
  upsert(info({ protocolMessage: { key: originalKey, type: 14, editedMessage: { conversation: 'sell' } } })),
  upsert(info({ protocolMessage: { key: originalKey, type: 0 } })),
  upsert(info({ protocolMessage: { type: 3, ephemeralExpiration: 604_800 } })),
  upsert(info({ ephemeralMessage: { message: { extendedTextMessage: { text: 'this will vanish' } } } })),
  upsert(info({ albumMessage: { expectedImageCount: 2, expectedVideoCount: 0 } })),
  upsert(info({ eventMessage: { name: 'Call', description: 'Q1', startTime: 1_772_283_600 } })),
  upsert(info({ groupInviteMessage: { groupJid: group, groupName: 'Deal team', inviteCode: 'abc' } })),
  upsert(info({ orderMessage: { orderId: '1', itemCount: 1, message: 'hi' } })),
  upsert(
    info({
      callLogMesssage: {
        isVideo: true,
        callOutcome: 0,
        durationSecs: 65,
        participants: [{ jid: client, callOutcome: 0 }],
      },
    }),
  ),
  upsert(info({ hologramMessage: { depth: 3, exact: '98765432109876543210' } })),
  upsert(info(null, { messageStubType: 40 })),
  upsert(
    info(
      null,
      { messageStubType: 21, messageStubParameters: ['New subject'] },
      { remoteJid: group, participant: lid },
    ),
  ),
  upsert(info(null, { messageStubType: 2, messageStubParameters: ['No session record'] })),
  {
    event: 'message-receipt.update',
    data: [{ key: originalKey, receipt: { userJid: client, readTimestamp: 1_772_280_050 } }],
  },
  { event: 'messages.update', data: [{ key: originalKey, update: { message: null, messageStubType: 1 } }] },
  { event: 'messages.delete', data: { keys: [originalKey] } },
  {
    event: 'call',
    data: [
      {
        chatId: client,
        from: lid,
        callerPn: client,
        id: 'CALL1',
        date: '2026-03-01T00:00:34.000Z',
        status: 'offer',
        isVideo: true,
      },
    ],
  },
  {
    event: 'call',
    data: [
      {
        chatId: client,
        from: lid,
        callerPn: client,
        id: 'CALL1',
        date: '2026-03-01T00:01:34.000Z',
        status: 'timeout',
        isVideo: true,
      },
    ],
  },
  { event: 'lid-mapping.update', data: { lid, pn: client } },
  {
    event: 'group-participants.update',
    data: { id: group, author: lid, participants: [{ id: lid, phoneNumber: client }], action: 'add' },
  },
  { event: 'chats.of.tomorrow', data: { anything: 'new' } },
]

export { original, originalKey }
