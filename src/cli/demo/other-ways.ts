/** One person by each further way in, as the vendor or the tool hands it over. */
import { mobileOf } from './firm.ts'
import { makePhoneDatabase } from './phone-database.ts'

export interface OtherWay {
  readonly source: string
  /** Whose messages they are. */
  readonly person: string
  readonly name: string
  readonly content: string | Uint8Array
  readonly settings: Readonly<Record<string, string>>
}

/** Seconds since 1970 of a minute of 17 March 2026 in London. */
const at = (clock: string) => Date.parse(`2026-03-17T${clock}:00Z`) / 1000
const digitsOf = (name: string) => mobileOf(name).replace(/\D/g, '')

export function otherWays(): readonly OtherWay[] {
  return [businessApp(), linkedDevice(), phoneBackup(), wechatChat(), otherArchive()]
}

/** Priya's WhatsApp Business: webhooks of Meta, with an edit, a deletion and a call. */
function businessApp(): OtherWay {
  const business = digitsOf('Priya Nandra')
  const client = '447700900155'
  const said = (id: string, clock: string, type: string, content: object, from = client) => ({
    ...{ from, id: `wamid.${id}`, timestamp: String(at(clock)), type, [type]: content },
  })
  const surroundings = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: business, phone_number_id: '1000000000001' },
    contacts: [{ profile: { name: 'Henrik Aas' }, wa_id: client }],
  }
  const change = (field: string, lists: object) => ({ field, value: { ...surroundings, ...lists } })
  const corrected = { type: 'text', text: { body: 'Please quote 12 containers, not 10.' } }
  const changes = [
    change('messages', {
      messages: [
        said('LQ1', '10:02', 'text', { body: 'Good morning, please quote 10 containers to Bergen.' }),
        said('LQ2', '10:03', 'edit', { original_message_id: 'wamid.LQ1', message: corrected }),
        said('LQ3', '10:20', 'text', { body: 'Our limit is 31,000 EUR' }),
        said('LQ4', '10:21', 'revoke', { original_message_id: 'wamid.LQ3' }),
      ],
    }),
    change('smb_message_echoes', {
      message_echoes: [
        {
          ...said('LQ5', '10:31', 'text', { body: '30,400 EUR, valid until Friday.' }, business),
          to: client,
        },
      ],
    }),
    change('calls', {
      calls: [
        {
          ...{
            id: 'wacid.LQ6',
            from: client,
            to: business,
            event: 'terminate',
            timestamp: String(at('10:40')),
          },
          ...{ direction: 'USER_INITIATED', status: 'COMPLETED', duration: 184 },
        },
      ],
    }),
  ]
  const body = { object: 'whatsapp_business_account', entry: [{ id: '2000000000001', changes }] }
  return {
    source: 'whatsapp-cloud',
    person: 'Priya Nandra',
    name: 'webhook-2026-03-17.json',
    content: JSON.stringify(body),
    settings: {},
  }
}

/** Grace's phone, linked by QR code: what it was told, with a message that could not be decrypted. */
function linkedDevice(): OtherWay {
  const client = '447700900166@s.whatsapp.net'
  const key = (id: string, fromMe = false) => ({ remoteJid: client, fromMe, id })
  const message = (id: string, clock: string, content: object, fromMe = false) => ({
    ...{ key: key(id, fromMe), messageTimestamp: at(clock), pushName: fromMe ? 'Grace' : 'Ines Prado' },
    ...content,
  })
  const messages = [
    message('3EB0LQ01', '14:05', { message: { conversation: 'Is the vessel still on schedule?' } }),
    message('3EB0LQ02', '14:07', { message: { conversation: 'Two days late, storm off Finisterre.' } }, true),
    message('3EB0LQ03', '14:08', {
      message: { reactionMessage: { key: key('3EB0LQ02', true), text: '😮' } },
    }),
    message('3EB0LQ04', '14:11', { messageStubType: 2, messageStubParameters: ['No session record'] }),
  ]
  const lines = messages.map((one, place) =>
    JSON.stringify({
      sequence: place + 1,
      event: 'messages.upsert',
      data: { messages: [one], type: 'notify' },
    }),
  )
  return {
    source: 'whatsapp-linked-device',
    person: 'Grace Lowell',
    name: 'linked-device.jsonl',
    content: `${lines.join('\n')}\n`,
    settings: { custodian: mobileOf('Grace Lowell') },
  }
}

/** Tomas's Android phone: what its own backup holds of a chat, and a call. */
function phoneBackup(): OtherWay {
  return {
    source: 'whatsapp-backup',
    person: 'Tomas Whitlock',
    name: 'msgstore.db',
    content: makePhoneDatabase('447700900188', [
      { id: '4F0LQ01', fromMe: false, atMs: at('16:10') * 1000, text: 'Is the demurrage clear now, Tomas?' },
      {
        id: '4F0LQ02',
        fromMe: true,
        atMs: at('16:14') * 1000,
        text: 'Yes: 1,450 EUR a day from the 20th on.',
      },
      { id: '4F0LQ03', fromMe: false, atMs: at('16:15') * 1000, text: 'Understood, we unload on the 19th.' },
    ]),
    settings: { custodian: mobileOf('Tomas Whitlock') },
  }
}

/** Zhou Xiaolan's WeChat, as chatlog exports a chat. */
function wechatChat(): OtherWay {
  const talker = { id: 'wxid_lanternquay_he', name: '何俊' }
  const said = [
    ['10:15', talker, '周小姐，提单号 LQ-2042 的货柜到了吗？'],
    ['10:18', null, '刚刚到港，明天上午清关。'],
    ['10:19', talker, '好的，谢谢！[抱拳]'],
  ] as const
  const messages = said.map(([clock, from, content], place) => ({
    ...{ seq: (at(clock) - 8 * 3600) * 1000 + place, time: `2026-03-17T${clock}:00+08:00` },
    ...{ talker: talker.id, talkerName: talker.name, isChatRoom: false },
    ...{ sender: from?.id ?? 'wxid_lanternquay_zhou', senderName: from?.name ?? '周晓岚' },
    ...{ isSelf: from === null, type: 1, subType: 0, content },
  }))
  return {
    source: 'wechat-export',
    person: '周晓岚',
    name: 'chatlog.json',
    content: JSON.stringify(messages, null, 1),
    settings: { custodian: mobileOf('周晓岚') },
  }
}

/** Nora's messages of another archive, which sends e-mails. */
function otherArchive(): OtherWay {
  const nora = `${digitsOf('Nora Whitfield')}@archiver.example`
  const email = [
    `From: "Vera Lindt" <447700900177@archiver.example>`,
    `To: "Nora Whitfield" <${nora}>`,
    'Date: Tue, 17 Mar 2026 15:30:00 +0000',
    'Subject: WhatsApp chat with Vera Lindt',
    'Message-ID: <lq-2041@archiver.example>',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The arbitration clause stays as it is; we sign on Thursday.',
    '',
  ]
  return {
    ...{ source: 'email-drop', person: 'Nora Whitfield', name: 'message.eml' },
    ...{ content: email.join('\r\n'), settings: {} },
  }
}
