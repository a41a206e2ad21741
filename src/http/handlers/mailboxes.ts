import type { mailboxEndpoints } from '../../api/endpoints/mailboxes.ts'
import {
  changeMailbox,
  createMailbox,
  type DirectoryMailbox,
  directoryMailbox,
  findMailboxes,
  importMailboxes,
  itemIdOf,
  listItems,
  monthsOf,
  readableMailbox,
} from '../../archive/index.ts'
import type { CsvProblem } from '../../domain/csv.ts'
import { isAppError } from '../../domain/errors.ts'
import { type MailboxRow, parseMailboxes } from '../../domain/mailboxes.ts'
import { describeItems } from '../../search/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook, recipientsShown, rowOf, textsOf } from './reading.ts'

export function mailboxHandlers(parts: PortalParts): Handlers<typeof mailboxEndpoints> {
  const { centre } = parts
  return {
    listMailboxes: async ({ query }, { principal }) => {
      const { find, active, cursor, limit } = query
      const page = await findMailboxes(centre, { find, active, cursor, limit }, principal.mailboxIds)
      await auditLook(parts, 'view-mailboxes', {
        details: { ...(find ? { find } : {}), shown: page.items.length },
      })
      return { ...page, items: page.items.map(factsOf) }
    },
    readMailbox: async ({ params }, { principal }) => {
      const mailbox = await directoryMailbox(centre, params.id, principal.mailboxIds)
      await auditLook(parts, 'view-mailboxes', { target: mailbox.address })
      return factsOf(mailbox)
    },
    createMailbox: async ({ body }, { principal }) => {
      const id = await createMailbox(centre, body)
      return factsOf(await directoryMailbox(centre, id, principal.mailboxIds))
    },
    changeMailbox: async ({ params, body }, { principal }) => {
      await changeMailbox(centre, params.id, body)
      return factsOf(await directoryMailbox(centre, params.id, principal.mailboxIds))
    },
    uploadMailboxes: async ({ query, body }) => {
      const read = parsed(Buffer.concat(await Array.fromAsync(body)), query.name)
      if ('problems' in read) {
        await auditLook(parts, 'import-mailboxes', {
          details: { taken: false, problems: read.problems.length },
        })
        return { taken: false, problems: [...read.problems] }
      }
      return { taken: true, ...(await importMailboxes(centre, read.rows)) }
    },
    readTimeline: async ({ params, query }, { principal }) => {
      const mailbox = await readableMailbox(centre.pool, params.id, principal.mailboxIds)
      const { folder = null, area } = query
      const months = await monthsOf(centre.pool, { mailboxId: params.id, folder, area })
      await auditLook(parts, 'list-items', { target: mailbox.address, details: { folder, area } })
      return { items: months.reduce((sum, { items }) => sum + items, 0), months }
    },
    listItems: async ({ params, query }, { principal }) => {
      const mailbox = await readableMailbox(centre.pool, params.id, principal.mailboxIds)
      const { folder = null, ...place } = query
      const keys = await listItems(centre.pool, { mailboxId: params.id, folder, ...place })
      const ids = keys.map(({ messageId }) => messageId)
      await auditLook(parts, 'list-items', {
        target: mailbox.address,
        details: { folder, ...place, items: ids.map((id) => itemIdOf(id, params.id)) },
      })
      const items = await describeItems(centre.pool, params.id, ids, {
        readText: (wanted) => textsOf(parts, wanted),
        recipientsMax: recipientsShown,
      })
      return { items: items.map(rowOf) }
    },
  }
}

function factsOf({ folders, ...mailbox }: DirectoryMailbox) {
  return { ...mailbox, folders: [...folders] }
}

/** The rows of the file, or what is wrong with them: an answer, not a failure. */
function parsed(
  content: Buffer,
  file: string,
): { readonly rows: readonly MailboxRow[] } | { readonly problems: readonly CsvProblem[] } {
  try {
    return { rows: parseMailboxes(content, file) }
  } catch (error) {
    if (!isAppError(error, 'bad-csv')) throw error
    return { problems: (error.details.problems as readonly CsvProblem[] | undefined) ?? [] }
  }
}
