import { describe, expect, test } from 'vitest'
import type { Message } from '../../domain/message.ts'
import type { Raw } from '../formats/raw-json.ts'
import type { RawRecord } from '../source.ts'
import { customer, everyType, messageOf, partner, robot, room, sentMs } from './fixtures.ts'
import { wecomArchive } from './index.ts'

const stored = (reference: string, name: string) => ({
  name,
  reference,
  mediaType: 'image/jpeg',
  bytes: 4,
  sha256: 'ab'.repeat(32),
})

function recordOf(json: string | Uint8Array, rest: Partial<RawRecord> = {}): RawRecord {
  const bytes = typeof json === 'string' ? Buffer.from(json) : json
  return { channel: 'wecom', bytes, place: { offset: 40, line: 3 }, context: {}, attachments: [], ...rest }
}

function decode(raw: Raw, rest: Partial<RawRecord> = {}): Message {
  const result = wecomArchive.decode(recordOf(JSON.stringify(raw), rest))
  if (!result.decoded) throw new Error(result.explanation)
  return result.message
}

function refused(json: string | Uint8Array): string {
  const result = wecomArchive.decode(recordOf(json))
  return result.decoded ? 'decoded' : result.explanation
}

const fieldsOf = (message: Message) => message.fields?.map(({ label, value }) => `${label}: ${value}`) ?? []

describe('a direct text message', () => {
  const message = decode(messageOf('text', { text: { content: '下午三点开会' } }))

  test('keeps its words, id, people and time', () => {
    expect(message).toEqual({
      kind: 'text',
      event: 'sent',
      channel: 'wecom',
      route: 'wecom-archive',
      vendorId: `70000000000000000001_${sentMs}`,
      conversation: { id: 'lisi~zhangsan', type: 'direct' },
      sender: { identity: { type: 'wecom-userid', value: 'zhangsan' } },
      recipients: [{ identity: { type: 'wecom-userid', value: 'lisi' } }],
      sentAt: { utc: sentMs, text: String(sentMs), zone: 'Asia/Shanghai', offsetMinutes: 480 },
      text: '下午三点开会',
      attachments: [],
    })
  })

  test('has the same conversation in both directions', () => {
    const answer = decode(messageOf('text', { from: 'LISI', tolist: ['zhangsan'], text: { content: '好' } }))
    expect(answer.conversation).toEqual(message.conversation)
  })
})

describe('people', () => {
  test('employees, WeChat contacts, partners and robots are told apart by the form of their ids', () => {
    const { sender, recipients } = decode(
      messageOf('text', {
        from: robot,
        roomid: room,
        tolist: [
          customer,
          partner,
          'Wolfgang',
          'wolfgang.lehmann',
          'wm001',
          'wbchen',
          'WANGWU',
          'wangwu',
          robot,
        ],
        text: { content: 'x' },
      }),
    )
    expect(sender?.identity.type).toBe('wecom-robot')
    expect(recipients.map(({ identity }) => `${identity.type} ${identity.value}`)).toEqual([
      `wechat-external ${customer}`,
      `wechat-external ${partner}`,
      'wecom-userid wolfgang',
      'wecom-userid wolfgang.lehmann',
      'wecom-userid wm001',
      'wecom-userid wbchen',
      'wecom-userid wangwu',
    ])
  })

  test('names of rooms and people come from the context', () => {
    const context = { names: { [room]: '项目群', zhangsan: '张三', [customer]: '王女士' } }
    const message = decode(
      messageOf('text', { roomid: room, tolist: [customer, 'lisi'], text: { content: 'x' } }),
      {
        context,
      },
    )
    expect(message.conversation).toEqual({ id: room, name: '项目群', type: 'group' })
    expect(message.sender?.name).toBe('张三')
    expect(message.recipients.map(({ name }) => name)).toEqual(['王女士', undefined])
  })

  test('ids that are also names of JavaScript find no name', () => {
    const message = decode(
      messageOf('text', { from: 'constructor', tolist: ['__proto__'], text: { content: 'x' } }),
      {
        context: { names: {} },
      },
    )
    expect(message.sender).toEqual({ identity: { type: 'wecom-userid', value: 'constructor' } })
    expect(message.recipients).toEqual([{ identity: { type: 'wecom-userid', value: '__proto__' } }])
  })

  test('the caller listed among the called is not a recipient', () => {
    const message = decode(messageOf('meeting_voice_call', { tolist: ['ZHANGSAN'], meeting_voice_call: {} }))
    expect(message.recipients).toEqual([])
    expect(message.conversation).toEqual({ id: 'zhangsan', type: 'direct' })
  })
})

describe('time', () => {
  test('is read from a number or a string, and kept as written', () => {
    expect(decode(messageOf('text', { msgtime: String(sentMs), text: { content: 'x' } })).sentAt.utc).toBe(
      sentMs,
    )
    const inSeconds = decode(messageOf('text', { msgtime: sentMs / 1000, text: { content: 'x' } }))
    expect(inSeconds.sentAt).toMatchObject({ utc: sentMs, text: String(sentMs / 1000) })
    expect(inSeconds.notes).toEqual(['The source gives the time in seconds or with a fraction'])
  })

  test('a zero is kept and remarked on', () => {
    const message = decode(messageOf('text', { msgtime: 0, text: { content: 'x' } }))
    expect(message.sentAt.utc).toBe(0)
    expect(message.notes).toEqual(['The source gives no time: msgtime is 0'])
  })
})

describe('what cannot be read says why and where', () => {
  test.each([
    ['{"msgid":"1","msgtype":"text"', 'Line 3 (byte 40): the JSON is malformed or cut off.'],
    ['[1,2]', 'Line 3 (byte 40): the JSON is not an object.'],
    ['{"msgid":"1","msgtime":5}', 'Line 3 (byte 40): the message has no msgtype.'],
    ['{"msgid":"1","encrypt_chat_msg":"AA"}', 'Line 3 (byte 40): the message is still encrypted.'],
    ['{"msgid":"1","msgtype":"text"}', 'Line 3 (byte 40): the message has no usable time (msgtime).'],
    ['{"msgtype":"text","msgtime":"soon"}', 'Line 3 (byte 40): the message has no usable time (msgtime).'],
    ['{"msgtype":"text","msgtime":1e300}', 'Line 3 (byte 40): the message has no usable time (msgtime).'],
  ])('%s', (json, explanation) => {
    expect(refused(json)).toBe(explanation)
  })

  test('bytes that are not UTF-8', () => {
    const gb18030 = Buffer.concat([
      Buffer.from('{"msgtype":"text","text":{"content":"'),
      Buffer.from([0xc4, 0xe3]),
      Buffer.from('"}}'),
    ])
    expect(refused(gb18030)).toBe('Line 3 (byte 40): the bytes are not valid UTF-8.')
  })

  test.each(['', '"big":11101571002822706744,'])('nesting beyond reason %s', (wide) => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const explanation = refused(`{"msgtype":"x","msgtime":${sentMs},${wide}"x":${deep}}`)
    expect(explanation).toBe('Line 3 (byte 40): the JSON is nested too deep to be read.')
  })

  test('a message without an id is still a message', () => {
    const { msgid: _none, ...rest } = messageOf('text', { text: { content: '没有编号' } })
    expect(decode(rest)).toMatchObject({ text: '没有编号' })
    expect(decode(rest)).not.toHaveProperty('vendorId')
  })
})

describe('exactness', () => {
  test('ids over 2^53 keep every digit', () => {
    const json = JSON.stringify(messageOf('meeting', { meeting: { topic: '周会', meetingid: 0 } }))
    const result = wecomArchive.decode(
      recordOf(json.replace('"meetingid":0', '"meetingid":11101571002822706744')),
    )
    expect(result.decoded && fieldsOf(result.message)).toContain('Meeting: 11101571002822706744')
  })

  test('raw control characters in the text are part of the text', () => {
    const json = JSON.stringify(messageOf('text', { text: { content: 'one|two' } })).replace('|', '\u0001\n')
    const result = wecomArchive.decode(recordOf(json))
    expect(result.decoded && result.message.text).toBe('one\u0001\ntwo')
  })

  test.each([
    [2000, '20.00 CNY'],
    [5, '0.05 CNY'],
    [0, '0.00 CNY'],
    ['11101571002822706744', '111015710028227067.44 CNY'],
    ['unclear', 'unclear'],
  ])('%s fen are %s', (totalamount, shown) => {
    const message = decode(
      messageOf('redpacket', { redpacket: { type: 1, wish: '恭喜发财', totalcnt: 2, totalamount } }),
    )
    expect(message.text).toBe(`Red packet: 恭喜发财 (2 packets, ${shown})`)
  })
})

describe('quoting replies keep the whole text and say what they quote', () => {
  const quoted = (content: string) => decode(messageOf('text', { text: { content } }))

  test.each([
    ['这是一条引用/回复消息：\n"李四：\n周五开会吗"\n------\n开，三点', '李四', '周五开会吗'],
    ['这是一条引用/回复消息："\n李四：\n周五开会吗"\n------\n开，三点', '李四', '周五开会吗'],
    [
      'This is a quote/reply:\n"Li Si:\nMeeting on Friday?"\n------\nYes, at three',
      'Li Si',
      'Meeting on Friday?',
    ],
    ['「李四：周五开会吗」\n- - - - - - - - - - - - - - -\n开', '李四', '周五开会吗'],
    [
      '「李四：「王五：吃饭吗」\n- - - - - - - - - -\n好」\n- - - - - - - - - -\n走',
      '李四',
      '「王五：吃饭吗」\n- - - - - - - - - -\n好',
    ],
  ])('%s', (content, quotedSenderName, quotedText) => {
    const message = quoted(content)
    expect(message.text).toBe(content)
    expect(message.refersTo).toEqual({ relation: 'replies-to', quotedSenderName, quotedText })
  })

  test('a quote with nothing in it is still a reply', () => {
    expect(quoted('这是一条引用/回复消息："\n------\n@nick').refersTo).toEqual({ relation: 'replies-to' })
  })

  test('words that only look alike are not', () => {
    for (const content of ['「李四」说得对', 'This is a quote/reply: no rule', '------\n"x"']) {
      expect(quoted(content).refersTo).toBeUndefined()
    }
  })
})

describe('events', () => {
  test('a recall points at its original and keeps its own id', () => {
    const message = decode(messageOf('revoke', { action: 'recall', revoke: { pre_msgid: '42_1' } }))
    expect(message).toMatchObject({
      event: 'recalled',
      text: 'Message recalled',
      refersTo: { relation: 'recalls', vendorId: '42_1' },
      sender: { identity: { value: 'zhangsan' } },
    })
  })

  test('a change of organisation is a system message about its user', () => {
    const message = decode({ msgid: '9', action: 'switch', time: sentMs, user: 'ZhangSan' })
    expect(message).toMatchObject({
      kind: 'system',
      sender: null,
      recipients: [{ identity: { type: 'wecom-userid', value: 'zhangsan' } }],
      sentAt: { utc: sentMs },
      text: 'zhangsan switched to another organisation',
    })
  })
})

describe('attachments', () => {
  test('a stored file is attached under its own Chinese name', () => {
    const file = { filename: '季度报告（终稿）.docx', fileext: 'docx', sdkfileid: 'f1', md5sum: '' }
    const message = decode(messageOf('file', { file }), { attachments: [stored('f1', file.filename)] })
    expect(message.attachments.map(({ name }) => name)).toEqual(['季度报告（终稿）.docx'])
    expect(message).not.toHaveProperty('missingAttachments')
  })

  test('a file that was not stored is named as missing', () => {
    const message = decode(messageOf('image', { image: { md5sum: 'ABCDEF0123456789', sdkfileid: 'f2' } }))
    expect(message.missingAttachments).toEqual([{ name: 'image-abcdef01.jpg', reason: 'not-in-archive' }])
  })

  test('a file name is never a path', () => {
    const file = { filename: '../..\\etc/passwd', sdkfileid: 'f3' }
    expect(decode(messageOf('file', { file })).missingAttachments?.[0]?.name).toBe('.._.._etc_passwd')
  })

  test('one file named twice in a forwarded chat is attached once', () => {
    const content = JSON.stringify({ md5sum: 'aa'.repeat(16), sdkfileid: 'f4' })
    const item = { type: 'ChatRecordImage', msgtime: 1_772_415_000, content }
    const message = decode(messageOf('chatrecord', { chatrecord: { title: '', item: [item, item] } }), {
      attachments: [stored('f4', 'image-aaaaaaaa.jpg')],
    })
    expect(message.attachments).toHaveLength(1)
    expect(message.parts?.map(({ attachmentNames }) => attachmentNames)).toEqual([
      ['image-aaaaaaaa.jpg'],
      ['image-aaaaaaaa.jpg'],
    ])
  })
})

describe('forwarded chats', () => {
  function nested(depth: number): Raw {
    const inner = depth === 0 ? { content: '最里面' } : nested(depth - 1)
    const type = depth === 0 ? 'ChatRecordText' : 'chatrecord'
    return { title: `第${depth}层`, item: [{ type, msgtime: 1_772_415_000, content: inner }] }
  }

  test('nest to any depth people reach, and beyond that keep their words', () => {
    for (const depth of [1, 10, 25, 40]) {
      const message = decode(messageOf('chatrecord', { chatrecord: nested(depth) }))
      expect(JSON.stringify(message.parts)).toContain('最里面')
    }
  })

  test('times in seconds and milliseconds read alike', () => {
    const items = [1_772_415_000, sentMs].map((msgtime) => ({
      type: 'ChatRecordText',
      msgtime,
      content: '{"content":"x"}',
    }))
    const message = decode(messageOf('chatrecord', { chatrecord: { title: 't', item: items } }))
    expect(message.parts?.map(({ sentAtText }) => sentAtText)).toEqual([
      '2026-03-02 09:30:00',
      '2026-03-02 09:30:00',
    ])
  })

  test('content that is no JSON is kept as words', () => {
    const item = [
      { type: 'ChatRecordText', content: 'plain words' },
      { type: 'ChatRecordImage', content: 'oddly words' },
    ]
    const message = decode(messageOf('chatrecord', { chatrecord: { title: 't', item } }))
    expect(message.parts?.map(({ text }) => text)).toEqual(['plain words', 'Image\ncontent: oddly words'])
  })
})

describe('every type', () => {
  test.each(everyType.map((raw) => [String(raw.msgtype ?? raw.action), raw] as const))(
    '%s reads as a plain sentence and loses no word',
    (type, raw) => {
      const message = decode(raw)
      expect(message.kind === 'unknown').toBe(type === 'jielong_of_tomorrow')
      expect(message.text).not.toBe('')
      const searchable = JSON.stringify([message, message.text])
      for (const words of chineseIn(raw)) expect(searchable).toContain(JSON.stringify(words).slice(1, -1))
    },
  )

  test('a key that WeCom adds tomorrow to a type of today is shown', () => {
    const raw = messageOf('text', {
      text: { content: 'x', translation: { en: 'hello' } },
      watermark: '机密',
      image: 'not an object',
    })
    expect(fieldsOf(decode(raw))).toEqual([
      'translation.en: hello',
      'watermark: 机密',
      'image: not an object',
    ])
  })

  test('a known key of another shape than expected is shown', () => {
    const raw = messageOf('vote', { vote: { votetitle: ['多', '选'], voteitem: '一项' } })
    expect(fieldsOf(decode(raw))).toEqual(['votetitle.0: 多', 'votetitle.1: 选', 'voteitem: 一项'])
  })
})

test('a call log of an ordinary call says that its other records exist; an external one is alone', () => {
  const info = { callduration: 72, invitetype: 4 }
  const ordinary = decode(messageOf('voiptext', { info }))
  expect(ordinary).toMatchObject({
    text: 'Group voice call, 1 min 12 s',
    call: { medium: 'voice', outcome: 'completed', group: true, durationSeconds: 72 },
  })
  expect(ordinary.notes?.join()).toMatch(/^Call content not recorded,.*once per participant/)
  expect(decode(messageOf('voiptext', { msgid: '1_2_external', info })).notes).toEqual([
    'Call content not recorded',
  ])
})

/** Every run of Chinese in the values of a message, those inside JSON strings included. */
function chineseIn(value: unknown): string[] {
  if (typeof value === 'string') return value.match(/[\u4e00-\u9fff]+/g) ?? []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(chineseIn) : []
}
