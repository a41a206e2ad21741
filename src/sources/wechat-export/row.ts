/** One message as any of the formats says it, before it is known what it means. */
import type { CardField } from '../../domain/message.ts'
import type { Raw } from '../formats/raw-json.ts'
import type { WechatType } from './wechat-types.ts'

export interface RowPerson {
  /** WeChat id (`wxid_…`, an alias); absent where only a name is given. */
  readonly id?: string | undefined
  readonly name?: string | undefined
}

/**
 * When it was said. `instant`: milliseconds UTC, with the zone's offset where the text names one. `wall`: a local
 * time without zone, in milliseconds as if it were UTC.
 */
export type RowTime =
  | {
      readonly form: 'instant'
      readonly utcMs: number
      readonly offsetMinutes?: number
      readonly text: string
    }
  | { readonly form: 'wall'; readonly localMs: number; readonly text: string }

export interface Row {
  /** Tells the chats of one file apart; empty where a file holds one chat. */
  readonly chatKey: string
  /** The chat's own id (`wxid_…`, `…@chatroom`) and name, where the row has them. */
  readonly chatId?: string
  readonly chatName?: string
  readonly chatIsGroup?: boolean
  /** The server's id of the message, or the one the tool gives; absent where there is none. */
  readonly messageId?: string
  readonly time: RowTime
  readonly sender: RowPerson | null
  /** True when the owner of the export says it; undefined where the format does not tell. */
  readonly self?: boolean
  readonly type: WechatType
  /** Text, or WeChat's XML, or the tool's words for it. */
  readonly content: string
  /** What the tool read out of the XML (chatlog's `contents`). */
  readonly contents?: Raw
  /** Path of the file, as the tool writes it. */
  readonly path?: string
  /** The message this one replies to, where the format says it beside the text. */
  readonly replyTo?: string
  /** Values no reader knows. */
  readonly extra?: readonly CardField[]
}

export type ReadRow = { readonly row: Row } | { readonly problem: string }

/** The key only when the text is not blank: formats write empty strings for "none". */
export function given<Key extends string>(key: Key, text: string): { readonly [K in Key]?: string } {
  const trimmed = text.trim()
  return trimmed === '' ? {} : ({ [key]: trimmed } as { readonly [K in Key]?: string })
}

/** A person of whom at least one of both is known, else null. */
export function personOf(id: string, name: string): RowPerson | null {
  const person = { ...given('id', id), ...given('name', name) }
  return person.id === undefined && person.name === undefined ? null : person
}

/** Rooms end so in every version of WeChat. */
export function isRoomId(id: string): boolean {
  return id.endsWith('@chatroom') || id.endsWith('@im.chatroom')
}

/** Names under which tools write what nobody said. */
const systemNames = new Set(['系统消息', '系统通知', '系统', 'system', 'sys', 'system message'])

export function isSystemName(name: string): boolean {
  return systemNames.has(name.trim().toLowerCase())
}

/** Milliseconds by which messages of one file are compared, whatever their zone. */
export function timeMs({ time }: Row): number {
  return time.form === 'wall' ? time.localMs : time.utcMs
}
