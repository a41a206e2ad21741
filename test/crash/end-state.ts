/** What a told story must have led to: the same messages, items and exceptions, and nothing besides. */
import { type Verification, verifyArchive } from '../../src/archive/index.ts'
import { decodeRecord } from '../../src/pipeline-sources.ts'
import type { ObjectStore } from '../../src/platform/object-store/object-store.ts'
import type { Pool } from '../../src/platform/postgres/index.ts'
import type { Process } from './world.ts'

/** What two worlds in which the same was captured have in common, whatever happened on the way; sorted. */
export async function endStateOf(pool: Pool): Promise<Record<string, unknown[]>> {
  const state: Record<string, unknown[]> = {}
  for (const [name, statement] of Object.entries(contents)) state[name] = (await pool.query(statement)).rows
  return state
}

const contents = {
  messages: `
    select encode(message_key, 'hex') as key, encode(sha256, 'hex') as sha256, subject, id >> 21 as sent, channel, kind, event,
           has_attachments, email_bytes, item_count,
           (select array_agg(address || ': ' || explanation order by address) from item join mailbox on mailbox.id = mailbox_id
              join mapping_explanation on mapping_explanation.id = explanation_id where message_id = message.id) as mailboxes,
           (select count(*) from observation where message_id = message.id) as observations,
           (select array_agg(name || ' ' || encode(sha256, 'hex') || ' ' || (attachment_id is not null) order by place)
              from message_attachment where message_id = message.id) as attachments
      from message order by message_key`,
  exceptions: `
    select reason, explanation, channel, sent_at, resolved_at is null as open from import_exception order by 1, 2, 3, 4, 5`,
  attachments: `select encode(sha256, 'hex') as sha256, bytes, reference_count from attachment order by sha256`,
  records: `select encode(record_key, 'hex') as key from site_record order by record_key`,
  gaps: `select encode(gap_key, 'hex') as key from site_gap order by gap_key`,
  people: `select identity_type, identity_value, name from participant order by 1, 2`,
  conversations: `select family, vendor_id, name from conversation order by 1, 2`,
  links: `select count(*) from message_link`,
}

/** Sentences about whatever lies about: rows and objects that belong to nothing, work left undone. */
export async function leftOvers(pool: Pool, objects: ObjectStore): Promise<string[]> {
  const found: string[] = []
  for (const [what, statement] of Object.entries(unwanted)) {
    const { rows } = await pool.query<{ name: string }>(statement)
    found.push(...rows.map(({ name }) => `${what}: ${name}`))
  }
  const named = await pool.query<{ name: string }>(
    `select object_name as name from segment union all select object_name from attachment
     union all select object_name from site_segment union all select object_name from site_attachment`,
  )
  const expected = new Set(named.rows.map(({ name }) => name))
  for await (const { name } of objects.list('')) {
    if (!expected.delete(name)) found.push(`an object that no row names: ${name}`)
  }
  for (const name of expected) found.push(`an object that is missing: ${name}`)
  return found
}

const unwanted = {
  'a staged page': 'select object_name as name from staged_page join segment on segment.id = segment_id',
  'a dead object': 'select object_name as name from dead_object',
  'a segment that was not adopted': 'select object_name as name from segment where adopted_at is null',
  'a segment that nothing lies in': `
    select object_name as name from segment where not exists (
      select from block where segment_id = segment.id and (
        exists (select from message where block_id = block.id) or exists (select from observation where block_id = block.id)
        or exists (select from import_exception where block_id = block.id)))`,
  'a kept catalogue without an exception': `
    select id::text as name from exception_catalogue
     where not exists (select from import_exception where catalogue_id = exception_catalogue.id)`,
  'an attachment nobody refers to': 'select object_name as name from attachment where reference_count = 0',
  'a run that never ended': `select id::text as name from import_run where state in ('running', 'queued')`,
  'a capture that never ended': 'select id::text as name from site_capture where finished_at is null',
  'a record without a block': `
    select sequence::text as name from site_record where not exists (
      select from site_block where account_id = site_record.account_id and sequence between first_sequence and last_sequence)`,
  'a journal segment without a block': `
    select object_name as name from site_segment where not exists (select from site_block where segment_id = site_segment.id)`,
  'a connector behind the journal': `
    select name from connector where staged_sequence <> imported_sequence or imported_sequence <> (
      select max(last_sequence) from site_block where family = case type when 'whatsapp' then 1 else 2 end)`,
  'a mark of acknowledgement that lags': `
    select type as name from connector, site_account
     where (acknowledged_sequence ->> type)::bigint is distinct from imported_sequence`,
}

export function verifyAll({ centre }: Process): Promise<Verification> {
  return verifyArchive(centre, { full: true, decode: decodeRecord })
}
