/** What stands before the journal: whether a record may be captured, decided from what was loaded once for its batch. */
import { sql } from 'kysely'
import type { RefusalReason } from '../../domain/activation.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { SiteAccount } from '../accounts.ts'
import { isIdentityOf, openGap } from '../gaps.ts'
import type { SiteParts } from '../parts.ts'
import { type RegisteredUser, registeredUsers } from '../registered-users.ts'
import { gapScope, noConsent } from './consents.ts'
import { conversationTagger } from './exclusions.ts'

export interface GateQuestion {
  /** The custodian's normalised identity: a number, an address or a WeCom user id. */
  readonly custodian: string | undefined
  /** When the record came, ms since 1970 UTC. */
  readonly at: number
  /** The vendor's id of the conversation, where the source can say it before decoding. */
  readonly conversation?: string | undefined
}

export type GateAnswer = 'capture' | RefusalReason

export interface RefusedCount {
  readonly reason: RefusalReason
  readonly userId: number | null
  readonly exclusionId: number | null
  readonly records: number
}

/** For one batch: what it refuses it also counts. */
export interface CaptureGate {
  ask(question: GateQuestion): GateAnswer
  refused(): readonly RefusedCount[]
}

interface Person extends RegisteredUser {
  readonly leftAt: Date | null
  /** His answers about capture, the first one first. */
  readonly answers: readonly { readonly given: boolean; readonly at: number }[]
}

/** Loads what decides: two or three short reads, whatever the batch holds. */
export async function createCaptureGate(parts: SiteParts, account: SiteAccount): Promise<CaptureGate> {
  const { people, consentRequired } = await loadPeople(parts, account)
  const exclusions = await loadExclusions(parts, account)
  const tagOf = exclusions.size === 0 ? null : await conversationTagger(parts, account)
  const byCustodian = new Map<string, readonly Person[]>()
  const tally = new Map<string, RefusedCount>()

  const holders = (custodian: string | undefined): readonly Person[] => {
    if (custodian === undefined) return []
    const known = byCustodian.get(custodian)
    if (known) return known
    const found = people.filter((person) => isIdentityOf(person, custodian))
    byCustodian.set(custodian, found)
    return found
  }
  const refuse = (reason: RefusalReason, userId: number | null, exclusionId: number | null) => {
    const key = `${reason} ${userId} ${exclusionId}`
    tally.set(key, { reason, userId, exclusionId, records: (tally.get(key)?.records ?? 0) + 1 })
    return reason
  }

  return {
    refused: () => [...tally.values()],
    ask({ custodian, at, conversation }) {
      const exclusionId =
        conversation === undefined
          ? undefined
          : exclusions.get(tagOf?.(conversation).toString('base64') ?? '')
      const { person, left } = holderAt(holders(custodian), at)
      if (exclusionId !== undefined) return refuse('excluded', null, exclusionId)
      if (left) return refuse('left', left.id, null)
      if (person && !mayCapture(person, at, consentRequired)) return refuse('no-consent', person.id, null)
      return 'capture'
    },
  }
}

/** Who held the identity then; `left` where its last holder has left and nobody came after him. */
function holderAt(people: readonly Person[], at: number): { person?: Person; left?: Person } {
  const person = people.find(
    ({ validFrom, validTo }) =>
      (validFrom === null || validFrom.getTime() <= at) && (validTo === null || at < validTo.getTime()),
  )
  if (person) return { person }
  const left = people.findLast(({ leftAt }) => leftAt !== null && leftAt.getTime() <= at)
  return left ? { left } : {}
}

function mayCapture({ answers }: Person, at: number, consentRequired: boolean): boolean {
  return answers.findLast((answer) => answer.at <= at)?.given ?? !consentRequired
}

async function loadPeople(parts: SiteParts, account: SiteAccount) {
  const { rows } = await sql<{
    consent_required: boolean
    left: { id: number; at: number }[]
    answers: { id: number; given: boolean; at: number }[]
  }>`
    select consent_required,
           (select coalesce(json_agg(json_build_object('id', id, 'at', extract(epoch from left_at) * 1000)), '[]')
              from site_registered_user where account_id = ${account.id} and left_at is not null) as left,
           (select coalesce(json_agg(json_build_object('id', registered_user_id, 'given', answer = 'given',
                     'at', extract(epoch from answered_at) * 1000) order by id), '[]')
              from site_consent where account_id = ${account.id} and kind = 'capture') as answers
      from site_account where id = ${account.id}`.execute(parts.database)
  const { consent_required: consentRequired, left, answers } = rows[0]!
  const leftAt = new Map(left.map((one) => [one.id, new Date(one.at)]))
  const byUser = Map.groupBy(answers, ({ id }) => id)
  const people = (await registeredUsers(parts, account)).map(
    (user): Person => ({
      ...user,
      leftAt: leftAt.get(user.id) ?? null,
      answers: byUser.get(user.id) ?? [],
    }),
  )
  return { people, consentRequired }
}

async function loadExclusions({ database }: SiteParts, { id }: SiteAccount): Promise<Map<string, number>> {
  const rows = await database
    .selectFrom('site_exclusion')
    .select(['id', 'conversation_tag'])
    .where('account_id', '=', id)
    .where('approved', '=', true)
    .where('ended_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.conversation_tag.toString('base64'), row.id]))
}

/**
 * Counts by day what a batch's gate refused, in the transaction of the batch; nothing else of it is kept. Who has never
 * answered while the account asks for consent gets a gap, which his consent closes.
 */
export async function noteRefused(
  parts: SiteParts,
  transaction: Queries,
  account: SiteAccount,
  counts: readonly RefusedCount[],
): Promise<void> {
  if (counts.length === 0) return
  const now = new Date(parts.clock.now())
  await sql`
    insert into site_refused_day (account_id, registered_user_id, exclusion_id, reason, day, records)
    select ${account.id}, user_id, exclusion_id, reason, (${now}::timestamptz at time zone 'UTC')::date, records
      from unnest(${counts.map(({ userId }) => userId)}::int[], ${counts.map(({ exclusionId }) => exclusionId)}::int[],
                  ${counts.map(({ reason }) => reason)}::text[], ${counts.map(({ records }) => records)}::bigint[])
        as refused (user_id, exclusion_id, reason, records)
    on conflict (account_id, registered_user_id, exclusion_id, reason, day)
      do update set records = site_refused_day.records + excluded.records`.execute(transaction)
  const waiting = counts.flatMap(({ reason, userId }) =>
    reason === noConsent && userId !== null ? [userId] : [],
  )
  if (waiting.length > 0) await openGapsOfUnanswered(parts, transaction, account, waiting)
}

async function openGapsOfUnanswered(
  parts: SiteParts,
  transaction: Queries,
  account: SiteAccount,
  userIds: readonly number[],
): Promise<void> {
  const answered = await transaction
    .selectFrom('site_consent')
    .select('registered_user_id')
    .distinct()
    .where('account_id', '=', account.id)
    .where('kind', '=', 'capture')
    .where('registered_user_id', '=', sql<number>`any(${userIds}::int[])`)
    .execute()
  const known = new Set(answered.map((row) => row.registered_user_id))
  const scope = await gapScope(parts, account)
  for (const user of scope.users.filter(({ id }) => userIds.includes(id) && !known.has(id)))
    await openGap(parts, transaction, scope, {
      gap: {
        ...{ reason: noConsent, key: `${user.id} unanswered`, custodian: user.mobile },
        explanation: `${user.name} has not answered, and the account captures only with consent: messages of this user are not captured.`,
      },
    })
}
