/**
 * Verification: catalogue against itself, index against catalogue, objects against rows; with `full` every e-mail
 * against its hash and every index entry against the message it was made from. It changes nothing.
 */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { LogParts } from './log/parts.ts'
import { verifyLog } from './log/verify-log.ts'
import type { ArchiveParts } from './parts.ts'
import type { Problem, ProblemList } from './problem.ts'
import { type DecodeRecord, verifyContent } from './verify-content.ts'

export interface VerifyOptions {
  /** All content instead of a sample. */
  readonly full: boolean
  /** The sources' decoding, to derive the index anew. */
  readonly decode: DecodeRecord
  /** Told of messages whose content has been checked. */
  readonly onProgress?: (checked: number, total: number) => void
}

export interface Verification {
  readonly ok: boolean
  readonly messages: number
  readonly items: number
  /** Messages that the index holds. */
  readonly indexed: number
  /** Messages whose content was opened, hashed and compared with the index. */
  readonly contentChecked: number
  /** Entries of the integrity log that were read and hashed. */
  readonly logEntriesChecked: number
  /** The first hundred; `problemCount` counts all. */
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

const problemsListedMax = 100
const sampleMessages = 1_000

export async function verifyArchive(parts: LogParts, options: VerifyOptions): Promise<Verification> {
  const problems: Problem[] = []
  let problemCount = 0
  const list: ProblemList = {
    add(code, message) {
      problemCount += 1
      if (problems.length < problemsListedMax) problems.push({ code, message })
    },
  }
  const counts = await countCatalogue(parts.queries)
  await verifyCatalogue(parts.queries, list)
  await verifyObjects(parts, list)
  const contentChecked = await verifyContent(parts, list, {
    decode: options.decode,
    sample: options.full ? null : Math.min(1, sampleMessages / Math.max(1, counts.messages)),
    onProgress: (checked) => options.onProgress?.(checked, options.full ? counts.messages : sampleMessages),
  })
  const { entries } = await verifyLog(parts, list, options.full)
  return {
    ok: problemCount === 0,
    ...counts,
    contentChecked,
    logEntriesChecked: entries,
    problems,
    problemCount,
  }
}

async function countCatalogue(
  queries: Queries,
): Promise<{ messages: number; items: number; indexed: number }> {
  const answer = await sql<{ messages: bigint; items: bigint; indexed: bigint }>`
    select (select count(*) from message) as messages, (select count(*) from item) as items,
           (select count(*) from message where length(words) > 0) as indexed`.execute(queries)
  const row = answer.rows[0]!
  return { messages: Number(row.messages), items: Number(row.items), indexed: Number(row.indexed) }
}

/** Rows that contradict each other; each statement answers the sentence of each contradiction. */
const contradictions: Readonly<Record<string, string>> = {
  'item-count-wrong': `
    select 'message ' || message.id || ' counts ' || item_count || ' items and has ' || count(item.message_id) as problem
      from message left join item on item.message_id = message.id
     group by message.id, item_count having item_count <> count(item.message_id)`,
  'item-without-message': `
    select 'item of message ' || message_id || ' in mailbox ' || mailbox_id || ' has no message' as problem
      from item where not exists (select from message where message.id = item.message_id)`,
  'item-tally-wrong': `
    select 'mailbox ' || mailbox_id || ' counts ' || sum(tallied) || ' items in folder ' || folder || ', area ' || area
           || ', of ' || to_char(month, 'YYYY-MM') || ' and has ' || sum(held) as problem
      from (select mailbox_id, folder, area, month, items as tallied, 0 as held from item_tally
            union all
            select mailbox_id, folder, area, month_of_message(message_id), 0, 1 from item) as both_counts
     group by mailbox_id, folder, area, month having sum(tallied) <> sum(held)`,
  'block-missing': `
    select 'message ' || message.id || ' lies in block ' || block_id || ', which is not in the catalogue' as problem
      from message where not exists (select from block where block.id = message.block_id)
     union all
    select 'an observation of message ' || message_id || ' lies in block ' || block_id || ', which is not in the catalogue'
      from observation where not exists (select from block where block.id = observation.block_id)
     union all
    select 'import exception ' || import_exception.id || ' lies in block ' || block_id || ', which is not in the catalogue'
      from import_exception where resolved_at is null and not exists (select from block where block.id = import_exception.block_id)`,
  'disposed-item-there': `
    select 'the item of message ' || d.message_id || ' in mailbox ' || d.mailbox_id || ' is there, although disposition run '
           || d.run_id || ' says that it is gone' as problem
      from disposition_item as d join item using (message_id, mailbox_id) where d.state = 'disposed'`,
  'message-without-item': `
    select 'message ' || message.id || ' is in no mailbox' as problem from message
     where item_count = 0 and not exists (select from item where item.message_id = message.id)`,
  'message-doubled': `
    select 'message key ' || encode(message_key, 'hex') || ' stands ' || count(*) || ' times' as problem
      from message group by message_key having count(*) > 1`,
  'long-text-incomplete': `
    select 'message ' || message.id || ' should have ' || parts || ' index parts' as problem
      from message where parts > 1 and parts - 1 <> (select count(*) from long_text where message_id = message.id)`,
  'attachment-references-wrong': `
    select 'attachment ' || attachment.id || ' counts ' || reference_count || ' references and has ' || count(message_id) as problem
      from attachment left join message_attachment on attachment_id = attachment.id
     where staged_page_id is null
     group by attachment.id, reference_count having reference_count <> count(message_id)`,
}

async function verifyCatalogue(queries: Queries, problems: ProblemList): Promise<void> {
  for (const [code, statement] of Object.entries(contradictions)) {
    const found = await sql<{ problem: string }>`${sql.raw(statement)}`.execute(queries)
    for (const { problem } of found.rows) problems.add(code, problem)
  }
}

/** Every object that a row names is there, in its length; every object there is named by a row. */
async function verifyObjects({ queries, objects }: ArchiveParts, problems: ProblemList): Promise<void> {
  const named = await sql<{ object_name: string; bytes: bigint | null }>`
    select object_name, bytes from segment
    union all select object_name, null from attachment
    union all select catalogue_object, null from staged_page
    union all select object_name, null from dead_object`.execute(queries)
  const expected = new Map(named.rows.map((row) => [row.object_name, row.bytes]))
  for await (const { name, bytes } of objects.list('segments/')) {
    const length = expected.get(name)
    if (length === undefined) {
      if (!(await isUpcoming(queries, name)))
        problems.add(
          'object-unknown',
          `The object ${name} belongs to no row; the next run of its connector sweeps it.`,
        )
    } else if (length !== null && Number(length) !== bytes) {
      problems.add('object-length-wrong', `The object ${name} is ${bytes} bytes long instead of ${length}.`)
    }
    expected.delete(name)
  }
  const dead = await queries.selectFrom('dead_object').select('object_name').execute()
  for (const { object_name } of dead) expected.delete(object_name)
  for (const name of expected.keys())
    problems.add('object-missing', `The object ${name} is not in the object store; restore it from a backup.`)
}

/** Objects of the page after a connector's cursor are being written, or were when their process died: they are written again. */
async function isUpcoming(queries: Queries, name: string): Promise<boolean> {
  const [, connectorId, after] = /^segments\/(\d+)\/feed\/(\d+)/.exec(name) ?? []
  if (connectorId === undefined || after === undefined) return false
  const connector = await queries
    .selectFrom('connector')
    .select('staged_sequence')
    .where('id', '=', Number(connectorId))
    .executeTakeFirst()
  return connector !== undefined && Number(connector.staged_sequence) === Number(after)
}
