/** Which records of a batch the journal holds already. */
import { sql } from 'kysely'
import type { CapturedRecord } from '../sources/source.ts'
import type { SiteAccount } from './accounts.ts'
import { authorsInFile } from './authors-in-file.ts'
import type { SiteParts } from './parts.ts'
import type { Alignment, RecordKeyer, RecordKeys } from './record-key.ts'

export interface KeyedRecord {
  readonly record: CapturedRecord
  readonly keys: RecordKeys
  /** How many attachments it was captured with before, where that was fewer. */
  readonly attachmentsBefore?: number
}

export interface KnownRecords {
  readonly known: ReadonlySet<KeyedRecord>
  /** Further keys of records the journal holds: lines whose author was renamed since they were captured. */
  readonly aliases: readonly {
    readonly recordKey: Buffer
    readonly sequence: bigint
    readonly attachments: number
  }[]
}

/**
 * The members of `batch` that are known: their key is in the journal, or stood earlier in the batch, or they
 * are lines of an export whose author was renamed since it was last captured.
 */
export async function knownRecords(
  parts: SiteParts,
  account: SiteAccount,
  keyer: RecordKeyer,
  batch: readonly KeyedRecord[],
): Promise<KnownRecords> {
  const existing = await keysInJournal(
    parts,
    account,
    batch.map(({ keys }) => keys.recordKey),
  )
  const known = new Set<KeyedRecord>()
  for (const candidate of batch) {
    const key = candidate.keys.recordKey.toString('base64')
    if (existing.has(key)) known.add(candidate)
    existing.set(key, candidate.record.attachments.length)
  }
  const strangers = batch.filter((candidate) => !known.has(candidate))
  const renamed = await renamedRecords(parts, account, keyer, strangers)
  for (const { stranger } of renamed) known.add(stranger)
  const aliases = renamed.map(({ stranger, sequence }) => ({
    recordKey: stranger.keys.recordKey,
    sequence,
    attachments: stranger.record.attachments.length,
  }))
  return { known, aliases }
}

/**
 * The batch with its final keys. A vendor's id that comes with other words than the first time belongs to another
 * message: the first keeps the plain key (what recalls refer to), each further one gets a key of its own.
 */
export async function settleKeys(
  parts: SiteParts,
  account: SiteAccount,
  keyer: RecordKeyer,
  batch: readonly KeyedRecord[],
): Promise<KeyedRecord[]> {
  const first = await firstFingerprints(
    parts,
    account,
    batch.flatMap(({ keys }) => (keys.vendor ? [keys.vendor.idTag] : [])),
  )
  return batch.map((candidate) => {
    const { vendor } = candidate.keys
    if (!vendor) return candidate
    const id = vendor.idTag.toString('base64')
    const fingerprint = vendor.fingerprintTag.toString('base64')
    const before = first.get(id)
    if (before === undefined) first.set(id, fingerprint)
    return before === undefined || before === fingerprint
      ? candidate
      : { ...candidate, keys: keyer.keysOfSecond(candidate.record) }
  })
}

/**
 * The batch, with keys of their own for known records that come with more attachments than they were captured
 * with (a folder of media was forgotten): the centre takes them as further observations, and nobody loses a file.
 */
export async function completeAttachments(
  parts: SiteParts,
  account: SiteAccount,
  keyer: RecordKeyer,
  batch: readonly KeyedRecord[],
): Promise<readonly KeyedRecord[]> {
  const attached = batch.filter(({ record }) => record.attachments.length > 0)
  if (attached.length === 0) return batch
  const existing = await keysInJournal(
    parts,
    account,
    attached.map(({ keys }) => keys.recordKey),
  )
  return batch.map(({ record, keys }) => {
    const before = existing.get(keys.recordKey.toString('base64'))
    const now = record.attachments.length
    return before !== undefined && before < now
      ? { record, keys: keyer.keysWithAttachments(keys, now), attachmentsBefore: before }
      : { record, keys }
  })
}

/** By vendor's id: what the message said that had the id first. */
async function firstFingerprints(
  parts: SiteParts,
  account: SiteAccount,
  idTags: readonly Buffer[],
): Promise<Map<string, string>> {
  if (idTags.length === 0) return new Map()
  const rows = await parts.database
    .selectFrom('site_record')
    .select(['vendor_id_tag', 'fingerprint_tag'])
    .distinctOn('vendor_id_tag')
    .where('account_id', '=', account.id)
    .where('vendor_id_tag', '=', sql<Buffer>`any(${idTags}::bytea[])`)
    .orderBy('vendor_id_tag')
    .orderBy('sequence')
    .execute()
  return new Map(
    rows.map((row) => [row.vendor_id_tag!.toString('base64'), row.fingerprint_tag!.toString('base64')]),
  )
}

/** By key (base64): how many attachments the record was captured with. */
async function keysInJournal(
  parts: SiteParts,
  account: SiteAccount,
  keys: readonly Buffer[],
): Promise<Map<string, number>> {
  const rows = await parts.database
    .selectFrom('site_record')
    .select(['record_key', 'attachments'])
    .where('account_id', '=', account.id)
    .where('record_key', '=', sql<Buffer>`any(${keys}::bytea[])`)
    .execute()
  return new Map(rows.map((row) => [row.record_key.toString('base64'), row.attachments]))
}

/**
 * Lines that an earlier export of the chat shows at the same time with the same body under another author,
 * where the new name was never seen in the chat before and the old one no longer occurs in the file: the
 * contact was renamed on the phone. Anything less certain is a new record; doubling can be linked, loss cannot.
 */
async function renamedRecords(
  parts: SiteParts,
  account: SiteAccount,
  keyer: RecordKeyer,
  strangers: readonly KeyedRecord[],
): Promise<{ stranger: KeyedRecord; sequence: bigint }[]> {
  const candidates = strangers.flatMap((stranger) => {
    const { alignment } = stranger.keys
    return alignment ? [{ stranger, alignment }] : []
  })
  if (candidates.length === 0) return []
  const rows = await parts.database
    .selectFrom('site_record')
    .select(['authorless_key', 'author_tag', 'sequence'])
    .where('account_id', '=', account.id)
    .where(
      'authorless_key',
      '=',
      sql<Buffer>`any(${candidates.map(({ alignment }) => alignment.authorlessKey)}::bytea[])`,
    )
    .execute()
  const authorsOf = Map.groupBy(rows, (row) => String(row.authorless_key?.toString('base64')))
  const knownAuthors =
    rows.length === 0 ? new Set<string>() : await authorsInJournal(parts, account, candidates)
  return candidates.flatMap(({ stranger, alignment }) => {
    const former = authorsOf.get(alignment.authorlessKey.toString('base64')) ?? []
    const inFile = authorsInFile(keyer, stranger.record)
    const isNewName = !knownAuthors.has(authorKey(alignment.chatTag, alignment.authorTag))
    const underOldName = former.find(
      (row) => row.author_tag !== null && !inFile.has(row.author_tag.toString('base64')),
    )
    return isNewName && underOldName && inFile.size > 0 ? [{ stranger, sequence: underOldName.sequence }] : []
  })
}

async function authorsInJournal(
  parts: SiteParts,
  account: SiteAccount,
  candidates: readonly { alignment: Alignment }[],
): Promise<Set<string>> {
  const chats = candidates.map(({ alignment }) => alignment.chatTag)
  const rows = await parts.database
    .selectFrom('site_record')
    .select(['chat_tag', 'author_tag'])
    .distinct()
    .where('account_id', '=', account.id)
    .where('chat_tag', '=', sql<Buffer>`any(${chats}::bytea[])`)
    .execute()
  return new Set(
    rows.flatMap((row) => (row.chat_tag && row.author_tag ? [authorKey(row.chat_tag, row.author_tag)] : [])),
  )
}

function authorKey(chatTag: Buffer, authorTag: Buffer): string {
  return `${chatTag.toString('base64')} ${authorTag.toString('base64')}`
}
