/** Figures of a policy's review: how much it finds, how right it is, how long it takes, what it may miss. */
import type { Pool } from '../../platform/postgres/index.ts'
import { type Interval, wilsonInterval } from './interval.ts'
import { byRule } from './raise-alerts.ts'

export interface ReviewReport {
  readonly from: string
  readonly to: string
  /** Messages the policy looked at, and those it found something in. */
  readonly looked: number
  readonly matched: number
  readonly alertsPerThousand: number
  readonly alerts: {
    readonly raised: number
    readonly pending: number
    readonly resolved: number
    readonly passed: number
  }
  /** Of resolved matches. */
  readonly rules: readonly {
    readonly rule: string
    readonly resolved: number
    readonly nonCompliant: number
    /** The share that was right: not tagged compliant. */
    readonly precision: number | null
  }[]
  /** Hours from the alert to its first decision and to its resolution. */
  readonly hours: {
    readonly firstMedian: number | null
    readonly firstP95: number | null
    readonly closedMedian: number | null
    readonly closedP95: number | null
    /** Of the oldest alert that waits. */
    readonly oldestPending: number | null
  }
  /** Second looks, and how often they found the same. */
  readonly secondLooks: { readonly done: number; readonly agreed: number }
  /** What was drawn from the unflagged, reviewed, and found not compliant; and what that says of all of them. */
  readonly misses: {
    readonly population: number
    readonly drawn: number
    readonly reviewed: number
    readonly found: number
    readonly share: Interval
    readonly messages: { readonly low: number; readonly high: number }
  }
  readonly reviewers: readonly {
    readonly reviewer: string
    readonly decisions: number
    readonly resolved: number
  }[]
}

/** @param from milliseconds since 1970 UTC of when alerts were raised; inclusive, `to` exclusive. */
export async function reviewReport(
  db: Pick<Pool, 'query'>,
  policyId: number,
  from: number,
  to: number,
  now: number,
): Promise<ReviewReport> {
  const values = [policyId, new Date(from), new Date(to)]
  const one = async <Row extends object>(statement: string) => (await db.query<Row>(statement, values)).rows
  const [looks] = await one<{ looked: number; matched: number }>(
    `select coalesce(sum(looked), 0)::int as looked, coalesce(sum(matched), 0)::int as matched from supervision_tally
      where policy_id = $1 and day >= $2::date and day < $3::date + 1`,
  )
  const [alerts] = await one<{ raised: number; pending: number; resolved: number; passed: number }>(
    `select count(*) filter (where state <> 'passed')::int as raised, count(*) filter (where state = 'pending')::int as pending,
            count(*) filter (where state = 'resolved')::int as resolved, count(*) filter (where state = 'passed')::int as passed
       from supervision_alert where policy_id = $1 and origin = 'match' and raised_at >= $2 and raised_at < $3`,
  )
  const rules = await one<{ rule: string; resolved: number; right: number; non_compliant: number }>(
    `select rule, count(*)::int as resolved, count(*) filter (where tag <> 'compliant')::int as right,
            count(*) filter (where tag = 'non-compliant')::int as non_compliant
       from supervision_alert cross join unnest(rules) as rule
      where policy_id = $1 and origin = 'match' and state = 'resolved' and raised_at >= $2 and raised_at < $3
      group by rule order by rule`,
  )
  const [second] = await one<{ done: number; agreed: number }>(
    `select count(second_tag)::int as done, count(*) filter (where second_tag = tag)::int as agreed
       from supervision_alert where policy_id = $1 and raised_at >= $2 and raised_at < $3`,
  )
  const reviewers = await one<{ reviewer: string; decisions: number; resolved: number }>(
    `select by as reviewer, count(*)::int as decisions, count(*) filter (where act = 'resolve')::int as resolved
       from supervision_decision join supervision_alert on supervision_alert.id = alert_id
      where policy_id = $1 and at >= $2 and at < $3 and by <> '${byRule}' group by by order by by`,
  )
  const { looked, matched } = looks!
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ...{
      looked,
      matched,
      alertsPerThousand: looked === 0 ? 0 : (alerts!.raised * 1000) / looked,
      alerts: alerts!,
    },
    rules: rules.map(({ rule, resolved, right, non_compliant }) => ({
      ...{ rule, resolved, nonCompliant: non_compliant, precision: resolved === 0 ? null : right / resolved },
    })),
    hours: await hoursOf(db, [...values, new Date(now)]),
    secondLooks: second!,
    misses: await estimatedMisses(db, values),
    reviewers,
  }
}

/** From an alert to the first decision and to its end, and how long the oldest waits. */
async function hoursOf(db: Pick<Pool, 'query'>, values: readonly unknown[]): Promise<ReviewReport['hours']> {
  const { rows } = await db.query<
    Record<'first_median' | 'first_p95' | 'closed_median' | 'closed_p95' | 'oldest', number | null>
  >(
    `select percentile_cont(0.5) within group (order by first) as first_median, percentile_cont(0.95) within group (order by first) as first_p95,
            percentile_cont(0.5) within group (order by closed) as closed_median, percentile_cont(0.95) within group (order by closed) as closed_p95,
            max(waiting) as oldest
       from (select (extract(epoch from (select min(at) from supervision_decision where alert_id = alert.id) - raised_at) / 3600)::float8 as first,
                    (extract(epoch from resolved_at - raised_at) / 3600)::float8 as closed,
                    case when state = 'pending' then (extract(epoch from $4::timestamptz - raised_at) / 3600)::float8 end as waiting
               from supervision_alert as alert
              where policy_id = $1 and state <> 'passed' and raised_at >= $2 and raised_at < $3) as times`,
    [...values],
  )
  const { first_median, first_p95, closed_median, closed_p95, oldest } = rows[0]!
  return {
    firstMedian: first_median,
    firstP95: first_p95,
    closedMedian: closed_median,
    closedP95: closed_p95,
    oldestPending: oldest,
  }
}

async function estimatedMisses(
  db: Pick<Pool, 'query'>,
  values: readonly unknown[],
): Promise<ReviewReport['misses']> {
  const { rows } = await db.query<{ population: number; drawn: number; reviewed: number; found: number }>(
    `select coalesce((select sum((stratum ->> 'messages')::int)::int
                        from supervision_sample cross join jsonb_array_elements(result) as stratum
                       where policy_id = $1 and drawn_at >= $2 and drawn_at < $3), 0) as population,
            count(*)::int as drawn, count(*) filter (where state = 'resolved')::int as reviewed,
            count(*) filter (where state = 'resolved' and tag = 'non-compliant')::int as found
       from supervision_alert where policy_id = $1 and origin = 'sample' and raised_at >= $2 and raised_at < $3`,
    [...values],
  )
  const { population, drawn, reviewed, found } = rows[0]!
  const share = wilsonInterval(found, reviewed)
  return {
    ...{ population, drawn, reviewed, found, share },
    messages: { low: Math.floor(share.low * population), high: Math.ceil(share.high * population) },
  }
}
