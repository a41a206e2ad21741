/** Reviewers are told of new alerts by e-mail: at once of a serious one, of others when there are enough of them. */
import type { Pool } from '../../platform/postgres/index.ts'
import type { Raised } from './raise-alerts.ts'

export type SendReviewMail = (letter: {
  to: readonly string[]
  subject: string
  text: string
}) => Promise<void>

const mostSevere = 3

/** Notes and sends what is due. A letter says how many there are and where: never a word of a message, never a name. */
export async function tellReviewers(
  db: Pick<Pool, 'query'>,
  raised: readonly Raised[],
  at: Date,
  send: SendReviewMail | null,
): Promise<void> {
  for (const { policyId, policy, severity } of raised) {
    const since = new Date(at.getTime() - policy.alert.windowMinutes * 60_000)
    const { rows } = await db.query<{ alerts: number }>(
      `select count(*)::int as alerts from supervision_alert
        where policy_id = $1 and state <> 'passed' and origin = 'match' and raised_at > $2
          and raised_at > coalesce((select max(notice.at) from supervision_notice as notice where notice.policy_id = $1), '-infinity')`,
      [policyId, since],
    )
    const { alerts } = rows[0]!
    if (alerts === 0 || (severity < mostSevere && alerts < policy.alert.threshold)) continue
    const to = await addressesOf(db, policy.reviewers)
    await db.query(
      'insert into supervision_notice (policy_id, at, alerts, severity, told) values ($1, $2, $3, $4, $5)',
      [...[policyId, at, alerts, severity, to]],
    )
    if (send && to.length > 0)
      await send({
        to,
        subject: `${alerts} to review: ${policy.name}`,
        text: `${alerts} messages wait for review under "${policy.name}". Sign in to the compliance centre and open Supervision.`,
      })
  }
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
