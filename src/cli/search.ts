import { type Command, InvalidArgumentError } from 'commander'
import type { Centre, Platform } from '../app.ts'
import { AppError } from '../domain/errors.ts'
import type { FoundItem, Query } from '../search/index.ts'
import { act, auditFailure, auditLook, type Context, withPlatform } from './context.ts'
import { shownTime } from './times.ts'

interface SearchOptions {
  readonly mailbox?: readonly string[]
  readonly limit?: number
  readonly count?: boolean
  readonly all?: boolean
  readonly cursor?: string
  readonly zone?: string
}

const limitDefault = 50
const pageMax = 1_000

export function addSearchCommand(program: Command): void {
  program
    .command('search')
    .description('find items, newest first')
    .argument('<keyql>', 'for example: invoice AND from:"Ana Silva" AND sent>=2026-03-01')
    .option('--mailbox <address>', 'only in this mailbox; may be given again', collected)
    .option('--limit <number>', `items at the most (${limitDefault} unless told)`, countOf)
    .option('--all', 'every item, however many')
    .option('--cursor <id>', 'go on after this item')
    .option('--count', 'count exactly instead')
    .option('--zone <zone>', 'where days begin (UTC unless told)')
    .action(
      act((context, options: SearchOptions, keyql: string) =>
        withPlatform(context, (platform) => search(context, platform, keyql, options)),
      ),
    )
}

function collected(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A limit is a whole number from 1.')
}

async function search(
  context: Context,
  platform: Platform,
  keyql: string,
  options: SearchOptions,
): Promise<void> {
  const audited = { operation: 'search', details: { query: keyql, ...asked(options) } } as const
  const { query, mailboxIds } = await auditFailure(platform, audited, async () => ({
    query: await parse(platform, keyql, options.zone),
    mailboxIds: await mailboxIdsOf(platform, options.mailbox),
  }))
  for (const note of query.notes) context.output.note(note)
  const seen = { ...(mailboxIds ? { mailboxIds } : {}) }
  if (options.count) await tellCount(context, platform, query, seen, audited.details)
  else await tellItems(context, platform, query, { ...options, ...seen }, audited.details)
}

function asked({ mailbox, count, cursor }: SearchOptions): Record<string, unknown> {
  return { ...(mailbox ? { mailbox } : {}), ...(count ? { count } : {}), ...(cursor ? { cursor } : {}) }
}

/** The error of a bad query carries the query, so that its place can be shown. */
async function parse(platform: Platform, keyql: string, zone: string | undefined): Promise<Query> {
  const { parseQuery } = await import('../search/index.ts')
  try {
    return parseQuery(keyql, { now: platform.clock.now(), ...(zone ? { zone } : {}) })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, error.message, {
      cause: error,
      details: { ...error.details, query: keyql },
    })
  }
}

async function mailboxIdsOf(
  platform: Platform,
  addresses: readonly string[] | undefined,
): Promise<readonly number[] | undefined> {
  if (addresses === undefined) return undefined
  const { mailboxByAddress } = await import('../archive/index.ts')
  const mailboxes = await Promise.all(addresses.map((address) => mailboxByAddress(platform, address)))
  return mailboxes.map(({ id }) => id)
}

type Seen = { readonly mailboxIds?: readonly number[] }

async function tellCount(
  { output }: Context,
  platform: Platform,
  query: Query,
  seen: Seen,
  details: Record<string, unknown>,
): Promise<void> {
  const { countItems, countPartiallyIndexed } = await import('../search/index.ts')
  const count = await countItems(platform.database.pool, query, seen)
  const partiallyIndexed = await countPartiallyIndexed(platform.database.pool, query, seen)
  await auditLook(platform, { operation: 'search', details: { ...details, found: count } })
  await output.document({ count }, () => String(count))
  tellUnseen(output, partiallyIndexed)
}

async function tellItems(
  { output }: Context,
  platform: Platform,
  query: Query,
  options: SearchOptions & Seen,
  details: Record<string, unknown>,
): Promise<void> {
  const { countPartiallyIndexed, searchItems } = await import('../search/index.ts')
  const { openCentre } = await import('../app.ts')
  const readText = await textReader(platform, await openCentre(platform))
  const wanted = options.all ? Number.POSITIVE_INFINITY : (options.limit ?? limitDefault)
  const seen = options.mailboxIds ? { mailboxIds: options.mailboxIds } : {}
  tellUnseen(output, await countPartiallyIndexed(platform.database.pool, query, seen))
  let cursor = options.cursor
  for (let left = wanted; left > 0; ) {
    const page = await searchItems(platform.database.pool, query, {
      limit: Math.min(left, pageMax),
      readText,
      ...(cursor === undefined ? {} : { cursor }),
      ...seen,
    })
    await auditLook(platform, { operation: 'search', details: { ...details, shown: page.items.length } })
    for (const item of page.items) await output.line(lineOf(item), itemText)
    cursor = page.cursor ?? undefined
    if (cursor === undefined) return
    left -= page.items.length
  }
  output.note(`There are more: add --cursor ${cursor} for the next ones, or --all.`)
}

/** An answer that is not the whole truth says so. */
function tellUnseen(output: Context['output'], items: number): void {
  if (items === 0) return
  const are = items === 1 ? 'item with attachments was' : 'items with attachments were'
  output.note(
    `${items} ${are} searched by text and file names only: the content of attachments is not indexed.`,
  )
}

/** The texts of messages for snippets, out of the sealed content. */
async function textReader(platform: Platform, centre: Centre) {
  const { createContentReader, messagePlaces } = await import('../archive/index.ts')
  const { recordDecoder } = await import('../app.ts')
  const decode = await recordDecoder()
  const reader = createContentReader(centre)
  return async (ids: readonly bigint[]): Promise<ReadonlyMap<bigint, string>> => {
    const texts = new Map<bigint, string>()
    for (const [id, place] of await messagePlaces(platform, ids)) {
      const { source, raw } = await reader.record(place)
      const result = decode(source, raw)
      texts.set(id, result.decoded ? result.message.text : '')
    }
    return texts
  }
}

/** The shape other programs rely on. */
function lineOf({
  id,
  mailbox,
  folder,
  kind,
  event,
  channel,
  sentAt,
  from,
  to,
  subject,
  ...rest
}: FoundItem) {
  const { snippet, hasAttachments } = rest
  return { id, mailbox, folder, kind, event, channel, sentAt, from, to, subject, snippet, hasAttachments }
}

function itemText(item: ReturnType<typeof lineOf>): string {
  const clip = item.hasAttachments ? ' 📎' : ''
  const said = item.snippet === '' ? '' : `\n    ${item.snippet}`
  return `${shownTime(item.sentAt)}  ${item.mailbox}  ${item.id}\n    ${item.subject}${clip}${said}`
}
