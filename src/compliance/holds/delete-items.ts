/**
 * Deletion as a person sees it: the item goes to Recoverable Items, whether or not it is held, and the answer is the
 * same. What physically goes, and when, is decided by holds and retention.
 */
import { createHash } from 'node:crypto'
import { itemIdOf, parseItemId } from '../../archive/index.ts'
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
 * `mailboxIds`: the only mailboxes the caller may touch. Throws `item-not-found`.
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
    const moved = allowed ? await toRecoverable(client, [messageId], [mailboxId], options.purge) : 0
    if (moved === 0) throw new AppError('item-not-found', `There is no item "${id}"; take one from a search.`)
    await appendAudit(createKysely(client), {
      ...{ at: clock.now(), actor: by.username, operation: options.purge ? 'purge-item' : 'delete-item' },
      ...{ target: itemIdOf(messageId, mailboxId), outcome: 'succeeded' },
    })
    return { id: itemIdOf(messageId, mailboxId), area: 'recoverable-items' }
  })
}

/** What is held goes to Discovery Holds where it would go to Purges. Answers how many there were. */
async function toRecoverable(
  client: Client,
  messageIds: readonly (bigint | string)[],
  mailboxIds: readonly number[],
  purge: boolean,
): Promise<number> {
  const { rowCount } = await client.query(
    `with wanted as (select distinct * from unnest($1::bigint[], $2::int[]) as w (message_id, mailbox_id)),
          held as (select distinct message_id, mailbox_id from holds_of($1::bigint[], $2::int[]))
     update item as i
        set area = ${recoverable}, recoverable_at = coalesce(i.recoverable_at, now()),
            recoverable_folder = case
              when not ($3 or i.area = ${recoverable}) then ${recoverableFolders.deletions}
              when exists (select from held as h where h.message_id = i.message_id and h.mailbox_id = i.mailbox_id)
                then ${recoverableFolders.discoveryHolds}
              else ${recoverableFolders.purges} end
       from wanted as w where i.message_id = w.message_id and i.mailbox_id = w.mailbox_id`,
    [messageIds, mailboxIds, purge],
  )
  return rowCount ?? 0
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

/** Moves what is found now past what users can recover; answers how many items were found, held or not. */
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
    const ids = found.map(({ message_id, mailbox_id }) => itemIdOf(BigInt(message_id), mailbox_id)).sort()
    await toRecoverable(
      client,
      found.map((one) => one.message_id),
      found.map((one) => one.mailbox_id),
      true,
    )
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
