/**
 * The corpus of the bench, the same bytes every time: WeCom session-archive messages as JSON lines, 70 % in
 * English and 30 % in Chinese, words as frequent as Zipf's law has them, 200 employees in 2,000 conversations of
 * which 2.5 employees on average take part, twelve months in order with a little disorder.
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createNumbers, type Numbers, zipfRank, zipfTable } from './numbers.ts'
import { chineseWords, englishWords } from './words.ts'

export const employees = 200
const conversations = 2_000
const firstSentMs = Date.UTC(2025, 0, 2, 6)
const spanMs = 364 * 24 * 60 * 60_000
/** One message in fifty arrives out of order, by up to ten minutes. */
const disorderShare = 0.02
const disorderMs = 10 * 60_000

export interface Employee {
  readonly userid: string
  readonly name: string
  readonly mobile: string
  readonly email: string
}

/** Numbers are of the range that regulators keep for drama. */
export function employee(index: number): Employee {
  const number = String(index).padStart(3, '0')
  return {
    userid: `employee${number}`,
    name: `Employee ${number}`,
    mobile: `+447700900${number}`,
    email: `employee${number}@firm.example`,
  }
}

/** A large file that the middle message of a corpus carries. */
export interface LargeFile {
  readonly sdkfileid: string
  readonly md5: string
  readonly name: string
  readonly bytes: number
}

/** Writes the corpus; answers its bytes. Messages numbered from another `first` are others of the same kind. */
export async function writeCorpus(
  path: string,
  messages: number,
  { large, first = 0 }: { readonly large?: LargeFile | undefined; readonly first?: number } = {},
): Promise<number> {
  const numbers = createNumbers(42 + first)
  const rooms = Array.from({ length: conversations }, (_, index) => roomOf(index, numbers))
  const write = textWriter(numbers)
  const file = createWriteStream(path)
  let bytes = 0
  let lines: string[] = []
  for (let index = 0; index < messages; index++) {
    const body = large && index === messages >> 1 ? fileBody(large) : textBody(write())
    lines.push(
      `${JSON.stringify({ ...envelope(index, messages, rooms, numbers), msgid: msgidOf(first + index), ...body })}\n`,
    )
    if (lines.length < 2_000 && index < messages - 1) continue
    const piece = Buffer.from(lines.join(''))
    bytes += piece.byteLength
    if (!file.write(piece)) await once(file, 'drain')
    lines = []
  }
  file.end()
  await once(file, 'close')
  return bytes
}

interface Room {
  /** Empty for two people. */
  readonly roomid: string
  readonly members: readonly string[]
}

/** Six in ten are two employees, one in ten an employee and a client, three in ten groups of three to five. */
function roomOf(index: number, numbers: Numbers): Room {
  const kind = index % 10
  const size = kind < 6 ? 2 : kind < 7 ? 1 : 3 + (numbers.integer() % 3)
  const members = new Set<string>()
  while (members.size < size) members.add(employee(numbers.integer() % employees).userid)
  if (kind === 6) members.add(`wmBenchClient${String(index).padStart(6, '0')}`)
  return { roomid: kind < 7 ? '' : `wrBenchRoom${String(index).padStart(6, '0')}`, members: [...members] }
}

function envelope(index: number, messages: number, rooms: readonly Room[], numbers: Numbers) {
  const room = rooms[Math.floor(numbers.fraction() ** 1.5 * rooms.length)]!
  const from = room.members[numbers.integer() % room.members.length]!
  const late = numbers.fraction() < disorderShare ? numbers.fraction() * disorderMs : 0
  return {
    action: 'send',
    from,
    tolist: room.members.filter((member) => member !== from),
    roomid: room.roomid,
    msgtime: Math.floor(firstSentMs + (index / messages) * spanMs - late),
  }
}

function msgidOf(index: number): string {
  return `${10n ** 18n + BigInt(index) * 7_919_999n}_${index}`
}

function textBody(content: string) {
  return { msgtype: 'text', text: { content } }
}

function fileBody({ sdkfileid, md5, name, bytes }: LargeFile) {
  return {
    msgtype: 'file',
    file: { md5sum: md5, filename: name, fileext: 'bin', filesize: bytes, sdkfileid },
  }
}

const chineseShare = 0.3
const englishWordsMean = 11
const chineseWordsMean = 14.5

/** Texts of one word to six times the mean, short ones most often. */
function textWriter(numbers: Numbers): () => string {
  const english = { words: englishWords(), table: zipfTable(englishWords().length), glue: ' ' }
  const chinese = { words: chineseWords(), table: zipfTable(chineseWords().length), glue: '' }
  return () => {
    const isChinese = numbers.fraction() < chineseShare
    const { words, table, glue } = isChinese ? chinese : english
    const mean = isChinese ? chineseWordsMean : englishWordsMean
    const count = Math.min(Math.ceil(-Math.log(1 - numbers.fraction()) * mean), Math.round(mean * 6)) || 1
    let text = words[zipfRank(table, numbers.fraction())]!
    for (let word = 1; word < count; word++) text += glue + words[zipfRank(table, numbers.fraction())]!
    return text
  }
}
