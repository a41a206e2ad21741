/** Text exports of chatlog (`NAME(wxid) TIME`) and of MemoTrace and WeChatMsg (`TIME NAME`): a head line, then what was said. */
import { given, isRoomId, isSystemName, personOf, type ReadRow, type RowTime } from '../row.ts'
import { timeOfText } from '../times.ts'

export const textOrders = ['time-first', 'name-first'] as const
export type TextOrder = (typeof textOrders)[number]

/** What was decided about the file: how its heads read, and whether a blank line stands before each. */
export interface TextGrammar {
  readonly order: TextOrder
  readonly blankBefore: boolean
}

interface Head {
  readonly name: string
  readonly id: string
  readonly roomName: string
  readonly roomId: string
  readonly time: string
}

const timeFirst = /^\[?(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\]? ([^\r\n]{1,600})$/
/** The year, or the whole date, is missing when the export covers no more than that. */
const nameFirst =
  /^(?!> )([^\r\n]{1,600}?) (?:\[([^\r\n[\]]{1,600})\] )?\[?((?:(?:\d{4}-)?\d{2}-\d{2} )?\d{2}:\d{2}:\d{2})\]?$/
const withId = /^(.*?)\(([^()]*)\)$/

/** The parts of a head line, or null when the line is none. Expects the line without its break. */
export function readHead(line: string, order: TextOrder): Head | null {
  if (order === 'time-first') {
    const found = timeFirst.exec(line)
    return found === null ? null : { ...named(found[2]!), roomName: '', roomId: '', time: found[1]! }
  }
  const found = nameFirst.exec(line)
  if (found === null) return null
  const room = named(found[2] ?? '')
  return { ...named(found[1]!), roomName: room.name, roomId: room.id, time: found[3]! }
}

function named(written: string): { name: string; id: string } {
  const found = withId.exec(written.trim())
  return found === null ? { name: written.trim(), id: '' } : { name: found[1]!.trim(), id: found[2]!.trim() }
}

/** True where a whole date is missing from a head's time, so that the operator has to give it. */
export function needsDate(time: string): boolean {
  return !/^\d{4}-/.test(time)
}

/**
 * One block of text. `date` is what the operator gave (`2023` or `2023-11-15`) for times that lack it; a
 * time that cannot be completed is a problem, told with its remedy.
 */
export function readTextRow(block: string, order: TextOrder, date: string | undefined): ReadRow {
  const end = block.indexOf('\n')
  const line = (end === -1 ? block : block.slice(0, end)).replace(/\r$/, '')
  const head = readHead(line, order)
  if (head === null) return { problem: 'the text has no line with a name and a time before it' }
  const time = completedTime(head.time, date)
  if (time === null)
    return { problem: `the time "${head.time}" is no date; give the year or the day with --date` }
  const owner = head.id === '我' || head.name === '我'
  const id = head.id === '我' ? '' : head.id
  return {
    row: {
      chatKey: head.roomId || head.roomName,
      ...given('chatId', head.roomId),
      ...given('chatName', head.roomName),
      ...(head.roomId === '' && head.roomName === '' ? {} : { chatIsGroup: isRoomId(head.roomId) }),
      time,
      sender: isSystemName(head.name) ? null : personOf(id, head.name),
      ...(owner ? { self: true } : {}),
      type: { code: 0, sub: 0, word: '' },
      content:
        end === -1
          ? ''
          : block
              .slice(end + 1)
              .replace(/\r\n/g, '\n')
              .replace(/\s+$/, ''),
    },
  }
}

function completedTime(written: string, date: string | undefined): RowTime | null {
  if (!needsDate(written)) return timeOfText(written)
  if (date === undefined) return null
  const dateless = /^\d{2}:/.test(written)
  if (dateless && date.length !== 10) return null
  const time = timeOfText(dateless ? `${date} ${written}` : `${date.slice(0, 4)}-${written}`)
  return time === null ? null : { ...time, text: written }
}
