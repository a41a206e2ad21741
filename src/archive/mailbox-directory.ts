/** The directory as its keepers see it: found by name, a page at a time, each mailbox with its folders counted. */
import { normaliseEmail } from '../domain/email-address.ts'
import { AppError } from '../domain/errors.ts'
import { normalisePhone } from '../domain/phone.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { type FolderCount, foldersOf } from './item-tally.ts'
import type { Mailbox } from './mailboxes.ts'
import type { ArchiveParts } from './parts.ts'

export interface DirectoryMailbox extends Mailbox {
  /** Where its owner's records belong. */
  readonly region: string
  /** ISO times; null is open. */
  readonly activeFrom: string | null
  readonly activeTo: string | null
  /** Empty where `readable` is false. */
  readonly folders: readonly FolderCount[]
  /** False where whoever asks may not read it. */
  readonly readable: boolean
}

export interface DirectorySearch {
  /** Words that name, address or department hold, all of them, in any case. */
  readonly find?: string | undefined
  readonly active?: boolean | undefined
  /** The `next` of the page before. */
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Mailboxes that may be read; null for all. */
export type ReadableMailboxes = readonly number[] | null

type DirectoryParts = Pick<ArchiveParts, 'queries' | 'pool'>

/** A page of the directory in the order of addresses, and how many there are in all. */
export async function findMailboxes(
  { queries, pool }: DirectoryParts,
  search: DirectorySearch,
  readable: ReadableMailboxes,
): Promise<{ items: DirectoryMailbox[]; next: string | null; total: number }> {
  const words = (search.find ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  let found = queries.selectFrom('mailbox')
  if (search.active !== undefined) found = found.where('active', '=', search.active)
  for (const word of words) {
    const like = `%${word.replace(/[\\%_]/g, '\\$&')}%`
    found = found.where((expression) =>
      expression.or([
        expression('address', 'like', like),
        expression(expression.fn('lower', ['name']), 'like', like),
        expression(expression.fn('lower', ['department']), 'like', like),
      ]),
    )
  }
  const total = await found.select((expression) => expression.fn.countAll<bigint>().as('total')).execute()
  const after = cursorId(search.cursor)
  if (after !== null) {
    found = found.where('address', '>', (expression) =>
      expression.selectFrom('mailbox as before').select('before.address').where('before.id', '=', after),
    )
  }
  const rows = await found
    .selectAll()
    .orderBy('address')
    .limit(search.limit + 1)
    .execute()
  const page = rows.slice(0, search.limit)
  const last = page.at(-1)
  return {
    items: await withFolders(pool, page, readable),
    next: rows.length > page.length && last ? String(last.id) : null,
    total: Number(total[0]!.total),
  }
}

/** A cursor is the id of the last mailbox shown, so that no address stands in a URL. */
function cursorId(cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor)
  throw new AppError('bad-request', 'The cursor is none of the directory; read it from the first page.')
}

/** Throws `mailbox-not-found`. */
export async function directoryMailbox(
  { queries, pool }: DirectoryParts,
  id: number,
  readable: ReadableMailboxes,
): Promise<DirectoryMailbox> {
  const [mailbox] = await withFolders(pool, [await mailboxRow(queries, id)], readable)
  return mailbox!
}

type MailboxRow = Awaited<ReturnType<typeof mailboxRow>>

async function mailboxRow(queries: Queries, id: number) {
  const row = await queries.selectFrom('mailbox').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new AppError('mailbox-not-found', `There is no mailbox ${id} in the directory.`)
  return row
}

async function withFolders(
  pool: ArchiveParts['pool'],
  rows: readonly MailboxRow[],
  readable: ReadableMailboxes,
): Promise<DirectoryMailbox[]> {
  const mayRead = (id: number) => readable === null || readable.includes(id)
  const ids = rows.map(({ id }) => id).filter(mayRead)
  const folders = await foldersOf(pool, ids)
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    name: row.name,
    mobile: row.mobile,
    department: row.department,
    active: row.active,
    region: row.region,
    activeFrom: row.active_from?.toISOString() ?? null,
    activeTo: row.active_to?.toISOString() ?? null,
    folders: folders.get(row.id) ?? [],
    readable: mayRead(row.id),
  }))
}

export interface NewMailbox {
  readonly address: string
  readonly name: string
  readonly mobile: string | null
  readonly department: string | null
}

/** Adds a mailbox and answers its id. Throws `mailbox-exists`, or `bad-request` for what is no address or number. */
export async function createMailbox(
  { queries, clock }: Pick<ArchiveParts, 'queries' | 'clock'>,
  given: NewMailbox,
): Promise<number> {
  const address = normaliseEmail(given.address)
  if (address === null)
    throw new AppError(
      'bad-request',
      `"${given.address}" is not an e-mail address; write one like ana@firm.example.`,
    )
  const now = clock.now()
  return queries.transaction().execute(async (transaction) => {
    const added = await transaction
      .insertInto('mailbox')
      .values({
        address,
        name: given.name,
        mobile: checkedMobile(given.mobile),
        department: emptyAsNull(given.department),
        created_at: new Date(now),
      })
      .onConflict((conflict) => conflict.column('address').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!added)
      throw new AppError(
        'mailbox-exists',
        `There is a mailbox "${address}" in the directory already; change that one.`,
      )
    await appendAudit(transaction, {
      at: now,
      operation: 'change-mailbox',
      target: address,
      outcome: 'succeeded',
      details: { mailbox: added.id, created: true },
    })
    return added.id
  })
}

export interface MailboxChange {
  readonly name?: string | undefined
  readonly mobile?: string | null | undefined
  readonly department?: string | null | undefined
  readonly active?: boolean | undefined
}

/**
 * Changes what is given. A mailbox that is deactivated keeps its items and still takes those sent before now; one
 * that is activated again has no end. Throws `mailbox-not-found`, `bad-request`.
 */
export async function changeMailbox(
  { queries, clock }: Pick<ArchiveParts, 'queries' | 'clock'>,
  id: number,
  change: MailboxChange,
): Promise<void> {
  const now = clock.now()
  await queries.transaction().execute(async (transaction) => {
    const current = await transaction
      .selectFrom('mailbox')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!current) throw new AppError('mailbox-not-found', `There is no mailbox ${id} in the directory.`)
    const active = change.active ?? current.active
    const values = {
      name: change.name ?? current.name,
      mobile: change.mobile === undefined ? current.mobile : checkedMobile(change.mobile),
      department: change.department === undefined ? current.department : emptyAsNull(change.department),
      active,
    }
    const changed = (Object.keys(values) as (keyof typeof values)[]).filter(
      (name) => current[name] !== values[name],
    )
    if (changed.length > 0) {
      const activeTo = active ? null : (current.active_to ?? new Date(now))
      await transaction
        .updateTable('mailbox')
        .set({ ...values, active_to: activeTo })
        .where('id', '=', id)
        .execute()
    }
    await appendAudit(transaction, {
      at: now,
      operation: 'change-mailbox',
      target: current.address,
      outcome: 'succeeded',
      details: { mailbox: id, changed, ...(changed.includes('active') ? { active } : {}) },
    })
  })
}

function checkedMobile(given: string | null): string | null {
  if (given === null || given.trim() === '') return null
  const mobile = normalisePhone(given)
  if (mobile === null)
    throw new AppError(
      'bad-request',
      'The mobile is not a telephone number in international form; write it with + and the country code.',
    )
  return mobile
}

function emptyAsNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text.trim()
}

/** Names of mailboxes for what mentions them by id; ids that are none are left out. */
export async function mailboxNames(
  { queries }: Pick<ArchiveParts, 'queries'>,
  ids: readonly number[],
): Promise<{ id: number; address: string; name: string }[]> {
  if (ids.length === 0) return []
  return queries
    .selectFrom('mailbox')
    .select(['id', 'address', 'name'])
    .where((expression) => expression('id', '=', expression.fn.any(expression.val([...ids]))))
    .orderBy('address')
    .execute()
}
