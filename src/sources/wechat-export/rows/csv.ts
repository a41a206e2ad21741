/** The CSV files of chatlog, MemoTrace, WeChatMsg, PyWxDump and WeFlow: told apart by their header. */
import { given, isRoomId, isSystemName, personOf, type ReadRow, type Row } from '../row.ts'
import { timeOfEpoch, timeOfText } from '../times.ts'
import { typeOfNumber, typeOfWord } from '../wechat-types.ts'

/** A row's values by column, empty where the row is too short. */
type Values = (column: string) => string

interface CsvLayout {
  readonly name: string
  /** Columns that only this tool's header has together. */
  readonly columns: readonly string[]
  readonly known: readonly string[]
  read(values: Values): Row | string
}

const layouts: readonly CsvLayout[] = [
  {
    name: 'chatlog',
    columns: ['Time', 'SenderName', 'Sender', 'TalkerName', 'Talker', 'Content'],
    known: [],
    read: readChatlogRow,
  },
  {
    name: 'memotrace',
    columns: ['localId', 'TalkerId', 'Type', 'SubType', 'IsSender', 'CreateTime', 'StrContent'],
    known: ['Status', 'StrTime', 'Remark', 'NickName', 'Sender'],
    read: readMemotraceRow,
  },
  {
    name: 'wechatmsg',
    columns: ['消息ID', '类型', '发送人', '时间', '内容'],
    known: ['备注', '昵称'],
    read: readWechatmsgRow,
  },
  {
    name: 'pywxdump',
    columns: ['MsgSvrID', 'type_name', 'is_sender', 'talker', 'room_name', 'CreateTime'],
    known: ['id', 'msg', 'content', 'src'],
    read: readPywxdumpRow,
  },
  {
    name: 'weflow',
    columns: ['MsgSvrID', 'type_name', 'is_sender', 'talker', 'msg', 'CreateTime'],
    known: ['id', 'src'],
    read: readWeflowRow,
  },
]

/** The tool whose header this is, or null. Extra columns and another order do not matter. */
export function csvToolOf(header: readonly string[]): string | null {
  const present = new Set(header.map((name) => name.trim()))
  return layouts.find(({ columns }) => columns.every((column) => present.has(column)))?.name ?? null
}

/** Reads one row of a file with that header. Values without a column of their own are kept as lines. */
export function readCsvRow(header: readonly string[], cells: readonly string[]): ReadRow {
  const columns = header.map((name) => name.trim())
  const tool = csvToolOf(columns)
  const layout = layouts.find(({ name }) => name === tool)
  if (layout === undefined) return { problem: 'the header is of no tool that is known' }
  if (cells.length < Math.min(columns.length, layout.columns.length)) {
    return { problem: `the row has ${cells.length} values where the header has ${columns.length}` }
  }
  const values = completed(tool!, columns, cells)
  const read = layout.read((column) => values.get(column) ?? '')
  if (typeof read === 'string') return { problem: read }
  const known = new Set([...layout.columns, ...layout.known])
  const extra = [...values].filter(([column]) => !known.has(column))
  return {
    row: { ...read, extra: extra.flatMap(([label, value]) => (value === '' ? [] : [{ label, value }])) },
  }
}

/** MemoTrace 0.2.6 writes one value more than its header names: the sender. */
function completed(tool: string, columns: readonly string[], cells: readonly string[]): Map<string, string> {
  const values = new Map(columns.map((column, index) => [column, cells[index] ?? '']))
  for (const [index, cell] of cells.slice(columns.length).entries()) {
    const sender =
      tool === 'memotrace' && index === cells.length - columns.length - 1 && !values.has('Sender')
    values.set(sender ? 'Sender' : `column ${columns.length + index + 1}`, cell)
  }
  return values
}

function readChatlogRow(value: Values): Row | string {
  const time = timeOfText(value('Time'))
  if (time === null) return 'the row has no usable time (Time)'
  const [talker, sender] = [value('Talker').trim(), value('Sender').trim()]
  const group = isRoomId(talker)
  return {
    chatKey: talker,
    ...given('chatId', talker),
    ...given('chatName', value('TalkerName')),
    chatIsGroup: group,
    time,
    sender: isSystemName(sender) ? null : personOf(sender, value('SenderName')),
    ...(group || sender === '' ? {} : { self: sender !== talker }),
    type: { code: 0, sub: 0, word: '' },
    content: value('Content'),
  }
}

function readMemotraceRow(value: Values): Row | string {
  const time = timeOfEpoch(value('CreateTime')) ?? timeOfText(value('StrTime'))
  if (time === null) return 'the row has no usable time (CreateTime)'
  const self = isOne(value('IsSender'))
  const type = typeOfNumber(numberOr(value('Type'), Number.NaN), numberOr(value('SubType'), 0))
  const name = self ? '' : value('Remark') || value('NickName')
  const sender = value('Sender')
  return {
    chatKey: value('TalkerId').trim(),
    ...(isRoomId(sender) ? { chatId: sender, chatIsGroup: true } : {}),
    time,
    sender: type.code === 10000 || isRoomId(sender) ? null : personOf(sender, name),
    self,
    type,
    content: value('StrContent'),
  }
}

function readWechatmsgRow(value: Values): Row | string {
  const time = timeOfText(value('时间'))
  if (time === null) return 'the row has no usable time (时间)'
  const name = value('发送人')
  return {
    chatKey: '',
    ...given('messageId', value('消息ID')),
    time,
    sender: isSystemName(name) ? null : personOf('', name),
    type: typeOfWord(value('类型')),
    content: value('内容'),
  }
}

function readPywxdumpRow(value: Values): Row | string {
  const time = timeOfText(value('CreateTime')) ?? timeOfEpoch(value('CreateTime'))
  if (time === null) return 'the row has no usable time (CreateTime)'
  const chat = value('room_name').trim()
  return {
    chatKey: chat,
    ...given('chatId', chat),
    chatIsGroup: isRoomId(chat),
    ...pywxdumpCommon(value),
    time,
    sender: isSystemName(value('talker')) ? null : personOf(value('talker'), ''),
    content: value('msg') || value('content'),
  }
}

/** WeFlow writes names, never ids, into `talker`. */
function readWeflowRow(value: Values): Row | string {
  const time = timeOfText(value('CreateTime')) ?? timeOfEpoch(value('CreateTime'))
  if (time === null) return 'the row has no usable time (CreateTime)'
  return {
    chatKey: '',
    ...pywxdumpCommon(value),
    time,
    sender: isSystemName(value('talker')) ? null : personOf('', value('talker')),
    content: value('msg'),
  }
}

function pywxdumpCommon(value: Values): Pick<Row, 'messageId' | 'self' | 'type' | 'path'> {
  return {
    ...given('messageId', value('MsgSvrID')),
    self: isOne(value('is_sender')),
    type: typeOfWord(value('type_name')),
    ...given('path', value('src')),
  }
}

function isOne(text: string): boolean {
  return text.trim() === '1' || text.trim().toLowerCase() === 'true'
}

function numberOr(text: string, fallback: number): number {
  return text.trim() === '' || !Number.isFinite(Number(text)) ? fallback : Number(text)
}
