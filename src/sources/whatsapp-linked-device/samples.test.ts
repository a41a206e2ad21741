import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../domain/message.ts'
import { isRaw, type Raw } from '../formats/raw-json.ts'
import type { CapturedRecord } from '../source.ts'
import { whatsappLinkedDevice } from './index.ts'
import { mediaOf } from './media.ts'
import { openMedia } from './open-media.ts'
import { readWebMessageInfo } from './protocol.ts'

const samples = process.env.HOLDFAST_SAMPLES
const custodian = '+447700900001'

/** By the sample's name: event, kind, text, relation to another message. */
const expected: Readonly<Record<string, readonly [string, string, string, string?]>> = {
  text: ['sent', 'text', 'Does it come in another color?'],
  'extendedText-quoted-mention': ['sent', 'text', `@${['1555', '078', '3881'].join('')} yes`, 'replies-to'],
  image: ['sent', 'image', 'Black Prince echeveria'],
  'viewOnce-image': ['sent', 'image', 'Image'],
  ptt: ['sent', 'voice', 'Voice message'],
  'ptv-video-note': ['sent', 'video', 'Video note'],
  'document-with-caption': ['sent', 'file', 'see attached'],
  sticker: ['sent', 'sticker', 'Sticker'],
  location: ['sent', 'location', 'HQ, London'],
  liveLocation: ['sent', 'location', 'on my way'],
  contact: ['sent', 'contact', 'Ann'],
  contactsArray: ['sent', 'contact', 'A, B'],
  pollCreation: ['sent', 'poll', 'When?\n· Mon\n· Tue'],
  reaction: ['reacted', 'text', 'Reacted with 👍', 'reacts-to'],
  'reaction-removed': ['reacted', 'text', 'Reaction removed', 'reacts-to'],
  edit: ['edited', 'text', 'Does it come in red?', 'edits'],
  revoke: ['deleted', 'system', 'Message deleted', 'deletes'],
  'revoke-by-admin': ['deleted', 'system', 'Message deleted', 'deletes'],
  'ephemeral-text': ['sent', 'text', 'this will vanish'],
  'ephemeral-setting': ['sent', 'system', 'Messages disappear after 604800 seconds'],
  album: ['sent', 'mixed', 'Album of 2 pictures and 0 videos, which follow'],
  event: ['sent', 'calendar', 'Call'],
  groupInvite: ['sent', 'link', 'Invitation to the group Deal team'],
  order: ['sent', 'form', 'hi'],
  'call-log-connected': ['sent', 'call', 'Voice call, 65 s'],
  'call-log-missed-video-group': ['sent', 'call', 'Group video call, missed'],
  'stub-missed-voice': ['sent', 'call', 'Voice call, missed'],
  'stub-missed-group-video': ['sent', 'call', 'Group video call, missed'],
  undecryptable: ['sent', 'unknown', 'A message that could not be decrypted'],
  'stub-group-subject': ['sent', 'system', 'Group subject changed: New subject'],
  'update-revoke': ['deleted', 'system', 'Message deleted', 'deletes'],
  'update-status': ['receipt', 'system', 'Message read', 'receipt-of'],
  receipt: ['receipt', 'system', 'Message read', 'receipt-of'],
  'delete-for-me': ['deleted', 'system', 'Message deleted on this phone', 'deletes'],
  'call-timeout': ['sent', 'call', 'Voice call, missed'],
}

/** Participants and time as the message's own key and clock have them. */
function expectTold(message: Message, record: Pick<CapturedRecord, 'bytes'>, name: string): void {
  const { key, messageTimestamp } = JSON.parse(Buffer.from(record.bytes).toString()) as {
    readonly key: {
      readonly remoteJid: string
      readonly fromMe: boolean
      readonly participant?: string
      readonly participantAlt?: string
    }
    readonly messageTimestamp: number
  }
  const isGroup = key.remoteJid.endsWith('@g.us')
  const jid = isGroup ? (key.participantAlt ?? key.participant) : key.remoteJid
  const other = jid?.endsWith('@lid') ? jid : jid && `+${jid.replace(/@.*/, '')}`
  expect(message.sentAt.utc, name).toBe(messageTimestamp * 1000)
  expect(message.sender?.identity.value, name).toBe(key.fromMe ? custodian : other)
  const recipients = message.recipients.map(({ identity }) => identity.value)
  expect(recipients, name).toEqual([key.fromMe ? other : custodian])
  expect(message.conversation.type, name).toBe(isGroup ? 'group' : 'direct')
}

describe.skipIf(!samples)('what a linked device recorded (needs HOLDFAST_SAMPLES)', () => {
  const folder = join(samples ?? '', 'whatsapp/baileys')
  const capture = async (file: string) => {
    const settings = whatsappLinkedDevice.settings.parse({ custodian })
    return Array.fromAsync(
      whatsappLinkedDevice.capture({ files: [join(folder, file)], settings, registeredUsers: [] }),
    )
  }
  const decoded = (record: Awaited<ReturnType<typeof capture>>[number]): Message => {
    if ('gap' in record) throw new Error('a gap')
    const result = whatsappLinkedDevice.decode({ ...record, attachments: [] })
    if (!result.decoded) throw new Error(result.explanation)
    return result.message
  }

  test('all events are captured and decoded, but for those of the connection, and none says another thing', async () => {
    const names = (await readFile(join(folder, 'synthetic-events.jsonl'), 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { name: string; event: string })
    const told = names.filter(({ event }) => event !== 'connection.update')
    const found = await capture('synthetic-events.jsonl')
    const records = found.filter((one) => !('gap' in one))
    expect(records).toHaveLength(told.length)
    for (const [place, { name, event }] of told.entries()) {
      const message = decoded(records[place]!)
      if (event === 'messages.upsert') expectTold(message, records[place] as CapturedRecord, name)
      const row = expected[name]
      if (!row) continue
      expect(message, name).toMatchObject({ event: row[0], kind: row[1], text: row[2] })
      expect(message.refersTo?.relation, name).toBe(row[3])
    }
    const gaps = found.flatMap((one) => ('gap' in one ? [one.gap.reason] : []))
    expect(gaps.sort()).toEqual(['disconnected', 'disconnected', 'undecryptable', 'view-once'])
  })

  test.each(['history-sync-RECENT.bin', 'history-sync-RECENT.zlib'])(
    '%s gives the messages of the live events, and the calls',
    async (file) => {
      const found = await capture(file)
      const records = found.filter((one) => !('gap' in one))
      const live = (await capture('synthetic-events.jsonl')).flatMap((one) =>
        'identity' in one ? [one.identity] : [],
      )
      const messages = records.map(decoded)
      expect(messages.filter(({ kind }) => kind === 'call').map(({ text }) => text)).toEqual(
        expect.arrayContaining(['Video call, 65 s', 'Voice call, missed']),
      )
      const same = records.filter(
        (one) =>
          'identity' in one &&
          live.some((identity) => JSON.stringify(identity) === JSON.stringify(one.identity)),
      )
      expect(records).toHaveLength(29)
      expect(same).toHaveLength(27)
      expect(found.flatMap((one) => ('gap' in one ? [one.gap.reason] : []))).toEqual([
        'undecryptable',
        'undecryptable',
      ])
    },
  )

  test('the protobuf is read as its own JSON says', async () => {
    const json = JSON.parse(await readFile(join(folder, 'history-sync-RECENT.json'), 'utf8')) as {
      conversations: { messages: { message: Raw }[] }[]
    }
    const records = (await capture('history-sync-RECENT.bin')).flatMap((one) =>
      'identity' in one ? [one] : [],
    )
    // Defaults are not on the wire.
    const isDefault = (value: unknown) => ['0', 0, false, ''].includes(value as string)
    const plain = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(plain)
      if (!isRaw(value)) return typeof value === 'number' ? String(value) : value
      const told = Object.entries(value).filter(([, one]) => !isDefault(one))
      return Object.fromEntries(told.map(([name, one]) => [name, plain(one)]))
    }
    for (const [place, { message }] of json.conversations[0]!.messages.entries()) {
      const read = plain(readWebMessageInfo(records[place]!.bytes)) as Raw
      expect(read, String(place)).toMatchObject({
        key: { id: (message.key as Raw).id, remoteJid: (message.key as Raw).remoteJid },
        messageTimestamp: message.messageTimestamp,
      })
      const content = (plain(message.message) ?? {}) as Raw
      for (const name of [
        'conversation',
        'extendedTextMessage',
        'imageMessage',
        'audioMessage',
        'videoMessage',
        'ptvMessage',
        'stickerMessage',
        'documentWithCaptionMessage',
        'locationMessage',
        'contactMessage',
        'reactionMessage',
        'albumMessage',
      ])
        if (content[name] !== undefined)
          expect((read.message as Raw)[name], `${place} ${name}`).toEqual(content[name])
    }
  })

  test.each(['image', 'ptt', 'video', 'document'])(
    'media-%s opens byte for byte, and not at all with a flipped byte',
    async (name) => {
      const [encrypted, plain] = await Promise.all(
        ['enc', 'plain'].map((ending) => readFile(join(folder, `media-${name}.${ending}`))),
      )
      const events = (await readFile(join(folder, 'synthetic-events.jsonl'), 'utf8'))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { data: { messages?: Raw[] } })
      const media = events
        .flatMap(({ data }) => (data.messages ?? []).map(({ message }) => mediaOf(message)))
        .find((one) => one?.reference.endsWith(`/${name}.enc`))!
      expect(await buffer(openMedia(Readable.from([encrypted!]), media))).toEqual(plain)
      for (let at = 0; at < encrypted!.length; at++) {
        const flipped = Buffer.from(encrypted!)
        flipped[at]! ^= 1
        await expect(
          buffer(openMedia(Readable.from([flipped]), { ...media, fileEncSha256: null, fileSha256: null })),
        ).rejects.toMatchObject({ code: 'media-damaged' })
      }
    },
  )
})
