/**
 * The move: items that are due change their area, a month in a transaction; then content that no primary item needs any
 * more goes to the cold tier. Stopped at any line it goes on where it was.
 */
import { noteLogEntries } from '../../archive/log/index.ts'
import { areaCodes, firstMessageIdAt, folderCodes } from '../../domain/codes.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, createKysely, inTransaction } from '../../platform/postgres/index.ts'
import type { InPlaceArchiveParts } from './parts.ts'
import { type ArchiveTag, cutoffOf, folderCutoffs, type TagKind } from './rules.ts'

export interface ArchiveRunOptions {
  readonly requestedBy: string
  /** Milliseconds since 1970 UTC; default now. Never later than now. */
  readonly asOf?: number
}

export interface ArchiveRun {
  readonly asOf: string
  readonly moved: number
  /** Segments and large attachments that went to the cold tier. */
  readonly coldObjects: number
}

const archive = areaCodes.codeOf('archive')
const primary = areaCodes.codeOf('primary')

export async function runArchive(
  parts: InPlaceArchiveParts,
  options: ArchiveRunOptions,
): Promise<ArchiveRun> {
  const { pool, queries, clock } = parts
  const asOf = Math.min(options.asOf ?? clock.now(), clock.now())
  const { id } = await queries
    .insertInto('archive_run')
    .values({ as_of: new Date(asOf), requested_by: options.requestedBy, started_at: new Date(clock.now()) })
    .returning('id')
    .executeTakeFirstOrThrow()
  const rules = await dueRules(parts, asOf)
  let moved = 0
  for (const month of await monthsToMove(parts, rules)) {
    moved += await inTransaction(pool, (client) => moveMonth(client, parts, month, rules, asOf))
    faultPoint('archive.month-moved')
  }
  const coldObjects = await relocate(parts)
  await inTransaction(pool, async (client) => {
    const now = clock.now()
    await client.query(
      'update archive_run set finished_at = $2, moved = $3, cold_objects = $4 where id = $1',
      [...[id, new Date(now), moved, coldObjects]],
    )
    // Of items that are gone since.
    await client.query(
      `delete from item_archive_tag as tag where not exists (
         select from item where (item.message_id, item.mailbox_id) = (tag.message_id, tag.mailbox_id))`,
    )
    const details = { asOf: new Date(asOf).toISOString(), moved, coldObjects }
    await appendAudit(createKysely(client), {
      ...{ at: now, actor: options.requestedBy, operation: 'run-archive', outcome: 'succeeded', details },
    })
  })
  return { asOf: new Date(asOf).toISOString(), moved, coldObjects }
}

/** What is due: by mailbox and folder, and by personal tag. Lists in step. */
interface DueRules {
  readonly mailboxIds: readonly number[]
  readonly folders: readonly number[]
  readonly cutoffs: readonly bigint[]
  readonly tagIds: readonly number[]
  readonly tagCutoffs: readonly bigint[]
}

async function dueRules({ queries }: InPlaceArchiveParts, asOf: number): Promise<DueRules> {
  const mailboxes = await queries.selectFrom('archive_mailbox').select(['mailbox_id', 'policy_id']).execute()
  const rows = await queries.selectFrom('archive_tag').selectAll().execute()
  const tagsOf = Map.groupBy(rows, ({ policy_id }) => policy_id)
  const moves = mailboxes.flatMap(({ mailbox_id, policy_id }) =>
    folderCutoffs((tagsOf.get(policy_id) ?? []).map(tagOf), asOf).map((move) => ({
      mailboxId: mailbox_id,
      ...move,
    })),
  )
  const personal = rows.flatMap(({ id, kind, after_days }) => {
    const cutoff = kind === 'personal' ? cutoffOf(after_days, asOf) : null
    return cutoff === null ? [] : [{ id, cutoff }]
  })
  return {
    mailboxIds: moves.map(({ mailboxId }) => mailboxId),
    folders: moves.map(({ folder }) => folder),
    cutoffs: moves.map(({ cutoff }) => cutoff),
    tagIds: personal.map(({ id }) => id),
    tagCutoffs: personal.map(({ cutoff }) => cutoff),
  }
}

function tagOf(row: {
  name: string
  kind: string
  folder: number | null
  after_days: number | null
}): ArchiveTag {
  const folder = row.folder === null ? null : folderCodes.wordOf(row.folder)
  return { name: row.name, kind: row.kind as TagKind, folder, afterDays: row.after_days }
}

/** Months (first day) that have items in the primary area of a mailbox with an archive, and some that may be due. */
async function monthsToMove(
  { pool }: InPlaceArchiveParts,
  { cutoffs, tagCutoffs }: DueRules,
): Promise<string[]> {
  const latest = [...cutoffs, ...tagCutoffs].reduce((max, cutoff) => (cutoff > max ? cutoff : max), 0n)
  const { rows } = await pool.query<{ month: string }>(
    `select month from item_tally join archive_mailbox using (mailbox_id)
      where area = ${primary} and month <= month_of_message($1)
      group by month having sum(items) > 0 order by month`,
    [latest],
  )
  return rows.map(({ month }) => month)
}

async function moveMonth(
  client: Client,
  { clock }: InPlaceArchiveParts,
  month: string,
  rules: DueRules,
  asOf: number,
): Promise<number> {
  const begin = new Date(`${month}T00:00:00Z`)
  const range = [
    firstMessageIdAt(begin.getTime()),
    firstMessageIdAt(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + 1, 1)),
  ]
  const byFolder = await client.query<{ moved: bigint }>(
    `with moved as (
       update item set area = ${archive}
         from unnest($3::int[], $4::smallint[], $5::bigint[]) as due (mailbox_id, folder, cutoff)
        where item.message_id >= $1 and item.message_id < least($2, due.cutoff)
          and item.mailbox_id = due.mailbox_id and item.folder = due.folder and item.area = ${primary}
          and not exists (select from item_archive_tag as tag
                           where (tag.message_id, tag.mailbox_id) = (item.message_id, item.mailbox_id))
       returning item.message_id
     ), ${noteCandidates}`,
    [...range, rules.mailboxIds, rules.folders, rules.cutoffs],
  )
  const byTag = await client.query<{ moved: bigint }>(
    `with moved as (
       update item set area = ${archive}
         from item_archive_tag as tag join unnest($3::int[], $4::bigint[]) as due (tag_id, cutoff) using (tag_id)
        where item.message_id >= $1 and item.message_id < least($2, due.cutoff) and item.area = ${primary}
          and (item.message_id, item.mailbox_id) = (tag.message_id, tag.mailbox_id)
          and exists (select from archive_mailbox where archive_mailbox.mailbox_id = item.mailbox_id)
       returning item.message_id
     ), ${noteCandidates}`,
    [...range, rules.tagIds, rules.tagCutoffs],
  )
  const moved = Number(byFolder.rows[0]!.moved) + Number(byTag.rows[0]!.moved)
  const facts = { month: month.slice(0, 7), moved, asOf: new Date(asOf).toISOString() }
  if (moved > 0) await noteLogEntries(client, [{ at: clock.now(), kind: 'move', facts }])
  faultPoint('archive.month-before-commit')
  return moved
}

/** Notes which objects the moved messages lie in, and counts the items. */
const noteCandidates = `
     objects as (
       insert into archive_candidate (kind, id)
       select distinct 'segment', block_id >> 13 from message where id in (select message_id from moved)
       union
       select distinct 'attachment', attachment_id from message_attachment
        where attachment_id is not null and message_id in (select message_id from moved)
       on conflict do nothing
     )
     select count(*) as moved from moved`

const candidatesAtOnce = 500

/** An object goes to the cold tier when no item in a primary mailbox needs it. */
async function relocate(parts: InPlaceArchiveParts): Promise<number> {
  let cold = 0
  for (;;) {
    const { rows } = await parts.pool.query<Candidate>(candidateStatement)
    if (rows.length === 0) return cold
    for (const candidate of rows) if (await relocateOne(parts, candidate)) cold += 1
  }
}

interface Candidate {
  readonly kind: 'segment' | 'attachment'
  readonly id: bigint
  readonly object_name: string | null
  readonly needed: boolean
}

const candidateStatement = `
select kind, id,
       case kind when 'segment' then (select object_name from segment where segment.id = candidate.id and cold_at is null)
                 else (select object_name from attachment where attachment.id = candidate.id and cold_at is null) end as object_name,
       case kind when 'segment' then exists (
              select from message join item on item.message_id = message.id
               where block_id >= candidate.id << 13 and block_id < (candidate.id + 1) << 13 and item.area = ${primary})
            else exists (
              select from message_attachment join item using (message_id)
               where attachment_id = candidate.id and item.area = ${primary}) end as needed
  from archive_candidate as candidate order by kind, id limit ${candidatesAtOnce}`

/** The object is moved before the row says so: done again, the move is none. */
async function relocateOne(
  { pool, objects, clock }: InPlaceArchiveParts,
  candidate: Candidate,
): Promise<boolean> {
  const { kind, id, object_name, needed } = candidate
  const goes = object_name !== null && !needed
  if (goes) await objects.makeCold(object_name)
  faultPoint('archive.object-cold')
  await inTransaction(pool, async (client) => {
    if (goes) await client.query(`update ${kind} set cold_at = $2 where id = $1`, [id, new Date(clock.now())])
    await client.query('delete from archive_candidate where kind = $1 and id = $2', [kind, id])
  })
  return goes
}

/** The last run that ended; null before the first. */
export async function lastArchiveRun({ queries }: Pick<InPlaceArchiveParts, 'queries'>) {
  const row = await queries
    .selectFrom('archive_run')
    .selectAll()
    .where('finished_at', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  return {
    asOf: row.as_of.toISOString(),
    finishedAt: row.finished_at!.toISOString(),
    moved: Number(row.moved),
    coldObjects: Number(row.cold_objects),
  }
}
