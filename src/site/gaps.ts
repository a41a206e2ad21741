/** The gap ledger of an account: what its sources know they did not get, opened and closed with the records. */

import { sql } from 'kysely'
import type { GapReason } from '../domain/gap-reasons.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { sealToPublicKey } from '../platform/sealing/index.ts'
import type { CapturedClosure, CapturedGap, CapturedRecord } from '../sources/source.ts'
import type { SiteAccount } from './accounts.ts'
import type { SiteParts } from './parts.ts'
import type { RecordKeyer } from './record-key.ts'
import type { RegisteredUser } from './registered-users.ts'

export interface GapScope {
  readonly account: SiteAccount
  readonly source: string
  readonly routeId: number | null
  readonly keyer: RecordKeyer
  /** Those registered now. */
  readonly users: readonly RegisteredUser[]
}

/** The reason of a gap that a record's reference opened: it speaks of a message that the site never saw. */
export const referenceUnseen = 'reference-unseen' satisfies GapReason

/** Writes a gap where it is not known. Answers whether it is new. */
export async function openGap(
  parts: SiteParts,
  transaction: Queries,
  scope: GapScope,
  { gap }: CapturedGap,
): Promise<boolean> {
  const { account, keyer } = scope
  const tag = gap.messageId === undefined ? null : keyer.messageTag(gap.messageId)
  if (tag !== null && (await seenMessages(transaction, scope, [gap.messageId!])).size > 0) return false
  const inserted = await transaction
    .insertInto('site_gap')
    .values({
      ...rowOf(parts, scope, gap.reason, gap.key ?? gap.explanation),
      sealed_explanation: sealed(parts, account, { explanation: gap.explanation, place: gap.place ?? null }),
      registered_user_id: userIdOf(scope, gap.custodian),
      message_tag: tag,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Closes a gap, one that is not known yet before it opens; without a key all open ones of the reason. */
export async function closeGap(
  parts: SiteParts,
  transaction: Queries,
  scope: GapScope,
  { closed }: CapturedClosure,
): Promise<void> {
  const closing = {
    closed_at: new Date(parts.clock.now()),
    sealed_closing: sealed(parts, scope.account, { by: closed.by }),
  }
  if (closed.key === undefined) return closeAll(transaction, scope, closed, closing)
  await transaction
    .insertInto('site_gap')
    .values({
      ...rowOf(parts, scope, closed.reason, closed.key),
      sealed_explanation: sealed(parts, scope.account, { explanation: closed.by, place: null }),
      ...closing,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'gap_key'])
        .doUpdateSet(closing)
        .where('site_gap.closed_at', 'is', null),
    )
    .execute()
}

async function closeAll(
  transaction: Queries,
  scope: GapScope,
  { reason, custodian }: CapturedClosure['closed'],
  closing: { closed_at: Date; sealed_closing: Buffer },
): Promise<void> {
  const { account, source, routeId } = scope
  let open = transaction
    .updateTable('site_gap')
    .set(closing)
    .where('account_id', '=', account.id)
    .where('source', '=', source)
    .where('route_id', 'is not distinct from', routeId)
    .where('reason', '=', reason)
    .where('closed_at', 'is', null)
  const userId = userIdOf(scope, custodian)
  if (custodian !== undefined) open = open.where('registered_user_id', 'is not distinct from', userId)
  await open.execute()
}

/**
 * What follows from records that are being journalled: gaps close whose message has come, and a record that speaks of a
 * message the account never captured by any way in opens one, which that message closes.
 */
export async function settleReferences(
  parts: SiteParts,
  transaction: Queries,
  scope: GapScope,
  records: readonly CapturedRecord[],
): Promise<number> {
  await closeForMessages(parts, transaction, scope, records.flatMap(messageIdOf))
  const referring = records.filter(({ refersTo }) => refersTo !== undefined)
  if (referring.length === 0) return 0
  const seen = await seenMessages(transaction, scope, referring.flatMap(referencesOf))
  let opened = 0
  for (const record of referring.filter((one) => !referencesOf(one).some((id) => seen.has(id)))) {
    const gap: CapturedGap['gap'] = {
      reason: referenceUnseen,
      key: record.refersTo!,
      explanation: `A message speaks of message ${record.refersTo}, which was never captured.`,
      messageId: record.refersToSharedId ?? record.refersTo!,
      ...(record.custodian === undefined ? {} : { custodian: record.custodian }),
    }
    if (await openGap(parts, transaction, scope, { gap })) opened += 1
  }
  return opened
}

async function closeForMessages(
  parts: SiteParts,
  transaction: Queries,
  { account, keyer, source }: GapScope,
  messageIds: readonly string[],
): Promise<void> {
  if (messageIds.length === 0) return
  const tags = messageIds.map((id) => keyer.messageTag(id))
  await transaction
    .updateTable('site_gap')
    .set({
      closed_at: new Date(parts.clock.now()),
      sealed_closing: sealed(parts, account, { by: `The message was captured by ${source}.` }),
    })
    .where('account_id', '=', account.id)
    .where('closed_at', 'is', null)
    .where('message_tag', '=', sql<Buffer>`any(${tags}::bytea[])`)
    .execute()
}

function referencesOf({ refersTo, refersToSharedId }: CapturedRecord): string[] {
  return [refersTo, refersToSharedId].filter((id) => id !== undefined)
}

/** Those of the ids that the account holds by any source. */
async function seenMessages(
  transaction: Queries,
  { account, keyer }: GapScope,
  messageIds: readonly string[],
): Promise<Set<string>> {
  const sources = await transaction
    .selectFrom('site_capture')
    .select('source')
    .distinct()
    .where('account_id', '=', account.id)
    .execute()
  const idByTag = new Map(
    messageIds.flatMap((id) =>
      sources.map(({ source }) => [keyer.vendorIdTag(source, id).toString('base64'), id] as const),
    ),
  )
  for (const id of messageIds) idByTag.set(keyer.messageTag(id).toString('base64'), id)
  const tags = [...idByTag.keys()].map((tag) => Buffer.from(tag, 'base64'))
  const { rows } = await sql<{ tag: Buffer }>`
    select vendor_id_tag as tag from site_record
     where account_id = ${account.id} and vendor_id_tag = any(${tags}::bytea[])
    union
    select shared_id_tag from site_record
     where account_id = ${account.id} and shared_id_tag = any(${tags}::bytea[])`.execute(transaction)
  return new Set(rows.map(({ tag }) => idByTag.get(tag.toString('base64'))!))
}

function messageIdOf({ identity }: CapturedRecord): string[] {
  if (identity.type !== 'vendor-id') return []
  const { messageId, sharedId } = identity
  return sharedId === undefined ? [messageId] : [messageId, sharedId]
}

function rowOf(parts: SiteParts, scope: GapScope, reason: string, key: string) {
  return {
    account_id: scope.account.id,
    gap_key: scope.keyer.gapKey(reason, key),
    source: scope.source,
    route_id: scope.routeId,
    reason,
    found_at: new Date(parts.clock.now()),
  }
}

function userIdOf({ users }: GapScope, custodian: string | undefined): number | null {
  return users.find((user) => isIdentityOf(user, custodian))?.id ?? null
}

/** Whether a custodian's normalised identity is the registered user's. */
export function isIdentityOf(user: RegisteredUser, custodian: string | undefined): boolean {
  return (
    custodian !== undefined &&
    (user.mobile === custodian ||
      user.email === custodian ||
      user.wecomUserid?.toLowerCase() === custodian.toLowerCase())
  )
}

/** Sentences name files, people and messages, so they are sealed like records. */
function sealed(parts: SiteParts, { publicKey }: SiteAccount, sentence: object): Buffer {
  return Buffer.from(sealToPublicKey(publicKey, Buffer.from(JSON.stringify(sentence)), parts.random))
}
