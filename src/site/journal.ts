/** Writing a batch of records into the journal, and what the journal says of itself. */
import { sql } from 'kysely'
import { AppError, isAppError } from '../domain/errors.ts'
import { type FramedRecord, frameBlock } from '../domain/feed/block-frame.ts'
import {
  blockSealContext,
  type ChannelFamily,
  channelFamilies,
  familyCode,
  familyOfChannel,
} from '../domain/feed/contract.ts'
import { faultPoint } from '../platform/faults.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { compress, sealBlock, sealToPublicKey } from '../platform/sealing/index.ts'
import type { CapturedRecord } from '../sources/source.ts'
import type { SiteAccount } from './accounts.ts'
import { resolveChatNames } from './chat-names.ts'
import { type AttachmentFailure, type StoredAttachment, storeAttachments } from './journal-attachments.ts'
import {
  completeAttachments,
  type KeyedRecord,
  type KnownRecords,
  knownRecords,
  settleKeys,
} from './known-records.ts'
import type { SiteParts } from './parts.ts'
import type { RecordKeyer, RecordKeys } from './record-key.ts'

export interface Batch {
  readonly account: SiteAccount
  readonly captureId: bigint
  /** From 1, within the capture. */
  readonly batchNumber: number
  readonly source: string
  readonly keyer: RecordKeyer
  readonly records: readonly CapturedRecord[]
  readonly onAttachmentFailure?: AttachmentFailure
  /** Written in the transaction of the batch: `fresh` are its new records, `settled` all but those left for later. */
  also(
    transaction: Queries,
    fresh: readonly CapturedRecord[],
    settled: readonly CapturedRecord[],
  ): Promise<void>
}

interface NewRecord {
  readonly record: CapturedRecord
  readonly keys: RecordKeys
  readonly stored: readonly StoredAttachment[]
}

const recordsPerBlock = 500
const blockBytes = 4 * 1024 * 1024

/**
 * Journals what is new of a batch: attachments first (streamed, sealed, one object each), then one object of
 * sealed blocks and all rows in one transaction that holds the account's row, so that sequences are allotted
 * in commit order and a reader's cursor can never skip a late one.
 */
export async function writeBatch(
  parts: SiteParts,
  batch: Batch,
): Promise<{
  captured: number
  duplicates: number
  attachments: number
  /** Records whose attachments cannot be had now; nothing of them was written. */
  later: readonly CapturedRecord[]
}> {
  const { keyed, known, aliases } = await keyedRecords(parts, batch)
  const { fresh, later, attachments } = await storeFresh(
    parts,
    batch,
    keyed.filter((candidate) => !known.has(candidate)),
  )
  await commitBatch(parts, batch, fresh, aliases, (transaction) => {
    const settled = later.length === 0 ? batch.records : batch.records.filter((one) => !later.includes(one))
    return batch.also(
      transaction,
      fresh.map(({ record }) => record),
      settled,
    )
  }).catch(async (error) => {
    if (isAppError(error, 'interrupted')) await unfinish(parts, batch)
    throw error
  })
  faultPoint('capture.committed')
  const captured = fresh.length
  return { captured, duplicates: keyed.length - captured - later.length, attachments, later }
}

async function keyedRecords(parts: SiteParts, batch: Batch) {
  const chats = await resolveChatNames(parts, batch.account, batch.keyer, batch.records)
  const plain = batch.records.map((record) => {
    const chat = batch.keyer.chatTag(record)
    return { record, keys: batch.keyer.keysOf(record, chat ? chats.get(chat.toString('base64')) : undefined) }
  })
  const settled = await settleKeys(parts, batch.account, batch.keyer, plain)
  const keyed = await completeAttachments(parts, batch.account, batch.keyer, settled)
  return { keyed, ...(await knownRecords(parts, batch.account, batch.keyer, keyed)) }
}

/** Live sources fetch over the network, where one attachment at a time would be slow. */
const fetchedAtOnce = 6

async function storeFresh(
  parts: SiteParts,
  batch: Batch,
  candidates: readonly KeyedRecord[],
): Promise<{ fresh: NewRecord[]; later: CapturedRecord[]; attachments: number }> {
  const outcomes: (readonly StoredAttachment[] | null)[] = []
  const width = batch.onAttachmentFailure ? fetchedAtOnce : 1
  let place = 0
  const storeOn = async () => {
    for (let own = place++; own < candidates.length; own = place++)
      outcomes[own] = await storeAttachments(parts, batch, candidates[own]!.record)
  }
  const withAttachments = candidates.some(({ record }) => record.attachments.length > 0)
  if (withAttachments) await Promise.all(Array.from({ length: width }, storeOn))
  const fresh: NewRecord[] = []
  const later: CapturedRecord[] = []
  candidates.forEach(({ record, keys, attachmentsBefore }, own) => {
    const stored = withAttachments ? outcomes[own]! : []
    if (stored === null) later.push(record)
    // It was captured before with as many: what it lacked then cannot be had now either.
    else if (attachmentsBefore === undefined || stored.length > attachmentsBefore)
      fresh.push({ record, keys, stored })
  })
  const attachments = fresh.reduce((sum, { stored }) => sum + stored.length, 0)
  return { fresh, later, attachments }
}

async function commitBatch(
  parts: SiteParts,
  batch: Batch,
  fresh: readonly NewRecord[],
  aliases: KnownRecords['aliases'],
  also: (transaction: Queries) => Promise<void>,
): Promise<void> {
  const capturedAt = parts.clock.now()
  await parts.database.transaction().execute(async (transaction) => {
    await requireUnfinished(transaction, batch)
    const { last_sequence: before } = await transaction
      .selectFrom('site_account')
      .select('last_sequence')
      .where('id', '=', batch.account.id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    let next = Number(before) + 1
    for (const family of channelFamilies) {
      const members = fresh.filter(({ record }) => familyOfChannel(record.channel) === family)
      if (members.length === 0) continue
      await writeSegment(parts, transaction, batch, family, members, next, capturedAt)
      next += members.length
    }
    for (const { recordKey, sequence, attachments } of aliases) {
      await transaction
        .insertInto('site_record')
        .values({ account_id: batch.account.id, record_key: recordKey, sequence, attachments })
        .execute()
    }
    await also(transaction)
    faultPoint('capture.before-commit')
    await transaction
      .updateTable('site_account')
      .set({ last_sequence: BigInt(next - 1) })
      .where('id', '=', batch.account.id)
      .execute()
  })
}

/** Another capture of the account finishes and sweeps this one if it believes it dead: its objects are gone then. */
async function requireUnfinished(transaction: Queries, { captureId, account }: Batch): Promise<void> {
  const capture = await transaction
    .selectFrom('site_capture')
    .select('id')
    .where('id', '=', captureId)
    .where('finished_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  if (capture) return
  throw new AppError(
    'interrupted',
    `Another capture of "${account.name}" began when this one lost its connection; capture the files again: what is captured stays.`,
  )
}

/** What it wrote since it was swept is the next capture's to sweep. */
async function unfinish(parts: SiteParts, { captureId }: Batch): Promise<void> {
  await parts.database
    .updateTable('site_capture')
    .set({ finished_at: null })
    .where('id', '=', captureId)
    .execute()
}

/** Seals one family's records into one object and writes their rows. */
async function writeSegment(
  parts: SiteParts,
  transaction: Queries,
  batch: Batch,
  family: ChannelFamily,
  members: readonly NewRecord[],
  firstSequence: number,
  capturedAt: number,
): Promise<void> {
  const { account } = batch
  const object = `journal/${account.id}/${batch.captureId}/${batch.batchNumber}-${family}`
  const dataKey = parts.random.bytes(32)
  const blocks = splitIntoBlocks(members).map(({ from, members: inBlock }) => {
    const first = firstSequence + from
    const frame = frameBlock(inBlock.map((member) => framed(batch.source, member, capturedAt)))
    const sealed = sealBlock(
      dataKey,
      compress(frame),
      blockSealContext({ object, firstSequence: first }),
      parts.random,
    )
    return { first, records: inBlock.length, sealed }
  })
  const bytes = Buffer.concat(blocks.map((block) => block.sealed))
  await parts.objects.put(object, bytes)
  faultPoint('capture.segment-written')
  const segment = await transaction
    .insertInto('site_segment')
    .values({
      account_id: account.id,
      object_name: object,
      bytes: BigInt(bytes.byteLength),
      sealed_key: sealToPublicKey(account.publicKey, dataKey, parts.random),
      created_at: new Date(capturedAt),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  let offset = 0
  for (const block of blocks) {
    await transaction
      .insertInto('site_block')
      .values({
        account_id: account.id,
        family: familyCode[family],
        first_sequence: BigInt(block.first),
        last_sequence: BigInt(block.first + block.records - 1),
        segment_id: segment.id,
        byte_offset: BigInt(offset),
        bytes: block.sealed.byteLength,
        records: block.records,
        captured_at: new Date(capturedAt),
      })
      .execute()
    offset += block.sealed.byteLength
  }
  await insertRecordRows(transaction, account, members, firstSequence)
}

function splitIntoBlocks(members: readonly NewRecord[]): { from: number; members: NewRecord[] }[] {
  const blocks: { from: number; members: NewRecord[]; bytes: number }[] = []
  members.forEach((member, place) => {
    const last = blocks.at(-1)
    const bytes =
      member.record.bytes.byteLength +
      member.stored.reduce((sum, attachment) => sum + attachment.framedBytes, 0)
    if (!last || last.members.length >= recordsPerBlock || last.bytes + bytes > blockBytes) {
      blocks.push({ from: place, members: [member], bytes })
    } else {
      last.members.push(member)
      last.bytes += bytes
    }
  })
  return blocks
}

function framed(source: string, { record, keys, stored }: NewRecord, capturedAt: number): FramedRecord {
  return {
    source,
    channel: record.channel,
    bytes: record.bytes,
    place: record.place,
    context: record.context,
    messageKey: keys.messageKey,
    capturedAt,
    ...(record.custodian === undefined ? {} : { custodian: record.custodian }),
    attachments: stored.map((attachment) => attachment.framed),
  }
}

async function insertRecordRows(
  transaction: Queries,
  account: SiteAccount,
  members: readonly NewRecord[],
  firstSequence: number,
): Promise<void> {
  const keys = members.map((member) => member.keys)
  await sql`
    insert into site_record (account_id, record_key, sequence, authorless_key, author_tag, chat_tag,
                             chatless_key, vendor_id_tag, fingerprint_tag, shared_id_tag, attachments)
    select ${account.id}, record_key, ${firstSequence} + place - 1, authorless_key, author_tag, chat_tag,
           chatless_key, vendor_id_tag, fingerprint_tag, shared_id_tag, attachments
      from unnest(
        ${keys.map((key) => key.recordKey)}::bytea[],
        ${keys.map((key) => key.alignment?.authorlessKey ?? null)}::bytea[],
        ${keys.map((key) => key.alignment?.authorTag ?? null)}::bytea[],
        ${keys.map((key) => key.alignment?.chatTag ?? null)}::bytea[],
        ${keys.map((key) => key.alignment?.chatlessKey ?? null)}::bytea[],
        ${keys.map((key) => key.vendor?.idTag ?? null)}::bytea[],
        ${keys.map((key) => key.vendor?.fingerprintTag ?? null)}::bytea[],
        ${keys.map((key) => key.vendor?.sharedIdTag ?? null)}::bytea[],
        ${members.map(({ stored }) => stored.length)}::smallint[]
      ) with ordinality
        as new_record (record_key, authorless_key, author_tag, chat_tag, chatless_key, vendor_id_tag,
                       fingerprint_tag, shared_id_tag, attachments, place)`.execute(transaction)
  const objects = members.flatMap(({ stored }, place) =>
    stored.flatMap(({ object }) => (object ? [{ ...object, sequence: firstSequence + place }] : [])),
  )
  if (objects.length === 0) return
  await transaction
    .insertInto('site_attachment')
    .values(
      objects.map((object) => ({
        account_id: account.id,
        sequence: BigInt(object.sequence),
        object_name: object.name,
        sealed_bytes: BigInt(object.sealedBytes),
      })),
    )
    .execute()
}

export interface JournalStatus {
  readonly account: string
  readonly records: number
  readonly lastSequence: number
  readonly byFamily: Record<
    ChannelFamily,
    { records: number; lastSequence: number; acknowledgedSequence: number }
  >
  readonly attachments: number
  readonly sealedBytes: number
  readonly gaps: readonly { reason: string; source: string; count: number }[]
}

/** Counts, last sequence and gaps of an account's journal; nothing of it can be read at the site. */
export async function journalStatus(parts: SiteParts, account: SiteAccount): Promise<JournalStatus> {
  const { database } = parts
  const ofAccount = await database
    .selectFrom('site_account')
    .select(['last_sequence', 'acknowledged_sequence'])
    .where('id', '=', account.id)
    .executeTakeFirstOrThrow()
  const acknowledged = ofAccount.acknowledged_sequence as Partial<Record<ChannelFamily, number>>
  const families = await database
    .selectFrom('site_block')
    .select(['family', sql<bigint>`sum(records)`.as('records'), sql<bigint>`max(last_sequence)`.as('last')])
    .where('account_id', '=', account.id)
    .groupBy('family')
    .execute()
  const totals = await sql<{ attachments: bigint; attachment_bytes: bigint; segment_bytes: bigint }>`
    select (select count(*) from site_attachment where account_id = ${account.id}) as attachments,
           (select coalesce(sum(sealed_bytes), 0)::bigint from site_attachment where account_id = ${account.id}) as attachment_bytes,
           (select coalesce(sum(bytes), 0)::bigint from site_segment where account_id = ${account.id}) as segment_bytes
    `.execute(database)
  const gaps = await database
    .selectFrom('site_gap')
    .select(['reason', 'source', sql<bigint>`count(*)`.as('count')])
    .where('account_id', '=', account.id)
    .where('closed_at', 'is', null)
    .groupBy(['reason', 'source'])
    .orderBy('reason')
    .execute()
  const statusOf = (family: ChannelFamily) => {
    const row = families.find((candidate) => candidate.family === familyCode[family])
    return {
      records: Number(row?.records ?? 0),
      lastSequence: Number(row?.last ?? 0),
      acknowledgedSequence: acknowledged[family] ?? 0,
    }
  }
  const total = totals.rows[0]
  return {
    account: account.name,
    records: families.reduce((sum, row) => sum + Number(row.records), 0),
    lastSequence: Number(ofAccount.last_sequence),
    byFamily: { whatsapp: statusOf('whatsapp'), wechat: statusOf('wechat') },
    attachments: Number(total?.attachments ?? 0),
    sealedBytes: Number(total?.attachment_bytes ?? 0) + Number(total?.segment_bytes ?? 0),
    gaps: gaps.map((gap) => ({ reason: gap.reason, source: gap.source, count: Number(gap.count) })),
  }
}
