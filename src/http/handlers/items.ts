import type { itemEndpoints } from '../../api/endpoints/items.ts'
import {
  type ByteRange,
  type ItemKey,
  type MessageView,
  messageRecord,
  openEmail,
  rawView,
  readAttachment,
  readableItem,
  readConversation,
  readEmailView,
  readItem,
  shownAs,
  type ViewOptions,
} from '../../archive/index.ts'
import { searchFor, wantedPhrases } from '../../search/index.ts'
import type { CallContext, Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { byteRange } from './byte-range.ts'
import { auditLook, contentReader, readingParts } from './reading.ts'

/** Of a message among many; the item itself is shown whole. */
const conversationTextLengthMax = 8_000

export function itemHandlers(parts: PortalParts): Handlers<typeof itemEndpoints> {
  const { centre, lookups } = parts
  const itemOf = (id: string, { principal }: CallContext) =>
    readableItem(lookups.pool, id, principal.mailboxIds)
  const record = ({ messageId }: ItemKey) => messageRecord(readingParts(parts), messageId)
  return {
    readItem: async ({ params, query }, context) => {
      const key = await itemOf(params.id, context)
      const options = await marksOf(parts, query.search, context)
      const item = await readItem(readingParts(parts), key, context.principal.mailboxIds, options)
      await auditLook(parts, 'open-item', {
        target: item.id,
        details: { items: itemsIn([item.message]), ...searchDetail(query.search) },
      })
      return { ...item, observations: [...item.observations], otherMailboxes: [...item.otherMailboxes] }
    },
    readConversation: async ({ params, query }, context) => {
      const key = await itemOf(params.id, context)
      const { before, after, search } = query
      const conversation = await readConversation(readingParts(parts), key, {
        ...(await marksOf(parts, search, context)),
        textLengthMax: conversationTextLengthMax,
        before,
        after,
      })
      await auditLook(parts, 'open-conversation', {
        target: params.id,
        details: { items: itemsIn(conversation.messages), ...searchDetail(search) },
      })
      return conversation
    },
    readEmail: async ({ params }, context) => {
      const key = await itemOf(params.id, context)
      const view = await readEmailView(readingParts(parts), key)
      await auditLook(parts, 'open-item', {
        target: params.id,
        details: { form: 'email', items: [params.id] },
      })
      return view
    },
    readRaw: async ({ params }, context) => {
      const view = rawView(await record(await itemOf(params.id, context)))
      await auditLook(parts, 'open-item', { target: params.id, details: { form: 'raw', items: [params.id] } })
      return view
    },
    downloadEmail: async ({ params }, context) => {
      const { messageId } = await itemOf(params.id, context)
      const { stream, bytes } = await openEmail(centre, contentReader(parts), messageId)
      await auditLook(parts, 'export-item', {
        target: params.id,
        details: { form: 'eml', items: [params.id] },
      })
      return { name: `${params.id}.eml`, type: 'message/rfc822', content: stream, bytes }
    },
    downloadRaw: async ({ params }, context) => {
      const { raw } = await record(await itemOf(params.id, context))
      await auditLook(parts, 'export-item', {
        target: params.id,
        details: { form: 'raw', items: [params.id] },
      })
      return {
        name: `${params.id}.record`,
        type: 'application/octet-stream',
        content: raw.bytes,
        bytes: raw.bytes.byteLength,
      }
    },
    readAttachment: async ({ params, query }, context) => {
      const key = await itemOf(params.id, context)
      const rangeOf = (bytes: number): ByteRange | null => byteRange(context.header('range'), bytes)
      const opened = await readAttachment(centre, contentReader(parts), key, params.place, rangeOf)
      const { range, content, bytes } = opened
      await auditLook(parts, 'open-attachment', {
        target: params.id,
        details: {
          place: params.place,
          ...(range ? { range: `${range.from}-${range.to}` } : {}),
          items: [params.id],
        },
      })
      const shown = query.shown && shownAs(opened.type) !== 'file'
      return { name: opened.name, type: opened.type, content, bytes, shown, ...(range ? { range } : {}) }
    },
  }
}

/** Every item whose text was shown: the messages and what became of them. */
function itemsIn(messages: readonly MessageView[]): string[] {
  return [...new Set(messages.flatMap(({ id, events }) => [id, ...events.map(({ item }) => item)]))]
}

function searchDetail(search: string | undefined): { search?: string } {
  return search === undefined ? {} : { search }
}

/** What a search of that id looks for. Throws `search-not-found`. */
async function marksOf(
  { centre, lookups }: PortalParts,
  search: string | undefined,
  { principal }: CallContext,
): Promise<ViewOptions> {
  if (search === undefined) return {}
  const { query } = await searchFor({ ...lookups, clock: centre.clock }, search, principal.userId)
  return { wanted: wantedPhrases(query.root) }
}
