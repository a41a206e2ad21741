/**
 * Deletion as a person sees it: the item goes to Recoverable Items, whether or not it is held, and the answer is the
 * same. What physically goes, and when, is decided by holds and retention.
 */
import { createHash } from 'node:crypto'
import { type ItemKey, itemIdOf, parseItemId } from '../../archive/index.ts'
import { noteLogEntries } from '../../archive/log/note.ts'
import { areaCodes } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { type Client, createKysely, inTransaction } from '../../platform/postgres/index.ts'
import { matchingOf, mayMatch, parseQuery, selectMessages } from '../../search/index.ts'
import { askSecondPerson, type HoldOutcome } from './ask-second-person.ts'
import type { HoldParts, HoldViewer } from './parts.ts'
import { refused } from './rules.ts'

/** Folders of Recoverable Items, as `item.recoverable_folder` keeps them; nobody but the archive sees which. */
export const recoverableFolders = { deletions: 1, purges: 2, versions: 3, discoveryHolds: 4 } as const

const recoverable = areaCodes.codeOf('recoverable-items')

export interface DeletedItem {
  readonly id: string
  readonly area: 'recoverable-items'
}

/**
 * Deletes an item: to Recoverable Items, or past what a user can recover (`purge`, or what lies there already).
 * `mailboxIds`: the only mailboxes the caller may touch. Throws `item-not-found`, `item-is-record`.
 */
export async function deleteItem(
  { pool, clock }: HoldParts,
  id: string,
  options: { readonly purge: boolean; readonly mailboxIds?: readonly number[] | null },
  by: HoldViewer,
): Promise<DeletedItem> {
  const { messageId, mailboxId } = parseItemId(id)
  return inTransaction(pool, async (client) => {
    const allowed = options.mailboxIds?.includes(mailboxId) ?? true
    const moved = allowed ? await toRecoverable(client, [messageId], [mailboxId], options.purge) : []
    if (moved.length === 0) throw await refusalOf(client, id, allowed)
    await appendAudit(createKysely(client), {
      ...{ at: clock.now(), actor: by.username, operation: options.purge ? 'purge-item' : 'delete-item' },
      ...{ target: itemIdOf(messageId, mailboxId), outcome: 'succeeded' },
    })
    return { id: itemIdOf(messageId, mailboxId), area: 'recoverable-items' }
  })
}

/** What bears a record label is no secret: who may see the item is told why it stays. */
async function refusalOf(client: Client, id: string, isAllowed: boolean): Promise<AppError> {
  const { messageId, mailboxId } = parseItemId(id)
  const { rowCount } = await client.query('select from item where message_id = $1 and mailbox_id = $2', [
    messageId,
    mailboxId,
  ])
  return isAllowed && rowCount === 1
    ? new AppError('item-is-record', `The item "${id}" bears a record label and cannot be deleted.`)
    : new AppError('item-not-found', `There is no item "${id}"; take one from a search.`)
}

/** The item `i` bears a label, of its own or its mailbox's default, that makes a record of it. */
const isRecord = `exists (
  select from retention_label as label where label.record <> 'none' and label.id = coalesce(
    (select given.label_id from item_label as given where (given.message_id, given.mailbox_id) = (i.message_id, i.mailbox_id)),
    (select standard.label_id from retention_default_label as standard where standard.mailbox_id = i.mailbox_id)))`

/** Records stay where they are; what is held goes to Discovery Holds where it would go to Purges. Answers what went. */
async function toRecoverable(
  client: Client,
  messageIds: readonly (bigint | string)[],
  mailboxIds: readonly number[],
  purge: boolean,
): Promise<ItemKey[]> {
  const { rows } = await client.query<{ message_id: bigint; mailbox_id: number }>(
    `with wanted as (select distinct * from unnest($1::bigint[], $2::int[]) as w (message_id, mailbox_id)),
          held as (select distinct message_id, mailbox_id from holds_of($1::bigint[], $2::int[]))
     update item as i
        set area = ${recoverable}, recoverable_at = coalesce(i.recoverable_at, now()),
            recoverable_folder = case
              when not ($3 or i.area = ${recoverable}) then ${recoverableFolders.deletions}
              when exists (select from held as h where h.message_id = i.message_id and h.mailbox_id = i.mailbox_id)
                then ${recoverableFolders.discoveryHolds}
              else ${recoverableFolders.purges} end
       from wanted as w where i.message_id = w.message_id and i.mailbox_id = w.mailbox_id and not ${isRecord}
     returning i.message_id, i.mailbox_id`,
    [messageIds, mailboxIds, purge],
  )
  return rows.map(({ message_id, mailbox_id }) => ({ messageId: message_id, mailboxId: mailbox_id }))
}

export interface PurgeInput {
  /** KeyQL. */
  readonly query: string
  /** Addresses are looked up by the caller: ids. Never empty: an empty list never means all. */
  readonly mailboxIds: readonly number[]
}

/** Asks for the purge of what a search finds in the named mailboxes; always another person does it. */
export async function purgeBySearch(
  parts: HoldParts,
  input: PurgeInput,
  reason: string,
  by: HoldViewer,
): Promise<HoldOutcome> {
  if (input.mailboxIds.length === 0)
    throw refused('A purge names its mailboxes; an empty list never means all.')
  if (reason.trim() === '') throw refused('A purge needs a reason.')
  parseQuery(input.query, { now: parts.clock.now() })
  return askSecondPerson(parts, { act: 'purge', holdId: null, input: { ...input }, reason }, by)
}

/** Moves what is found now past what users can recover; answers how many items went, held or not. */
export async function doPurge(
  { pool, clock }: HoldParts,
  { query: text, mailboxIds }: PurgeInput,
  { askedBy, reason }: { readonly askedBy: string; readonly reason: string },
  by: HoldViewer,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    const matching = await matchingOf(client, parseQuery(text, { now: clock.now() }), mailboxIds)
    const found: { message_id: bigint; mailbox_id: number }[] = []
    if (mayMatch(matching)) {
      for (const long of matching.directory.hasLongTexts ? [false, true] : [false]) {
        const rows = await selectMessages(client, matching, long, (where, parameters) => {
          const mailboxes = parameters.add(matching.mailboxIds, 'int[]')
          return `select i.message_id, i.mailbox_id from message m join item i on i.message_id = m.id
                   where ${where} and i.mailbox_id = any(${mailboxes})`
        })
        for (const row of rows) found.push(row)
      }
    }
    const moved = await toRecoverable(
      client,
      found.map((one) => one.message_id),
      found.map((one) => one.mailbox_id),
      true,
    )
    const ids = moved.map(({ messageId, mailboxId }) => itemIdOf(messageId, mailboxId)).sort()
    const at = clock.now()
    await appendAudit(createKysely(client), {
      ...{ at, actor: by.username, operation: 'purge-items', outcome: 'succeeded' },
      details: { query: text, mailboxes: mailboxIds.length, items: ids.length, askedBy, reason },
    })
    const sha256 = createHash('sha256').update(ids.join('\n')).digest('hex')
    await noteLogEntries(client, [{ at, kind: 'move', facts: { to: 'purges', items: ids.length, sha256 } }])
    return ids.length
  })
}
