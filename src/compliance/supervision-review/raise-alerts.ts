/**
 * Matches become alerts: one a policy and message, near duplicates grouped, a share of them for review. A rule that finds
 * the message later joins its alert, which is taken up again if it was decided without it.
 */
import { hash } from 'node:crypto'
import { noteLogEntries } from '../../archive/log/index.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, createKysely, inTransaction, type Pool } from '../../platform/postgres/index.ts'
import { createNearFingerprints, parsePolicy, type SupervisionPolicy } from '../supervision/index.ts'
import type { ReviewParts } from './parts.ts'

export interface Raised {
  readonly policyId: number
  readonly policy: SupervisionPolicy
  readonly alerts: number
  /** 1 low to 3 high; of the most serious. */
  readonly severity: number
}

const matchesPerRound = 5_000
/** Groups that a new alert is held against: what repeats itself repeats itself soon. */
const groupsCompared = 2_000

/** Raises alerts for matches that have none. Several processes may: one at a time works, the others find nothing left. */
export async function raiseAlerts({ pool, clock }: Pick<ReviewParts, 'pool' | 'clock'>): Promise<Raised[]> {
  const raised = new Map<number, Raised>()
  for (;;) {
    const round = await inTransaction(pool, (client) => raiseRound(client, new Date(clock.now())))
    for (const one of round.raised) {
      const before = raised.get(one.policyId)
      raised.set(one.policyId, {
        ...one,
        alerts: one.alerts + (before?.alerts ?? 0),
        severity: Math.max(one.severity, before?.severity ?? 0),
      })
    }
    if (round.found < matchesPerRound) return [...raised.values()].filter(({ alerts }) => alerts > 0)
  }
}

interface MatchedRow {
  readonly policy_id: number
  readonly message_id: bigint
  readonly version: number
  readonly severity: number
  readonly rules: string[]
  readonly fingerprint: bigint | null
}

async function raiseRound(client: Client, at: Date): Promise<{ found: number; raised: Raised[] }> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('holdfast.raise-alerts', 0))`)
  const { rows } = await client.query<MatchedRow>(
    `with taken as (
       delete from supervision_unraised where ctid = any(array(
         select ctid from supervision_unraised order by policy_id, message_id limit ${matchesPerRound}))
       returning policy_id, message_id)
     select policy_id, message_id, max(version) as version, max(severity) as severity,
            array_agg(rule order by rule) as rules, max(fingerprint) as fingerprint
       from taken join supervision_match using (policy_id, message_id)
      group by policy_id, message_id order by policy_id, message_id`,
  )
  const raised: Raised[] = []
  for (const [policyId, matches] of Map.groupBy(rows, ({ policy_id }) => policy_id)) {
    const policy = await policyOf(client, policyId, Math.max(...matches.map(({ version }) => version)))
    const reviewed = new Set(matches.filter((match) => isReviewed(policy, match)))
    const inserted = await insertAlerts(client, policyId, matches, reviewed, at)
    const late = matches.filter(({ message_id }) => !inserted.has(message_id))
    const joined = await joinAlerts(client, policyId, late, reviewed, at)
    const alerts = [...reviewed].flatMap((match) => {
      const id = inserted.get(match.message_id) ?? joined.get(match.message_id)
      return id === undefined ? [] : [{ ...match, id }]
    })
    await groupAlerts(client, policyId, alerts)
    raised.push({
      ...{ policyId, policy, alerts: alerts.length },
      severity: alerts.reduce((most, { severity }) => Math.max(most, severity), 0),
    })
  }
  faultPoint('supervision.alerts-raised')
  return { found: rows.length, raised }
}

export async function policyOf(
  db: Pick<Pool, 'query'>,
  policyId: number,
  version: number,
): Promise<SupervisionPolicy> {
  const { rows } = await db.query<{ document: unknown }>(
    'select document from supervision_policy_version where policy_id = $1 and version = $2',
    [policyId, version],
  )
  return parsePolicy(rows[0]?.document, `policy ${policyId}`)
}

/**
 * The policy's share of the matches, or the rule's own. The choice is a hash of policy and message: whoever has both
 * comes to the same one, and nobody chooses.
 */
function isReviewed(policy: SupervisionPolicy, { policy_id, message_id, rules }: MatchedRow): boolean {
  const shares = rules.map(
    (id) => policy.rules.find((rule) => rule.id === id)?.reviewPercent ?? policy.review.percent,
  )
  const share = Math.max(...shares)
  const place = hash('sha256', `${policy_id} ${message_id}`, 'buffer').readUInt32BE(0) / 2 ** 32
  return place * 100 < share
}

interface RaisedAlert extends MatchedRow {
  readonly id: bigint
}

type AlertIds = ReadonlyMap<bigint, bigint>

/** Answers the new alerts by message. */
async function insertAlerts(
  client: Client,
  policyId: number,
  matches: readonly MatchedRow[],
  reviewed: ReadonlySet<MatchedRow>,
  at: Date,
): Promise<AlertIds> {
  const { rows } = await client.query<{ id: bigint; message_id: bigint }>(
    `insert into supervision_alert (policy_id, message_id, origin, severity, rules, state, raised_at)
     select $1, message_id, 'match', severity, rules, state, $6 from ${foundRows}
     on conflict do nothing returning id, message_id`,
    [policyId, ...foundValues(matches, reviewed), at],
  )
  return new Map(rows.map(({ id, message_id }) => [message_id, id]))
}

const foundRows = `(select message_id, severity, string_to_array(lines, chr(10)) as rules, state
  from unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[]) as given (message_id, severity, lines, state)) as found`

function foundValues(matches: readonly MatchedRow[], reviewed: ReadonlySet<MatchedRow>): unknown[] {
  return [
    matches.map(({ message_id }) => message_id),
    matches.map(({ severity }) => severity),
    matches.map(({ rules }) => rules.join('\n')),
    matches.map((match) => (reviewed.has(match) ? 'pending' : 'passed')),
  ]
}

/** Takes up what was decided without a rule, and is no person. */
export const byRule = 'holdfast'

/**
 * Rules that found a message after its alert was raised: a newer version of the policy looked at it again. Answers the
 * alerts that wait for review since, and did not before, by message.
 */
async function joinAlerts(
  client: Client,
  policyId: number,
  matches: readonly MatchedRow[],
  reviewed: ReadonlySet<MatchedRow>,
  at: Date,
): Promise<AlertIds> {
  if (matches.length === 0) return new Map()
  const { rows } = await client.query<{ id: bigint; message_id: bigint; before: string; fresh: string[] }>(
    `with late as (
       select alert.id, alert.state as before, found.severity, found.state as wanted, found.rules,
              array(select unnest(found.rules) except select unnest(alert.rules) order by 1) as fresh
         from ${foundRows} join supervision_alert as alert on alert.policy_id = $1 and alert.message_id = found.message_id
        where not found.rules <@ alert.rules for update of alert)
     update supervision_alert as alert set rules = late.rules, severity = greatest(alert.severity, late.severity),
            state = case wanted when 'pending' then 'pending' else before end,
            resolved_at = case wanted when 'pending' then null else resolved_at end,
            raised_at = case when before = 'passed' and wanted = 'pending' then $6 else raised_at end
       from late where alert.id = late.id
     returning alert.id, message_id, before, fresh`,
    [policyId, ...foundValues(matches, reviewed), at],
  )
  const shown = new Set([...reviewed].map(({ message_id }) => message_id))
  const changed = rows.filter(({ message_id }) => shown.has(message_id))
  await noteReopened(
    client,
    changed.filter(({ before }) => before === 'resolved'),
    at,
  )
  const waiting = changed.filter(({ before }) => before !== 'pending')
  return new Map(waiting.map(({ message_id, id }) => [message_id, id]))
}

async function noteReopened(
  client: Client,
  reopened: readonly { readonly id: bigint; readonly fresh: readonly string[] }[],
  at: Date,
): Promise<void> {
  if (reopened.length === 0) return
  const ids = reopened.map(({ id }) => id)
  await client.query(
    `insert into supervision_decision (alert_id, at, by, act, comment)
     select alert_id, $3, $4, 'reopen', comment from unnest($1::bigint[], $2::text[]) as reopened (alert_id, comment)`,
    [
      ids,
      reopened.map(({ fresh }) => `Found by what was no rule when it was decided: ${fresh.join(', ')}.`),
      at,
      byRule,
    ],
  )
  const details = { act: 'reopen', alerts: ids.map(String), by: byRule }
  await appendAudit(createKysely(client), {
    ...{ at: at.getTime(), actor: 'schedule', operation: 'tag-alert', outcome: 'succeeded', details },
  })
  await noteLogEntries(client, [
    { at: at.getTime(), kind: 'label', facts: { of: 'alert', act: 'reopen', alerts: ids.map(Number) } },
  ])
}

/** A copy that was sent to ten people, or a message with another number in it, is decided once. */
async function groupAlerts(client: Client, policyId: number, alerts: readonly RaisedAlert[]): Promise<void> {
  if (alerts.length === 0) return
  const { rows: known } = await client.query<{ group_id: bigint; fingerprint: bigint | null }>(
    `select group_id, (select max(fingerprint) from supervision_match as found
                        where (found.policy_id, found.message_id) = (first.policy_id, first.message_id)) as fingerprint
       from supervision_alert as first
      where policy_id = $1 and group_id = id order by id desc limit ${groupsCompared}`,
    [policyId],
  )
  const groups = createNearFingerprints()
  for (const { group_id, fingerprint } of known) if (fingerprint !== null) groups.add(fingerprint, group_id)
  const joined = alerts.map(({ id, fingerprint }) => {
    const near = fingerprint === null ? null : groups.nearest(fingerprint)
    if (near === null && fingerprint !== null) groups.add(fingerprint, id)
    return near ?? id
  })
  await client.query(
    `update supervision_alert set group_id = joined.group_id
       from unnest($1::bigint[], $2::bigint[]) as joined (id, group_id) where supervision_alert.id = joined.id`,
    [alerts.map(({ id }) => id), joined],
  )
}
