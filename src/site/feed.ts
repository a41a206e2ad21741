/** What the connector takes from the site: pages of sealed blocks after a cursor, sealed attachments, users. */
import type { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import {
  type ChannelFamily,
  familyCode,
  type PageHeader,
  type recordsQuery,
} from '../domain/feed/contract.ts'
import type { SiteAccount } from './accounts.ts'
import type { SiteParts } from './parts.ts'

export interface FeedPage {
  readonly header: PageHeader
  /** The blocks' ciphertexts, in the header's order. */
  blocks(): AsyncIterable<Uint8Array>
}

const blocksPerPageMax = 200
/** Keeps a page of long messages small enough for both sides' memory. */
const pageBytesMax = 32 * 1024 * 1024

/** The blocks after the cursor, oldest first, up to `limit` records (always one block at least, if there is one). */
export async function readPage(
  parts: SiteParts,
  account: SiteAccount,
  query: z.infer<typeof recordsQuery>,
): Promise<FeedPage> {
  const rows = await blocksAfter(parts, account, query)
  const chosen: typeof rows = []
  let records = 0
  let bytes = 0
  for (const row of rows) {
    if (chosen.length > 0 && (records + row.records > query.limit || bytes + row.bytes > pageBytesMax)) break
    chosen.push(row)
    records += row.records
    bytes += row.bytes
  }
  const after = Number(chosen.at(-1)?.last_sequence ?? query.after)
  const rest = await sql<{ last: bigint; records_after: bigint }>`
    select coalesce(max(last_sequence), 0) as last,
           coalesce(sum(records) filter (where last_sequence > ${after}), 0)::bigint as records_after
      from site_block where account_id = ${account.id} and family = ${familyCode[query.family]}`.execute(
    parts.database,
  )
  const header: PageHeader = {
    blocks: chosen.map((row) => ({
      firstSequence: Number(row.first_sequence),
      records: row.records,
      bytes: row.bytes,
      object: row.object_name,
    })),
    keys: Object.fromEntries(chosen.map((row) => [row.object_name, row.sealed_key!.toString('base64')])),
    lastSequence: Number(rest.rows[0]?.last ?? 0),
    recordsAfter: Number(rest.rows[0]?.records_after ?? 0),
  }
  return { header, blocks: () => readBlocks(parts, chosen) }
}

async function blocksAfter(parts: SiteParts, account: SiteAccount, query: z.infer<typeof recordsQuery>) {
  let blocks = parts.database
    .selectFrom('site_block')
    .innerJoin('site_segment', 'site_segment.id', 'site_block.segment_id')
    .select([
      'site_block.first_sequence',
      'site_block.last_sequence',
      'site_block.records',
      'site_block.bytes',
      'site_block.byte_offset',
      'site_segment.object_name',
      'site_segment.sealed_key',
    ])
    .where('site_block.account_id', '=', account.id)
    .where('site_block.family', '=', familyCode[query.family])
    .where('site_block.last_sequence', '>', BigInt(query.after))
    .where('site_segment.destroyed_at', 'is', null)
  if (query.from) blocks = blocks.where('site_block.captured_at', '>=', new Date(query.from))
  if (query.to) blocks = blocks.where('site_block.captured_at', '<', new Date(query.to))
  return blocks.orderBy('site_block.last_sequence').limit(blocksPerPageMax).execute()
}

type BlockRow = Awaited<ReturnType<typeof blocksAfter>>[number]

/** Neighbouring blocks of one object are read in one go. */
async function* readBlocks(parts: SiteParts, rows: readonly BlockRow[]): AsyncIterable<Uint8Array> {
  for (let place = 0; place < rows.length; ) {
    const first = rows[place]!
    let length = first.bytes
    place += 1
    for (let next = rows[place]; next?.object_name === first.object_name; next = rows[place]) {
      if (Number(next.byte_offset) !== Number(first.byte_offset) + length) break
      length += next.bytes
      place += 1
    }
    yield await parts.objects.get(first.object_name, { offset: Number(first.byte_offset), length })
  }
}

/** The sealed bytes of an attachment from `offset` on, and their whole length. Throws `object-not-found`. */
export async function openAttachment(
  parts: SiteParts,
  account: SiteAccount,
  objectName: string,
  offset: number,
): Promise<{ stream: Readable; sealedBytes: number }> {
  const row = await parts.database
    .selectFrom('site_attachment')
    .select('sealed_bytes')
    .where('account_id', '=', account.id)
    .where('object_name', '=', objectName)
    .executeTakeFirst()
  if (!row) throw new AppError('object-not-found', 'The site holds no such attachment for this account.')
  return {
    stream: await parts.objects.getStream(objectName, { offset }),
    sealedBytes: Number(row.sealed_bytes),
  }
}

/** Notes how far the centre has imported, which lets the site destroy what is older than its keeping time, unless the centre needs it. */
export async function acknowledge(
  parts: SiteParts,
  account: SiteAccount,
  family: ChannelFamily,
  sequence: number,
  keep = false,
): Promise<void> {
  await sql`
    update site_account
       set kept_for_centre = ${keep}, acknowledged_sequence = acknowledged_sequence ||
           jsonb_build_object(${family}::text, greatest(coalesce((acknowledged_sequence ->> ${family})::bigint, 0), ${sequence}))
     where id = ${account.id}`.execute(parts.database)
}
