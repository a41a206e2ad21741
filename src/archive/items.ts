/** One item and everything the catalogue knows about it. */
import { sql } from 'kysely'
import {
  areaCodes,
  channelCodes,
  eventCodes,
  folderCodes,
  identityTypeCodes,
  kindCodes,
  sentAtOfMessageId,
} from '../domain/codes.ts'
import { AppError } from '../domain/errors.ts'
import type { RawRecord } from '../domain/record.ts'
import type { ContentReader } from './content.ts'
import { itemClassOf } from './item-class.ts'
import { parseItemId } from './item-id.ts'
import type { ArchiveParts } from './parts.ts'
import { notPersonal } from './personal.ts'

export interface ItemParticipant {
  readonly role: 'from' | 'to' | 'custodian'
  readonly type: string
  readonly value: string
  readonly name: string | null
}

export interface ItemFacts {
  readonly id: string
  readonly message: string
  readonly mailbox: string
  readonly folder: string
  readonly area: string
  readonly channel: string
  readonly kind: string
  readonly event: string
  readonly itemClass: string
  readonly subject: string
  readonly conversation: {
    readonly id: string
    readonly name: string | null
    readonly type: 'direct' | 'group'
  }
  readonly participants: readonly ItemParticipant[]
  readonly sentAt: string
  /** The later reading of an ambiguous local time. */
  readonly sentAtLatest: string | null
  readonly offsetMinutes: number
  readonly capturedAt: string
  readonly receivedAt: string
  /** Why the item is in this mailbox; and who else has it. */
  readonly mapping: { readonly explanation: string; readonly participant: string | null }
  readonly otherMailboxes: readonly string[]
  readonly attachments: readonly {
    readonly name: string
    readonly type: string
    readonly bytes: number
    readonly sha256: string
  }[]
  readonly observations: readonly {
    readonly sequence: number
    readonly custodian: string | null
    readonly capturedAt: string
  }[]
  readonly refersTo: string | null
  /** Later events that point at this message (an edit, a recall …), as message ids with what they are. */
  readonly referredBy: readonly {
    readonly message: string
    readonly event: string
    readonly sentAt: string
  }[]
  readonly links: readonly { readonly message: string; readonly score: number; readonly evidence: string }[]
  readonly hashes: { readonly emailSha256: string; readonly emailBytes: number }
}

type ItemParts = Pick<ArchiveParts, 'queries'>

/** Throws `item-not-found`. */
export async function itemFacts({ queries }: ItemParts, id: string): Promise<ItemFacts> {
  const { messageId, mailboxId } = parseItemId(id)
  const row = await itemRow(queries, messageId, mailboxId)
  if (!row) throw new AppError('item-not-found', `There is no item "${id}"; take an id from a search.`)
  const [{ participants }, attachments, observations, referredBy, links, others] = await Promise.all([
    participantsOf(queries, row),
    queries
      .selectFrom('message_attachment')
      .selectAll()
      .where('message_id', '=', messageId)
      .orderBy('place')
      .execute(),
    observationsOf(queries, row),
    eventsAbout(queries, row),
    linksOf(queries, messageId),
    queries
      .selectFrom('item')
      .innerJoin('mailbox', 'mailbox.id', 'item.mailbox_id')
      .select('address')
      .where('message_id', '=', messageId)
      .where('mailbox_id', '<>', mailboxId)
      .orderBy('address')
      .execute(),
  ])
  const sentAt = sentAtOfMessageId(messageId)
  const channel = channelCodes.wordOf(row.channel)
  const kind = kindCodes.wordOf(row.kind)
  const event = eventCodes.wordOf(row.event)
  return {
    id,
    message: messageId.toString(36),
    mailbox: row.address,
    folder: folderCodes.wordOf(row.folder),
    area: areaCodes.wordOf(row.area),
    channel,
    kind,
    event,
    itemClass: itemClassOf({ channel, kind, event }),
    subject: row.subject,
    conversation: {
      id: row.conversation_vendor_id,
      name: row.conversation_name,
      type: row.conversation_type === 1 ? 'direct' : 'group',
    },
    participants,
    sentAt: new Date(sentAt).toISOString(),
    sentAtLatest:
      row.latest_minutes === null ? null : new Date(sentAt + row.latest_minutes * 60_000).toISOString(),
    offsetMinutes: row.offset_minutes,
    capturedAt: row.captured_at.toISOString(),
    receivedAt: row.received_at.toISOString(),
    mapping: { explanation: row.explanation, participant: row.participant_value },
    otherMailboxes: others.map(({ address }) => address),
    attachments: attachments.map(({ name, media_type, bytes, sha256 }) => ({
      name,
      type: media_type,
      bytes: Number(bytes),
      sha256: sha256.toString('hex'),
    })),
    observations,
    refersTo: row.refers_to_key === null ? null : await messageOfKey(queries, row.refers_to_key),
    referredBy,
    links,
    hashes: { emailSha256: row.sha256.toString('hex'), emailBytes: Number(row.email_bytes) },
  }
}

/** The raw record an item was made from, exactly as captured. Throws `item-not-found`. */
export async function openRawRecord(
  { queries }: ItemParts,
  reader: ContentReader,
  id: string,
): Promise<RawRecord> {
  const { messageId, mailboxId } = parseItemId(id)
  const row = await itemRow(queries, messageId, mailboxId)
  if (!row) throw new AppError('item-not-found', `There is no item "${id}"; take an id from a search.`)
  return (await reader.record({ blockId: row.block_id, place: row.place })).raw
}

/** Nothing for an item that is hidden as personal. */
export function itemRow(queries: ArchiveParts['queries'], messageId: bigint, mailboxId: number) {
  return queries
    .selectFrom('item')
    .innerJoin('message', 'message.id', 'item.message_id')
    .innerJoin('mailbox', 'mailbox.id', 'item.mailbox_id')
    .innerJoin('mapping_explanation', 'mapping_explanation.id', 'item.explanation_id')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .leftJoin('participant', 'participant.id', 'item.participant_id')
    .selectAll('message')
    .select(['item.folder', 'item.area', 'mailbox.address', 'mapping_explanation.explanation'])
    .select([
      'conversation.vendor_id as conversation_vendor_id',
      'conversation.name as conversation_name',
      'conversation.type as conversation_type',
      'participant.identity_value as participant_value',
    ])
    .where('item.message_id', '=', messageId)
    .where('item.mailbox_id', '=', mailboxId)
    .where(sql<boolean>`${sql.raw(notPersonal('message.id'))}`)
    .executeTakeFirst()
}

export type ItemRow = NonNullable<Awaited<ReturnType<typeof itemRow>>>

export async function participantsOf(
  queries: ArchiveParts['queries'],
  row: ItemRow,
  shownMax = Number.POSITIVE_INFINITY,
): Promise<{ participants: ItemParticipant[]; total: number }> {
  const roles: [ItemParticipant['role'], number][] = []
  if (row.sender_id !== null) roles.push(['from', row.sender_id])
  for (const id of row.recipient_ids) roles.push(['to', id])
  if (row.custodian_id !== null && !roles.some(([, id]) => id === row.custodian_id))
    roles.push(['custodian', row.custodian_id])
  if (roles.length === 0) return { participants: [], total: 0 }
  const shown = roles.slice(0, shownMax)
  const people = await queries
    .selectFrom('participant')
    .select(['id', 'identity_type', 'identity_value', 'name'])
    .where((one) => one('id', '=', one.fn.any(one.val([...new Set(shown.map(([, id]) => id))]))))
    .execute()
  const byId = new Map(people.map((person) => [person.id, person]))
  const participants = shown.map(([role, id]) => {
    const person = byId.get(id)!
    return {
      role,
      type: identityTypeCodes.wordOf(person.identity_type),
      value: person.identity_value,
      name: person.name,
    }
  })
  return { participants, total: roles.length }
}

/**
 * Who saw the message: for a record taken from one phone, its holder; for a record of a whole organisation's
 * archive, every registered user who took part. Then further records of the same message.
 */
export async function observationsOf(
  queries: ArchiveParts['queries'],
  row: ItemRow,
): Promise<ItemFacts['observations']> {
  const further = await queries
    .selectFrom('observation')
    .leftJoin('participant', 'participant.id', 'observation.custodian_id')
    .select(['sequence', 'captured_at', 'identity_value'])
    .where('message_id', '=', row.id)
    .orderBy('sequence')
    .execute()
  const capturedAt = row.captured_at.toISOString()
  const sequence = Number(row.sequence)
  const first =
    row.custodian_id === null
      ? (await registeredParticipants(queries, row)).map((custodian) => ({ sequence, custodian, capturedAt }))
      : [{ sequence, custodian: await identityValue(queries, row.custodian_id), capturedAt }]
  return [
    ...(first.length > 0 ? first : [{ sequence, custodian: null, capturedAt }]),
    ...further.map((seen) => ({
      sequence: Number(seen.sequence),
      custodian: seen.identity_value,
      capturedAt: seen.captured_at.toISOString(),
    })),
  ]
}

async function registeredParticipants(queries: ArchiveParts['queries'], row: ItemRow): Promise<string[]> {
  const ids = row.sender_id === null ? row.recipient_ids : [row.sender_id, ...row.recipient_ids]
  const answer = await sql<{ mobile: string }>`
    select distinct registered_user.mobile
      from participant join registered_user
        on (participant.identity_type = ${identityTypeCodes.codeOf('phone')} and participant.identity_value = registered_user.mobile)
        or (participant.identity_type = ${identityTypeCodes.codeOf('wecom-userid')}
            and participant.identity_value = lower(registered_user.wecom_userid))
     where participant.id = any(${ids}::int[]) and registered_user.feed_account_id = ${row.feed_account_id}
       and (registered_user.valid_from is null or registered_user.valid_from <= ${new Date(sentAtOfMessageId(row.id))})
       and (registered_user.valid_to is null or registered_user.valid_to > ${new Date(sentAtOfMessageId(row.id))})
     order by 1`.execute(queries)
  return answer.rows.map(({ mobile }) => mobile)
}

async function identityValue(
  queries: ArchiveParts['queries'],
  participantId: number,
): Promise<string | null> {
  const person = await queries
    .selectFrom('participant')
    .select('identity_value')
    .where('id', '=', participantId)
    .executeTakeFirst()
  return person?.identity_value ?? null
}

async function eventsAbout(queries: ArchiveParts['queries'], row: ItemRow): Promise<ItemFacts['referredBy']> {
  const events = await queries
    .selectFrom('message')
    .select(['id', 'event'])
    .where('refers_to_key', '=', row.message_key)
    .orderBy('id')
    .execute()
  return events.map(({ id, event }) => ({
    message: id.toString(36),
    event: eventCodes.wordOf(event),
    sentAt: new Date(sentAtOfMessageId(id)).toISOString(),
  }))
}

async function messageOfKey(queries: ArchiveParts['queries'], key: Buffer): Promise<string | null> {
  const original = await queries
    .selectFrom('message')
    .select('id')
    .where('message_key', '=', key)
    .executeTakeFirst()
  return original?.id.toString(36) ?? null
}

async function linksOf(queries: ArchiveParts['queries'], messageId: bigint): Promise<ItemFacts['links']> {
  const links = await queries
    .selectFrom('message_link')
    .selectAll()
    .where((expression) =>
      expression.or([
        expression('message_id', '=', messageId),
        expression('other_message_id', '=', messageId),
      ]),
    )
    .orderBy('score', 'desc')
    .execute()
  return links.map(({ message_id, other_message_id, score, evidence }) => ({
    message: (message_id === messageId ? other_message_id : message_id).toString(36),
    score,
    evidence,
  }))
}
