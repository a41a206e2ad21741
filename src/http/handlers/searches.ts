import type { SearchFacts, searchEndpoints } from '../../api/endpoints/searches.ts'
import { assertReadableMailboxes, mailboxNames } from '../../archive/index.ts'
import { csvByteOrderMark, csvLine } from '../../domain/spreadsheet-safe.ts'
import {
  checkQuery,
  countItems,
  countPartiallyIndexed,
  deleteSearch,
  type FoundItem,
  listStoredSearches,
  nameSearch,
  type Query,
  type StoredSearch,
  searchFor,
  searchItems,
  searchStatistics,
  storedSearch,
  storeSearch,
  touchSearch,
} from '../../search/index.ts'
import type { CallContext, Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook, recipientsShown, rowOf, textsOf } from './reading.ts'

type SearchHandlers = Handlers<typeof searchEndpoints>

export function searchHandlers(parts: PortalParts): SearchHandlers {
  return { ...questionHandlers(parts), ...answerHandlers(parts) }
}

function questionHandlers(
  parts: PortalParts,
): Pick<
  SearchHandlers,
  'checkQuery' | 'createSearch' | 'listSearches' | 'readSearch' | 'changeSearch' | 'deleteSearch'
> {
  const { centre } = parts
  const factsOf = async (stored: StoredSearch, context: CallContext) =>
    (await factsOfAll(parts, [stored], context))[0]!
  return {
    async checkQuery({ body }) {
      const { slips, ...check } = checkQuery(body.query, { now: centre.clock.now(), zone: body.timeZone })
      return { ...check, ok: check.error === null, notes: [...check.notes], typos: [...slips] }
    },
    async createSearch({ body }, context) {
      const { mailboxes: mailboxIds, ...question } = body
      // One that may not be read is told of now, not found empty later.
      await assertReadableMailboxes(centre.pool, mailboxIds ?? [], context.principal.mailboxIds)
      const stored = await storeSearch(centre, context.principal.userId, { ...question, mailboxIds })
      return factsOf(stored, context)
    },
    listSearches: async (_input, context) =>
      factsOfAll(parts, await listStoredSearches(centre, context.principal.userId), context),
    async readSearch({ params }, context) {
      const stored = await storedSearch(centre, params.id, context.principal.userId)
      await auditLook(parts, 'search', { target: stored.id, details: { query: stored.keyql } })
      return factsOf(stored, context)
    },
    changeSearch: async ({ params, body }, context) =>
      factsOf(await nameSearch(centre, params.id, context.principal.userId, body.name), context),
    async deleteSearch({ params }, { principal }) {
      await deleteSearch(centre, params.id, principal.userId)
      return { done: true }
    },
  }
}

function answerHandlers(
  parts: PortalParts,
): Pick<SearchHandlers, 'readResults' | 'countResults' | 'readStatistics' | 'downloadResults'> {
  const { centre } = parts
  return {
    async readResults({ params, query: { cursor, limit } }, context) {
      const { query, scope } = await openSearch(parts, params.id, context)
      if (cursor === undefined) await touchSearch(centre, params.id)
      const page = await searchItems(centre.pool, query, {
        ...scope,
        limit,
        recipientsMax: recipientsShown,
        readText: (ids) => textsOf(parts, ids),
        lookups: parts.lookups.pool,
        ...(cursor === undefined ? {} : { cursor }),
      })
      await auditLook(parts, 'search', {
        target: params.id,
        details: { query: query.text, items: page.items.map(({ id }) => id) },
      })
      return { items: page.items.map(rowOf), next: page.cursor }
    },
    async countResults({ params }, context) {
      const { query, scope } = await openSearch(parts, params.id, context)
      const [count, partiallyIndexed] = await Promise.all([
        countItems(centre.pool, query, scope),
        countPartiallyIndexed(centre.pool, query, scope),
      ])
      await auditLook(parts, 'search', { target: params.id, details: { query: query.text, found: count } })
      return { count, partiallyIndexed }
    },
    async readStatistics({ params }, context) {
      const { query, scope } = await openSearch(parts, params.id, context)
      const found = await searchStatistics(centre.pool, query, scope)
      await auditLook(parts, 'search', {
        target: params.id,
        details: { query: query.text, form: 'statistics', found: found.count },
      })
      return {
        count: found.count,
        mailboxesWithHits: found.mailboxesWithHits,
        byMailbox: found.byMailbox.map(({ mailboxId, name, items }) => bar(String(mailboxId), name, items)),
        byChannel: found.byChannel.map(({ channel, items }) => bar(channel, channel, items)),
        byKind: found.byKind.map(({ kind, items }) => bar(kind, kind, items)),
        byMonth: found.byMonth.map(({ month, items }) => bar(month, month, items)),
      }
    },
    async downloadResults({ params, query: { safe } }, context) {
      const { query, scope } = await openSearch(parts, params.id, context)
      const count = await countItems(centre.pool, query, scope)
      await auditLook(parts, 'export-item', {
        target: params.id,
        details: { form: 'list', query: query.text, safe, found: count },
      })
      return {
        name: 'search-results.csv',
        type: 'text/csv; charset=utf-8',
        content: resultLines(parts, query, scope, safe),
      }
    },
  }
}

interface Scope {
  /** Absent: all mailboxes. */
  readonly mailboxIds?: readonly number[]
}

/** A search of whoever asks, within what he may read now, whatever he might when he made it. */
async function openSearch(
  { centre, lookups }: PortalParts,
  id: string,
  { principal }: CallContext,
): Promise<{ readonly query: Query; readonly scope: Scope }> {
  const { stored, query } = await searchFor({ ...lookups, clock: centre.clock }, id, principal.userId)
  const { mailboxIds: chosen } = stored
  const { mailboxIds: readable } = principal
  if (chosen === null) return { query, scope: readable === null ? {} : { mailboxIds: readable } }
  return { query, scope: { mailboxIds: chosen.filter((one) => readable === null || readable.includes(one)) } }
}

async function factsOfAll(
  { centre }: PortalParts,
  searches: readonly StoredSearch[],
  { principal }: CallContext,
): Promise<SearchFacts[]> {
  const ids = [...new Set(searches.flatMap(({ mailboxIds }) => mailboxIds ?? []))]
  const names = new Map((await mailboxNames(centre, ids)).map((mailbox) => [mailbox.id, mailbox]))
  return searches.map(({ mailboxIds, conditions, ...stored }) => ({
    ...stored,
    conditions: conditions as SearchFacts['conditions'],
    mailboxes: mailboxIds?.flatMap((id) => names.get(id) ?? []) ?? null,
    notes: [...checkQuery(stored.keyql, { now: centre.clock.now(), zone: stored.timeZone }).notes],
    owner: principal.username,
    own: true,
  }))
}

const itemsPerPage = 1_000

/** No texts: what people wrote leaves by an export, not by a list. */
async function* resultLines(
  { centre }: PortalParts,
  query: Query,
  scope: Scope,
  safe: boolean,
): AsyncGenerator<Buffer> {
  const header = ['Item', 'Sent (UTC)', 'Channel', 'Kind', 'Event', 'Mailbox', 'Folder', 'From', 'To']
  yield Buffer.from(csvByteOrderMark + csvLine([...header, 'Recipients', 'Attachments'], safe))
  for (let cursor: string | undefined; ; ) {
    const page = await searchItems(centre.pool, query, {
      ...scope,
      limit: itemsPerPage,
      recipientsMax: recipientsShown,
      ...(cursor === undefined ? {} : { cursor }),
    })
    if (page.items.length > 0) yield Buffer.from(page.items.map((item) => resultLine(item, safe)).join(''))
    if (page.cursor === null) return
    cursor = page.cursor
  }
}

function resultLine(item: FoundItem, safe: boolean): string {
  const { id, sentAt, channel, kind, event, mailbox, folder, from, to, recipients, hasAttachments } = item
  const what = [id, sentAt, channel, kind, event, mailbox, folder]
  return csvLine([...what, from, to.join('; '), recipients, hasAttachments ? 'yes' : 'no'], safe)
}

function bar(key: string, label: string, items: number) {
  return { key, label, items }
}
