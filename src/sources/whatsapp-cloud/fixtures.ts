/** Webhooks of an invented business, in the shapes Meta documents. */
import { createHmac } from 'node:crypto'
import type { WhatsappCloudSecret } from './settings.ts'

export const businessNumber = '447700900001'
export const business = `+${businessNumber}`
export const clientNumber = '447700900123'
export const secret: WhatsappCloudSecret = {
  appSecret: 'f00dfeedf00dfeed',
  verifyToken: 'open-sesame',
  accessToken: 'system-user-token',
}

type Json = { readonly [key: string]: unknown }

export const metadata = { display_phone_number: businessNumber, phone_number_id: '1000001' }
export const contacts = [{ profile: { name: 'Grace Client' }, wa_id: clientNumber, user_id: 'GB.1' }]

export function webhook(value: Json, field = 'messages', time?: number): Json {
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '2000002', ...(time === undefined ? {} : { time }), changes: [{ value, field }] }],
  }
}

/** A webhook of one change with a list of the usual surroundings. */
export function listOf(list: string, elements: readonly Json[], field = 'messages'): Json {
  return webhook({ messaging_product: 'whatsapp', metadata, contacts, [list]: elements }, field)
}

let count = 0

export function message(type: string, content: unknown, more: Json = {}): Json {
  count += 1
  return {
    from: clientNumber,
    id: `wamid.M${count}`,
    timestamp: '1772280000',
    type,
    [type]: content,
    ...more,
  }
}

/** The name that Meta gives to a message whose writer's phone called it `id`. */
export function wamidOf(id: string, by: 'business' | 'client', party = clientNumber): string {
  const text = (value: string) => [0x18, value.length, ...Buffer.from(value)]
  const bytes = [0x1c, ...text(party), 0x15, 2, 0, by === 'business' ? 0x11 : 0x12, ...text(id), 0]
  return `wamid.${Buffer.from(bytes).toString('base64')}`
}

export const historyChunk = (
  phase: number,
  order: number,
  progress: number,
  messages: readonly Json[],
): Json =>
  webhook(
    {
      metadata,
      history: [
        { metadata: { phase, chunk_order: order, progress }, threads: [{ id: clientNumber, messages }] },
      ],
    },
    'history',
  )

export const status = (id: string, word: string): Json =>
  listOf('statuses', [{ id, status: word, timestamp: '1772280010', recipient_id: clientNumber }])

export function signed(body: Uint8Array | string, key = secret.appSecret): string {
  return `sha256=${createHmac('sha256', key).update(body).digest('hex')}`
}

/** One of each kind of record. */
export const everyKind: readonly Json[] = [
  listOf('messages', [
    message('text', { body: 'Kauf 500 — 买入 500 股' }),
    message('image', { id: '9001', mime_type: 'image/jpeg', sha256: '', caption: 'the chart' }),
    message('document', { id: '9002', mime_type: 'application/pdf', sha256: '', filename: '条款.pdf' }),
    message('audio', { id: '9003', mime_type: 'audio/ogg; codecs=opus', sha256: '', voice: true }),
    message('sticker', { id: '9004', mime_type: 'image/webp', sha256: '', animated: true }),
    message('location', { latitude: 51.5, longitude: -0.1, name: 'HQ', address: 'London' }),
    message('contacts', [{ name: { formatted_name: 'Ada' }, phones: [{ phone: '+44 7700 900002' }] }]),
    message('button', { text: 'Yes', payload: 'yes-1' }),
    message('interactive', {
      type: 'list_reply',
      list_reply: { id: '1', title: 'One', description: 'first' },
    }),
    message('order', {
      text: 'please',
      product_items: [{ product_retailer_id: 'p', quantity: 2, item_price: 3, currency: 'GBP' }],
    }),
    message('reaction', { message_id: 'wamid.M1', emoji: '👍' }),
    message('system', {
      body: 'Grace changed her number',
      wa_id: '447700900124',
      type: 'user_changed_number',
    }),
    message('edit', { original_message_id: 'wamid.M1', message: { type: 'text', text: { body: 'sell' } } }),
    message('revoke', { original_message_id: 'wamid.M1' }),
    message(
      'unsupported',
      { type: 'poll_creation' },
      { errors: [{ code: 131051, title: 'Message type unknown' }] },
    ),
    message('hologram', { depth: 3, exact: '98765432109876543210' }),
  ]),
  status('wamid.M1', 'delivered'),
  listOf(
    'message_echoes',
    [
      {
        from: businessNumber,
        to: clientNumber,
        id: 'wamid.E1',
        timestamp: '1772280020',
        type: 'text',
        text: { body: 'from the app' },
      },
    ],
    'smb_message_echoes',
  ),
  listOf(
    'calls',
    [
      {
        id: 'wacid.1',
        from: clientNumber,
        to: businessNumber,
        event: 'terminate',
        timestamp: '1772280030',
        direction: 'USER_INITIATED',
        status: 'COMPLETED',
        duration: 65,
      },
    ],
    'calls',
  ),
  historyChunk(0, 1, 40, [
    {
      from: businessNumber,
      to: clientNumber,
      id: 'wamid.H1',
      timestamp: '1739230956',
      type: 'text',
      text: { body: 'old' },
      history_context: { status: 'READ' },
    },
    {
      from: clientNumber,
      id: 'wamid.H2',
      timestamp: '1739230957',
      type: 'media_placeholder',
      history_context: { status: 'READ' },
    },
  ]),
  webhook(
    {
      metadata,
      state_sync: [
        {
          type: 'contact',
          action: 'add',
          contact: { full_name: 'Ada', phone_number: '447700900002' },
          metadata: { timestamp: '1739321024' },
        },
      ],
    },
    'smb_app_state_sync',
  ),
  webhook(
    {
      event: 'PARTNER_REMOVED',
      phone_number: businessNumber,
      disconnection_info: { reason: 'PRIMARY_INACTIVITY' },
    },
    'account_update',
    1_772_280_040,
  ),
  listOf(
    'groups',
    [
      {
        timestamp: '1772280045',
        group_id: 'group-1',
        type: 'group_create',
        request_id: 'R1',
        subject: 'Deal team',
        added_participants: [{ wa_id: clientNumber }],
      },
    ],
    'group_lifecycle_update',
  ),
  webhook({ anything: ['new'] }, 'a_field_of_tomorrow', 1_772_280_050),
]
