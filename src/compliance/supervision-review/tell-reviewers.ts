/** Reviewers are told of new alerts by e-mail: at once of a serious one, of others when there are enough of them. */
import type { Pool } from '../../platform/postgres/index.ts'
import { byRule, type Raised } from './raise-alerts.ts'

export type SendReviewMail = (letter: {
  to: readonly string[]
  subject: string
  text: string
}) => Promise<void>

const mostSevere = 3

/**
 * Sends and notes what is due. A letter says how many there are and where: never a word of a message, never a name.
 * @throws AggregateError of what kept letters from going out, when all others have; their alerts count for the next.
 */
export async function tellReviewers(
  db: Pick<Pool, 'query'>,
  raised: readonly Raised[],
  at: Date,
  send: SendReviewMail | null,
): Promise<void> {
  const failures: unknown[] = []
  for (const one of raised) await tellOf(db, one, at, send).catch((error: unknown) => failures.push(error))
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} letters to reviewers did not go out`)
}

async function tellOf(
  db: Pick<Pool, 'query'>,
  { policyId, policy, severity }: Raised,
  at: Date,
  send: SendReviewMail | null,
): Promise<void> {
  const alerts = await countUntold(db, policyId, new Date(at.getTime() - policy.alert.windowMinutes * 60_000))
  if (alerts === 0 || (severity < mostSevere && alerts < policy.alert.threshold)) return
  const to = await addressesOf(db, policy.reviewers)
  if (send && to.length > 0)
    await send({
      to,
      subject: `${alerts} to review: ${policy.name}`,
      text: `${alerts} messages wait for review under "${policy.name}". Sign in to the compliance centre and open Supervision.`,
    })
  await db.query(
    'insert into supervision_notice (policy_id, at, alerts, severity, told) values ($1, $2, $3, $4, $5)',
    [policyId, at, alerts, severity, to],
  )
}

/** Alerts of a policy that came, or were taken up again, since the moment, and since its last letter. */
async function countUntold(db: Pick<Pool, 'query'>, policyId: number, since: Date): Promise<number> {
  const { rows } = await db.query<{ alerts: number }>(
    `with told as (select greatest($2::timestamptz, max(at)) as at from supervision_notice where policy_id = $1)
     select count(*)::int as alerts from supervision_alert as alert cross join told
      where policy_id = $1 and state <> 'passed' and origin = 'match'
        and (raised_at > told.at
             or exists (select from supervision_decision as taken_up
                         where alert_id = alert.id and by = $3 and taken_up.at > told.at))`,
    [policyId, since, byRule],
  )
  return rows[0]!.alerts
}

async function addressesOf(
  db: Pick<Pool, 'query'>,
  { users, groups }: { readonly users: readonly string[]; readonly groups: readonly string[] },
): Promise<string[]> {
  const { rows } = await db.query<{ email: string }>(
    `select distinct email from app_user
      where email is not null and disabled_at is null
        and (username = any($1) or id in (select user_id from role_group_member join role_group on role_group.id = role_group_id
                                           where role_group.name = any($2))) order by email`,
    [users, groups],
  )
  return rows.map(({ email }) => email)
}
