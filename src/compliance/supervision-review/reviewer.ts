/** Whose alerts somebody sees. Every statement over alerts goes through here. */
import { notPersonal } from '../../archive/personal.ts'
import type { Role } from '../../domain/roles.ts'
import type { Pool } from '../../platform/postgres/index.ts'

export interface Reviewer {
  readonly userId: number
  readonly username: string
  readonly roles: ReadonlySet<Role>
}

/** Names and the conversation around a message are for investigators; analysts see pseudonyms (Purview: privacy by design). */
export function seesNames(reviewer: Reviewer | null): boolean {
  return reviewer === null || reviewer.roles.has('Communication Compliance Investigation')
}

export interface Reach {
  /** Policies he is a reviewer of; null: all, for the operator at the machine. */
  readonly policyIds: readonly number[] | null
  /** Mailboxes of whose messages he sees none: his own, his supervisor's, those of who compensates him. */
  readonly barredMailboxIds: readonly number[]
}

/** The condition on `app_user` and `supervision_policy as policy` under which the policy names somebody as a reviewer. */
const reviewsPolicy = `exists (
    select from supervision_policy_version as said
     where said.policy_id = policy.id
       and said.version = coalesce(policy.active_version, (
             select max(newest.version) from supervision_policy_version as newest where newest.policy_id = policy.id))
       and (document -> 'reviewers' -> 'users' ? app_user.username
            or exists (select from role_group_member join role_group on role_group.id = role_group_id
                        where user_id = app_user.id and document -> 'reviewers' -> 'groups' ? role_group.name)))`

/** A query of the mailboxes of whose messages the user with that id sees none. */
const mailboxesBarredFrom = (userId: string) => `
  with own as (
    select mailbox.id from mailbox join app_user as one on lower(one.email) = mailbox.address where one.id = ${userId}
    union
    select mailbox_id from mailbox_address join app_user as one on lower(one.email) = mailbox_address.address
     where one.id = ${userId}
  )
  select id from own
  union select other_mailbox_id from supervision_relation where mailbox_id in (select id from own)`

/** @param reviewer null: the operator at the machine, who acts for nobody. */
export async function reachOf(db: Pick<Pool, 'query'>, reviewer: Reviewer | null): Promise<Reach> {
  if (reviewer === null) return { policyIds: null, barredMailboxIds: [] }
  const { rows: policies } = await db.query<{ id: number }>(
    `select policy.id from supervision_policy as policy join app_user on app_user.id = $1 where ${reviewsPolicy}`,
    [reviewer.userId],
  )
  const { rows: barred } = await db.query<{ id: number }>(mailboxesBarredFrom('$1'), [reviewer.userId])
  return { policyIds: policies.map(({ id }) => id), barredMailboxIds: barred.map(({ id }) => id) }
}

/** Their figures, samples and evidence are of every policy. */
const overseers: readonly Role[] = [
  'Communication Compliance Admin',
  'Supervisory Review Administrator',
  'Communication Compliance Viewer',
]

/** Decisions stand in the evidence with what reviewers wrote, so an investigator reads that of the policies he reviews. */
export async function readsReportOf(
  db: Pick<Pool, 'query'>,
  reviewer: Reviewer,
  policyId: number,
): Promise<boolean> {
  if (overseers.some((role) => reviewer.roles.has(role))) return true
  const { policyIds } = await reachOf(db, reviewer)
  return policyIds === null || policyIds.includes(policyId)
}

/**
 * The condition on `supervision_alert as alert` under which somebody may see one: `$1` the policies or null, `$2` the
 * barred mailboxes. What somebody called personal nobody reviews.
 */
export const withinReach = `
  ($1::int[] is null or alert.policy_id = any($1::int[]))
  and not exists (select from item where item.message_id = alert.message_id and item.mailbox_id = any($2::int[]))
  and alert.state <> 'passed'
  and ${notPersonal('alert.message_id')}`

export function reachValues({ policyIds, barredMailboxIds }: Reach): unknown[] {
  return [policyIds, barredMailboxIds]
}

/** The condition on `app_user` and `supervision_alert as alert` under which somebody is among the alert's reviewers. */
export const mayReview = `
  app_user.disabled_at is null
  and exists (select from supervision_policy as policy where policy.id = alert.policy_id and ${reviewsPolicy})
  and not exists (select from item where item.message_id = alert.message_id
                     and item.mailbox_id in (${mailboxesBarredFrom('app_user.id')}))`
