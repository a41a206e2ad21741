import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { whatsappExport } from './index.ts'
import { type Captured, captureFiles, captureText, withFolder } from './test-capture.ts'

const L = '\u200e'
const custodian = '+44 7700 900001'
const ada = { name: 'Ada Trader', mobile: '+447700900001', email: 'ada@example.com' }

function said({ messages }: Captured): string[] {
  return messages.map(
    ({ sender, text }) => `${sender === null ? '-' : (sender.name ?? sender.identity.value)}: ${text}`,
  )
}

function identities({ records }: Captured): string[] {
  return records.map(({ identity }) => JSON.stringify(identity))
}

describe('a chat in text', () => {
  const chat = [
    '13/03/2024, 09:00 - Messages and calls are end-to-end encrypted.',
    '13/03/2024, 09:01 - Ada Trader: hello',
    'second line',
    '13/03/2024 10:30 - not a header: x',
    '13/03/2024, 09:01 - Ben Broker: hello Ada: fine?',
    '13/03/2024, 09:02 - Ada changed the subject to "Budget: May"',
    '',
  ].join('\n')

  it('becomes one message a header, with its lines', async () => {
    const captured = await captureText(chat, { timezone: 'Europe/London' })
    expect(said(captured)).toEqual([
      '-: Messages and calls are end-to-end encrypted.',
      'Ada Trader: hello\nsecond line\n13/03/2024 10:30 - not a header: x',
      'Ben Broker: hello Ada: fine?',
      '-: Ada changed the subject to "Budget: May"',
    ])
    expect(captured.messages.map(({ kind }) => kind)).toEqual(['system', 'text', 'text', 'system'])
    expect(captured.messages[1]).toMatchObject({
      channel: 'whatsapp',
      event: 'sent',
      route: 'whatsapp-export',
      sentAt: { utc: Date.parse('2024-03-13T09:01:00Z'), text: '13/03/2024, 09:01', zone: 'Europe/London' },
      notes: ['User export, unverified.'],
    })
  })

  it('keeps the exact bytes, with place and evidence', async () => {
    const { records } = await captureText(chat, {}, 'WhatsApp Chat with Ben Broker.txt')
    expect(Buffer.concat(records.map(({ bytes }) => bytes)).toString()).toBe(chat)
    expect(records[2]!.place).toEqual({ offset: chat.indexOf('13/03/2024, 09:01 - Ben'), line: 5 })
    expect(records[0]!.context).toMatchObject({
      file: 'WhatsApp Chat with Ben Broker.txt',
      chat: 'Ben Broker',
      chatFrom: 'inner-file-name',
      dateOrder: 'dmy',
      dateOrderRule: 'field-over-12',
      encoding: 'utf-8',
      verification: 'unverified',
      authors: ['Ada Trader', 'Ben Broker'],
    })
    expect(new Set(records.map(({ context }) => context)).size).toBe(1)
    expect(JSON.stringify(records[0]!.context).length).toBeLessThan(16_384)
  })

  it('says that the time zone was not given', async () => {
    const { messages } = await captureText(chat)
    expect(messages[0]!.sentAt.zone).toBe('UTC')
    expect(messages[0]!.notes).toContain('The time zone was not given: read as UTC.')
  })

  it.each([
    ['UTF-16 LE', Buffer.from(`\ufeff${chat}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE', Buffer.from(`\ufeff${chat}`, 'utf16le').swap16(), 'utf-16be'],
    ['UTF-16 without a mark', Buffer.from(chat, 'utf16le'), 'utf-16le'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${chat}`), 'utf-8'],
  ])('is read in %s', async (_, bytes, encoding) => {
    const captured = await captureText(bytes)
    expect(said(captured)).toEqual(said(await captureText(chat)))
    expect(captured.records[0]!.context.encoding).toBe(encoding)
    expect(Buffer.concat(captured.records.map((record) => record.bytes)).equals(bytes)).toBe(true)
  })

  it('is read in GB18030', async () => {
    // "13/03/2024, 09:01 - 李雷: 你好" in GB18030.
    const line = Buffer.concat([
      Buffer.from('13/03/2024, 09:01 - '),
      Buffer.from([0xc0, 0xee, 0xc0, 0xd7]),
      Buffer.from(': '),
      Buffer.from([0xc4, 0xe3, 0xba, 0xc3]),
      Buffer.from('\n'),
    ])
    const captured = await captureText(Buffer.concat([line, line]))
    expect(said(captured)).toEqual(['李雷: 你好', '李雷: 你好'])
    expect(captured.records[0]!.context.encoding).toBe('gb18030')
  })

  it('keeps damaged characters as they are, and says so', async () => {
    const good = '13/03/2024, 09:01 - 李雷: 你好\n'.repeat(3)
    const bytes = Buffer.concat([
      Buffer.from(good),
      Buffer.from('13/03/2024, 09:02 - Ada: caf'),
      Buffer.from([0xe9, 0x0a]),
    ])
    const captured = await captureText(bytes)
    expect(said(captured).at(-1)).toBe('Ada: caf\ufffd')
    expect(captured.records.at(-1)!.bytes.at(-2)).toBe(0xe9)
    expect(captured.gaps).toMatchObject([{ reason: 'damaged-text' }])
  })

  it('keeps text before the first header as a record of unknown kind', async () => {
    const captured = await captureText(`Sent from my phone\n\n${chat}`)
    expect(captured.messages[0]).toMatchObject({ kind: 'unknown', sender: null, text: 'Sent from my phone' })
    expect(captured.records[0]!.identity).toEqual({ type: 'bytes', custodian: '' })
    expect(captured.messages).toHaveLength(5)
  })

  it.each([
    ['a shopping list', 'eggs\nmilk\n'],
    ['nothing', ''],
    ['blank lines', '\n\n \n'],
    ['a log', '2024-03-13T09:01:00Z INFO started\n2024-03-13T09:01:01Z INFO ready\n'],
  ])('is refused when it is %s', async (_, text) => {
    await expect(captureText(text, {}, 'list.txt')).rejects.toMatchObject({
      code: 'not-a-chat-export',
      message: expect.stringContaining('list.txt'),
    })
  })

  it('is refused when its dates are ambiguous, before anything of another file is captured', async () => {
    await withFolder(async (folder) => {
      const [good, bad] = [join(folder, 'good.txt'), join(folder, 'bad.txt')]
      await writeFile(good, chat)
      await writeFile(bad, '05/06/24, 09:00 - Ada: a\n')
      const settings = whatsappExport.settings.parse({})
      const first = whatsappExport
        .capture({ files: [good, bad], settings, registeredUsers: [] })
        [Symbol.asyncIterator]()
      await expect(first.next()).rejects.toMatchObject({ code: 'ambiguous-date-order' })
      expect((await captureFiles([bad], { dateOrder: 'mdy' })).messages[0]!.sentAt.utc).toBe(
        Date.parse('2024-05-06T09:00:00Z'),
      )
    })
  })

  it('is refused when it is not there', async () => {
    await expect(captureFiles(['/nowhere/chat.txt'])).rejects.toMatchObject({ code: 'file-not-found' })
  })
})

describe('identity', () => {
  const repeated = [
    '13/03/2024, 09:01 - Ada: ok',
    '13/03/2024, 09:01 - Ben: ok',
    '13/03/2024, 09:01 - Ada: ok',
  ]

  it('keeps identical lines of one minute apart', async () => {
    const { records } = await captureText(repeated.join('\n'))
    expect(records.map(({ identity }) => identity)).toMatchObject([
      { author: 'Ada', body: 'ok', localTime: '2024-03-13T09:01:00', ordinal: 0, authorlessOrdinal: 0 },
      { author: 'Ben', ordinal: 0, authorlessOrdinal: 1 },
      { author: 'Ada', ordinal: 1, authorlessOrdinal: 2 },
    ])
  })

  it('is the same in the same file and in a longer export of it', async () => {
    const short = identities(await captureText(repeated.join('\n'), { chat: 'x' }))
    const longer = identities(
      await captureText(`${repeated.join('\n')}\n13/03/2024, 09:02 - Ada: more\n`, { chat: 'x' }),
    )
    expect(longer.slice(0, 3)).toEqual(short)
    expect(new Set(longer).size).toBe(4)
  })

  it('counts on through the repeated hour and through a clock that was wrong for years', async () => {
    const lines = [
      '27/10/2024, 01:30 - Ada: ok',
      '27/10/2024, 01:59 - Ada: x',
      '27/10/2024, 01:30 - Ada: ok',
      '01/01/2031, 00:00 - Ada: my clock is wrong',
      '27/10/2024, 01:30 - Ada: ok',
    ]
    const { records, messages } = await captureText(lines.join('\n'), { timezone: 'Europe/London' })
    const ordinals = records.map(({ identity }) => (identity.type === 'content' ? identity.ordinal : -1))
    expect(ordinals).toEqual([0, 0, 1, 0, 2])
    expect(messages[0]!.sentAt).toMatchObject({
      utc: Date.parse('2024-10-27T00:30:00Z'),
      latest: Date.parse('2024-10-27T01:30:00Z'),
    })
  })
})

describe('people', () => {
  const direct = [
    '13/03/2024, 09:01 - Ada Trader: hello',
    '13/03/2024, 09:02 - ‪+44 7700 900123‬: hi',
    '13/03/2024, 09:03 - Your security code changed.',
  ].join('\n')
  const capture = (text: string, settings = {}, name = 'WhatsApp Chat with +44 7700 900123.txt') =>
    captureText(text, { custodian, ...settings }, name, [ada])

  it('knows the custodian by the registered name and others by their number', async () => {
    const { messages, records } = await capture(direct)
    const me = { identity: { type: 'phone', value: '+447700900001' }, name: 'Ada Trader' }
    const other = { identity: { type: 'phone', value: '+447700900123' } }
    expect(messages.map(({ sender }) => sender)).toEqual([me, other, null])
    expect(messages.map(({ recipients }) => recipients)).toEqual([[other], [me], [me]])
    expect(messages[0]!.conversation).toEqual({
      id: '+44 7700 900123',
      name: '+44 7700 900123',
      type: 'direct',
    })
    expect(records[0]).toMatchObject({ custodian: '+447700900001' })
  })

  it('knows the custodian by the name given, and nobody else by a name', async () => {
    const text = '13/03/2024, 09:01 - Ada (work): hello\n13/03/2024, 09:02 - Ben Broker: hi\n'
    const { messages } = await capture(
      text,
      { custodianName: 'ADA (work)' },
      'WhatsApp Chat with Ben Broker.txt',
    )
    expect(messages[0]!.sender!.identity).toEqual({ type: 'phone', value: '+447700900001' })
    expect(messages[0]!.recipients[0]!.identity).toEqual({ type: 'name', value: 'Ben Broker' })
    expect(messages[1]!.recipients).toHaveLength(1)
  })

  it('counts a silent custodian in, everywhere', async () => {
    const text = ['Ben Broker: hi', 'Chloé: hi', 'Dan: hi', 'Dan left'].map(
      (line, minute) => `13/03/2024, 09:0${minute} - ${line}`,
    )
    const { messages } = await capture(text.join('\n'), {}, 'WhatsApp Chat with Deal room.txt')
    expect(messages.map(({ recipients }) => recipients.map(({ identity }) => identity.value))).toEqual(
      Array(4).fill(['+447700900001']),
    )
    expect(messages[0]!.conversation.type).toBe('group')
  })

  it('reads authors with a colon in their name', async () => {
    const text = ['Dan: Ops: one', 'Dan: Ops: two: x', 'Ben: note: y', 'Dan: Ops: three', 'Ben: hi'].map(
      (line, minute) => `13/03/2024, 09:0${minute} - ${line}`,
    )
    expect(said(await capture(text.join('\n')))).toEqual([
      'Dan: Ops: one',
      'Dan: Ops: two: x',
      'Ben: note: y',
      'Dan: Ops: three',
      'Ben: hi',
    ])
    const { messages } = await capture(text.join('\n'))
    expect(messages.map(({ sender }) => sender!.name)).toEqual([
      'Dan: Ops',
      'Dan: Ops',
      'Ben',
      'Dan: Ops',
      'Ben',
    ])
  })

  it('sees notices on iOS by their mark and keeps the name they stand under', async () => {
    const lines = [
      `[13/03/2024, 09:00:00] Deal room: ${L}Messages and calls are end-to-end encrypted.`,
      `${L}[13/03/2024, 09:01:00] Ben Broker: ${L}Ben Broker added Chloé`,
      '[13/03/2024, 09:02:00] Ben Broker: hi',
    ]
    const { messages } = await capture(lines.join('\r\n'), {}, '_chat.txt')
    expect(messages.map(({ kind, sender }) => [kind, sender?.name ?? null])).toEqual([
      ['system', null],
      ['system', null],
      ['text', 'Ben Broker'],
    ])
    expect(messages[0]!.conversation).toEqual({ id: 'Deal room', name: 'Deal room', type: 'group' })
    expect(messages[1]!.fields).toEqual([{ label: 'Shown under', value: 'Ben Broker' }])
    expect(messages[1]!.recipients.map(({ identity }) => identity.value)).toEqual([
      '+447700900001',
      'Ben Broker',
    ])
  })
})

describe('what happened to messages', () => {
  it('deletions, edits, empty bodies and waiting messages are kept and explained', async () => {
    const lines = [
      'This message was deleted',
      `better ${L}<This message was edited>`,
      'null',
      'Waiting for this message',
    ]
    const text = lines.map((line, minute) => `13/03/2024, 09:0${minute} - Ada: ${line}`).join('\n')
    const { messages, gaps } = await captureText(text)
    expect(messages.map(({ kind, event }) => [kind, event])).toEqual([
      ['text', 'deleted'],
      ['text', 'sent'],
      ['unknown', 'sent'],
      ['unknown', 'sent'],
    ])
    expect(messages[1]).toMatchObject({ text: 'better', markedEdited: true })
    expect(messages[2]!.text).toMatch(/"null".*not exported/)
    expect(gaps.map(({ reason }) => reason)).toEqual(['message-not-delivered', 'not-exported'])
  })
})

describe('settings', () => {
  it.each(['447700900001', '+44 7700 900001', '0044 (7700) 900-001'])(
    'take %s for the same number',
    (number) => {
      expect(whatsappExport.settings.parse({ custodian: number })).toMatchObject({
        custodian: '+447700900001',
      })
    },
  )
  it.each([{ custodian: '900 001 x' }, { timezone: 'Mars/Base' }, { dateOrder: 'ydm' }])(
    'refuse %j',
    (settings) => {
      expect(whatsappExport.settings.safeParse(settings).success).toBe(false)
    },
  )
})

it('a record of another source is undecodable, not an exception', () => {
  const record = {
    channel: 'whatsapp',
    bytes: Buffer.from('{}'),
    place: { offset: 0 },
    context: {},
    attachments: [],
  } as const
  expect(whatsappExport.decode(record)).toMatchObject({ decoded: false, reason: 'undecodable' })
})
