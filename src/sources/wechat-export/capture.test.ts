import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { chatlabHead, sampleOf } from './fixtures.ts'
import { captureFiles, custodian } from './test-capture.ts'

const chatlab = (messages: readonly unknown[], rest: Record<string, unknown> = {}) =>
  JSON.stringify({ ...chatlabHead, ...rest, messages })
const said = (content: string, rest: Record<string, unknown> = {}) => ({
  ...{ sender: 'wxid_zhangsan', accountName: '张三', timestamp: 1_700_000_000, type: 0, content },
  ...rest,
})

describe('damage', () => {
  test('a bad line is told by file and line, kept as bytes, and the rest goes on', async () => {
    const lines = sampleOf('chatlab.jsonl').split('\n')
    lines.splice(5, 0, '{"_type":"message","sender":"wxid_zh')
    const { messages, undecodable, gaps, records } = await captureFiles({ 'day.jsonl': lines.join('\n') })
    expect(messages).toHaveLength(6)
    expect(undecodable).toEqual([
      expect.stringMatching(/^Line 6 \(byte \d+\): the JSON is malformed or cut off\.$/),
    ])
    expect(gaps.find(({ reason }) => reason === 'damaged-record')?.explanation).toMatch(
      /^day\.jsonl, line 6: /,
    )
    expect(records.filter(({ identity }) => identity.type === 'bytes')).toHaveLength(1)
  })

  test('a damaged message of a list does not take its neighbours with it', async () => {
    const whole = chatlab([said('one'), said('two'), said('three')])
    for (const broken of [
      whole.replace('"two"', '"two'),
      whole.replace('"content":"two"', '"content":'),
      whole.replace('"content":"two"}', '"content":"two"'),
    ]) {
      const { messages, undecodable } = await captureFiles({ 'day.json': broken })
      expect(messages.map(({ text }) => text)).toEqual(['one', 'three'])
      expect(undecodable).toHaveLength(1)
      expect(undecodable[0]).toMatch(/^Message 2 /)
    }
  })

  test('a list that stops in the middle is told', async () => {
    const whole = chatlab([said('one'), said('two')])
    const { messages, gaps } = await captureFiles({ 'day.json': whole.slice(0, -30) })
    expect(messages.map(({ text }) => text)).toEqual(['one'])
    expect(gaps.map(({ reason }) => reason)).toContain('file-cut-off')
  })

  test('a row with too few values or no time is told by its line; a quote never closed costs one line', async () => {
    const header = 'id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime'
    const row = (id: string, msg: string, time = '2026-03-02 09:30:00') =>
      `${id},,文本,0,wxid_li,wxid_li,${msg},,${time}`
    const rows = [
      header,
      row('1', '"two\nlines"'),
      'x,y',
      row('2', 'b', 'yesterday'),
      row('3', '"open'),
      row('4', 'last'),
    ]
    const { messages, undecodable } = await captureFiles({ 'chat.csv': rows.join('\n') })
    expect(messages.map(({ text }) => text)).toEqual(['two\nlines', 'last'])
    expect(undecodable).toEqual([
      expect.stringContaining('Line 4 '),
      expect.stringContaining('no usable time'),
      expect.stringContaining('Line 6 '),
    ])
  })
})

describe('media', () => {
  const image = (path: string) => ({ 'chat.csv': sampleOf('weflow.csv').replace('images/one.jpg', path) })

  test('beside the export is taken, by the path the tool wrote', async () => {
    for (const path of ['images/one.jpg', 'C:\\Users\\ada\\images\\one.jpg', 'one.jpg']) {
      const { messages, gaps } = await captureFiles({ ...image(path), 'images/one.jpg': 'jpeg' })
      expect(messages[2]!.attachments).toEqual([
        { name: 'one.jpg', mediaType: 'image/jpeg', bytes: 4, sha256: hash('sha256', 'jpeg') },
      ])
      expect(gaps.map(({ explanation }) => explanation).join()).not.toContain('one.jpg')
    }
  })

  test('is found by the MD5 that chatlog gives, and another file there is told', async () => {
    const md5 = hash('md5', 'jpeg')
    const message = {
      ...{ seq: 1, time: '2026-03-02T09:30:00+08:00', talker: 'wxid_li', sender: 'wxid_li', isSelf: false },
      ...{ type: 3, subType: 0, content: '', contents: { md5 } },
    }
    const files = { 'c.json': JSON.stringify([message]) }
    const found = await captureFiles({ ...files, [`image/${md5}.png`]: 'jpeg' })
    expect(found.messages[0]!.attachments).toHaveLength(1)
    expect(found.gaps).toEqual([])
    const other = await captureFiles({ ...files, [`image/${md5}.png`]: 'another' })
    expect(other.gaps.map(({ reason }) => reason)).toEqual(['media-hash-mismatch'])
  })

  test('outside the folder is never taken, however the export names it', async () => {
    for (const path of [
      '../../../../etc/hostname',
      '/etc/hostname',
      '..\\..\\etc\\hostname',
      'chat.csv',
      '.',
    ]) {
      const { messages } = await captureFiles(image(path))
      expect(messages[2]!.attachments).toEqual([])
      expect(messages[2]!.missingAttachments).toHaveLength(1)
    }
  })

  test('that is missing is recorded by name; that was never exported is counted', async () => {
    const { messages, gaps } = await captureFiles({ 'day.json': sampleOf('chatlab.json') })
    expect(messages[2]!.missingAttachments).toEqual([{ name: 'image', reason: 'omitted' }])
    expect(messages[3]!.missingAttachments).toEqual([{ name: '合同.pdf', reason: 'not-in-archive' }])
    expect(gaps.map(({ reason, explanation }) => [reason, explanation])).toEqual([
      ['media-not-found', 'day.json, message 4: "合同.pdf" is not among the files beside the export.'],
      ['media-omitted', 'day.json was exported without media: 1 are left out.'],
    ])
  })
})

describe('chats and people', () => {
  test('a group has its listed members, and a recall the member who made it', async () => {
    const members = ['ada', 'li', 'wang'].map((id) => ({ platformId: `wxid_${id}`, accountName: id }))
    const meta = {
      name: 'Deal team',
      platform: 'wechat',
      type: 'group',
      groupId: '10@chatroom',
      ownerId: 'wxid_ada',
    }
    const messages = [
      said('hello', { sender: 'wxid_li', accountName: 'li', platformMessageId: 'm1' }),
      said('yes', { sender: 'wxid_ada', accountName: 'ada', type: 25, replyToMessageId: 'm1' }),
      said('"wang" 撤回了一条消息', { sender: 'system', accountName: '', type: 81 }),
    ]
    const captured = await captureFiles({ 'g.json': chatlab(messages, { members, meta }) })
    const [hello, yes, recall] = captured.messages
    const ids = (people: readonly { identity: { value: string } }[]) =>
      people.map((one) => one.identity.value)
    expect(hello!.conversation).toEqual({ id: '10@chatroom', name: 'Deal team', type: 'group' })
    expect(ids(hello!.recipients)).toEqual([custodian, 'wxid_wang'])
    expect(ids([yes!.sender!, ...yes!.recipients])).toEqual([custodian, 'wxid_li', 'wxid_wang'])
    expect(yes!.refersTo?.vendorId).toBe(hello!.vendorId)
    expect(recall!.sender?.identity.value).toBe('wxid_wang')
  })

  test('one file may hold several chats, each with its own people', async () => {
    const rows = ['wxid_li', 'wxid_wang'].map(
      (id) =>
        `2026-03-02 09:30:00,${id},${id},${id},${id},hello\n2026-03-02 09:31:00,我,wxid_ada,${id},${id},hello`,
    )
    const file = `Time,SenderName,Sender,TalkerName,Talker,Content\n${rows.join('\n')}\n`
    const { messages } = await captureFiles({ 'all.csv': file })
    expect(messages.map(({ conversation }) => conversation.id)).toEqual([
      ...[`${custodian}~wxid_li`, `${custodian}~wxid_li`],
      ...[`${custodian}~wxid_wang`, `${custodian}~wxid_wang`],
    ])
    expect(messages[3]!.recipients.map(({ identity }) => identity.value)).toEqual(['wxid_wang'])
  })

  test('equal messages of one second stay two, the same ones each time', async () => {
    const file = { 'day.json': chatlab([said('ok'), said('ok'), said('ok', { timestamp: 1_700_000_001 })]) }
    const [first, second] = [await captureFiles(file), await captureFiles(file)]
    const keys = first.records.map(({ identity }) => JSON.stringify(identity))
    expect(new Set(keys).size).toBe(3)
    expect(second.records.map(({ identity }) => JSON.stringify(identity))).toEqual(keys)
  })
})

describe('times and encodings', () => {
  test('without a zone are read in the zone given, and it is said where none was', async () => {
    const file = { 'chat.csv': sampleOf('chatlog.csv') }
    const assumed = (await captureFiles(file)).messages[0]!
    expect(assumed.notes).toContain('The export names no time zone: its times were read as Asia/Shanghai.')
    const london = (await captureFiles(file, { timezone: 'Europe/London' })).messages[0]!
    expect(london.sentAt.utc - assumed.sentAt.utc).toBe(8 * 3_600_000)
    expect(london.sentAt.zone).toBe('Europe/London')
    await expect(captureFiles(file, { timezone: 'Mars/North' })).rejects.toThrow(/Asia\/Shanghai/)
  })

  test('that came twice in autumn are both kept', async () => {
    const file = { 'a.txt': '2026-10-25 01:30:00 张三\nhello\n' }
    const { messages } = await captureFiles(file, { timezone: 'Europe/London' })
    expect(messages[0]!.sentAt).toMatchObject({
      utc: Date.parse('2026-10-25T00:30:00Z'),
      latest: Date.parse('2026-10-25T01:30:00Z'),
    })
  })

  test('without a year or a day need it from the operator, and are refused without', async () => {
    const year = { 'a.txt': '张三(wxid_li) 11-15 06:13:20\nhello\n\n我(我) 11-15 06:14:00\nyes\n' }
    await expect(captureFiles(year)).rejects.toThrow(
      /a\.txt, line 1: times are written without the year; give it with --date/,
    )
    const { messages } = await captureFiles(year, { date: '2023' })
    expect(messages[0]!.sentAt).toMatchObject({
      utc: Date.parse('2023-11-14T22:13:20Z'),
      text: '11-15 06:13:20',
    })
    const day = { 'a.txt': '张三(wxid_li) 06:13:20\nhello\n' }
    await expect(captureFiles(day, { date: '2023' })).rejects.toThrow(/without the day/)
    expect((await captureFiles(day, { date: '2023-11-15' })).messages).toHaveLength(1)
  })

  test('in GB18030 are read as in UTF-8', async () => {
    // "2023-11-15 06:13:20 张三", "你好", saved by an editor in China.
    const chinese = Buffer.concat([
      Buffer.from('2023-11-15 06:13:20 '),
      Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]),
      Buffer.from('\n'),
      Buffer.from([0xc4, 0xe3, 0xba, 0xc3]),
      Buffer.from('\n'),
    ])
    const { messages } = await captureFiles({ 'a.txt': chinese })
    expect(messages[0]).toMatchObject({ text: '你好', sender: { name: '张三' } })
  })

  test('a line of somebody’s text that looks like a head stays text where heads follow blank lines', async () => {
    const text = '2023-11-15 06:13:20 张三\nsee:\n2023-11-15 06:00:00 李四\n\n2023-11-15 06:14:00 我\nyes\n'
    const { messages } = await captureFiles({ 'a.txt': text })
    expect(messages.map((one) => one.text)).toEqual(['see:\n2023-11-15 06:00:00 李四', 'yes'])
    const close =
      '2023-11-15 06:13:20 张三\nhello\n2023-11-15 06:14:00 我\nyes\n2023-11-15 06:15:00 张三\nok\n'
    expect((await captureFiles({ 'a.txt': close })).messages.map((one) => one.text)).toEqual([
      'hello',
      'yes',
      'ok',
    ])
  })
})

describe('files of another kind', () => {
  test.each([
    ['empty', '', /is empty/],
    ['prose', 'Dear all,\nplease see the plan.\n', /no WeChat export tool that is known/],
    ['a database', 'SQLite format 3\0 and so on', /is a database; export the chat/],
    ['a zip', 'PK\u0003\u0004', /unpack it/],
    ['UTF-16', Buffer.from('\ufeff2023', 'utf16le'), /UTF-16; save it as UTF-8/],
    ['other JSON', '{"a": [1, 2]}', /no WeChat export tool that is known/],
    ['another CSV', 'name,mobile\nAda,1\n', /no WeChat export tool that is known/],
    ['another platform', chatlab([], { meta: { platform: 'whatsapp' } }), /messages of whatsapp/],
  ])('%s is refused by name, and nothing of it is taken', async (_, content, words) => {
    await expect(captureFiles({ 'x.dat': content })).rejects.toThrow(words)
    await expect(captureFiles({ 'x.dat': content })).rejects.toThrow(/x\.dat/)
  })
})

test('a large file is read with flat memory, its avatars passed over', async () => {
  const count = 60_000
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify(said(`message ${index} ${'长'.repeat(40)}`, { timestamp: 1_700_000_000 + index })),
  )
  const head = JSON.stringify({ ...chatlabHead, avatars: { x: 'A'.repeat(20_000_000) } }).slice(0, -1)
  const file = `${head},"messages":[${lines.join(',\n')}]}`
  const { messages, records } = await captureFiles({ 'large.json': file })
  expect(messages).toHaveLength(count)
  expect(new Set(records.map(({ context }) => context)).size).toBe(1)
})
