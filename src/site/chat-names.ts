/**
 * Chats of exports under their first name. An export names its chat by the contact or the group subject, which
 * people change; a chat that comes under a new name but with the messages of a known one is that chat.
 */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { CapturedRecord } from '../sources/source.ts'
import type { SiteAccount } from './accounts.ts'
import { authorsInFile } from './authors-in-file.ts'
import type { SiteParts } from './parts.ts'
import type { Alignment, RecordKeyer } from './record-key.ts'

/** How much of the shorter of the two must be found in the other, and in how many messages at least. */
const overlapMin = 0.8
const matchesMin = 3

/** By the tag of the name in the file: the tag of the chat's first name. */
export type ChatNames = ReadonlyMap<string, Buffer>

/** Looks up, or decides and notes for good, which chat each of the batch's names stands for. */
export async function resolveChatNames(
  parts: SiteParts,
  account: SiteAccount,
  keyer: RecordKeyer,
  records: readonly CapturedRecord[],
): Promise<ChatNames> {
  const names = new Map<string, Buffer>()
  const byChat = Map.groupBy(records, (record) => keyer.chatTag(record)?.toString('base64'))
  for (const [name, ofChat] of byChat) {
    if (name === undefined) continue
    const tag = Buffer.from(name, 'base64')
    names.set(
      name,
      (await knownChat(parts.database, account, tag)) ?? (await newChat(parts, account, keyer, tag, ofChat)),
    )
  }
  return names
}

async function knownChat(database: Queries, account: SiteAccount, tag: Buffer): Promise<Buffer | undefined> {
  const row = await database
    .selectFrom('site_chat')
    .select('first_tag')
    .where('account_id', '=', account.id)
    .where('chat_tag', '=', tag)
    .executeTakeFirst()
  return row?.first_tag
}

async function newChat(
  { database }: SiteParts,
  account: SiteAccount,
  keyer: RecordKeyer,
  tag: Buffer,
  records: readonly CapturedRecord[],
): Promise<Buffer> {
  const firstTag = (await sameChatUnderOldName(database, account, keyer, tag, records)) ?? tag
  await database
    .insertInto('site_chat')
    .values({ account_id: account.id, chat_tag: tag, first_tag: firstTag })
    .execute()
  return firstTag
}

interface Match {
  readonly chat_tag: Buffer
  readonly chatless_key: Buffer
  readonly author_tag: Buffer
}

/**
 * The known chat whose messages these are: nearly all of the shorter of the two stand in the other, at least two
 * people wrote them, and at most one of those bears another name now. (One person's messages alone prove nothing:
 * the same greeting goes to many chats in one minute.)
 */
async function sameChatUnderOldName(
  database: Queries,
  account: SiteAccount,
  keyer: RecordKeyer,
  tag: Buffer,
  records: readonly CapturedRecord[],
): Promise<Buffer | undefined> {
  const here = new Map<string, Alignment>()
  for (const record of records) {
    const { alignment } = keyer.keysOf(record, tag)
    if (alignment) here.set(alignment.chatlessKey.toString('base64'), alignment)
  }
  const found = await sql<Match>`
    select chat_tag, chatless_key, author_tag from site_record
     where account_id = ${account.id} and chatless_key = any(${[...here.values()].map(({ chatlessKey }) => chatlessKey)}::bytea[])
    `.execute(database)
  const byChat = Map.groupBy(found.rows, (row) => row.chat_tag.toString('base64'))
  const [best] = [...byChat.values()].sort((a, b) => b.length - a.length)
  if (!best || best.length < matchesMin) return undefined
  const total = await recordsOfChat(database, account, best[0]!.chat_tag)
  if (best.length < overlapMin * Math.min(here.size, total)) return undefined
  return isOneRenamed(best, here, authorsInFile(keyer, records[0]!)) ? best[0]!.chat_tag : undefined
}

async function recordsOfChat(database: Queries, account: SiteAccount, chatTag: Buffer): Promise<number> {
  const row = await database
    .selectFrom('site_record')
    .select((expression) => expression.fn.countAll<bigint>().as('records'))
    .where('account_id', '=', account.id)
    .where('chat_tag', '=', chatTag)
    .executeTakeFirstOrThrow()
  return Number(row.records)
}

function isOneRenamed(
  matches: readonly Match[],
  here: ReadonlyMap<string, Alignment>,
  inFile: ReadonlySet<string>,
): boolean {
  const authors = new Set<string>()
  const renamed = new Set<string>()
  for (const { chatless_key, author_tag } of matches) {
    const before = author_tag.toString('base64')
    const now = here.get(chatless_key.toString('base64'))!.authorTag.toString('base64')
    authors.add(now)
    if (before === now) continue
    if (inFile.has(before)) return false
    renamed.add(`${before} ${now}`)
  }
  return authors.size >= 2 && renamed.size <= 1
}
