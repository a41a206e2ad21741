/** Decisions on alerts: each is a record of its own, and a later one never hides it. */
import { noteLogEntries } from '../../archive/log/index.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { type Client, createKysely, inTransaction } from '../../platform/postgres/index.ts'
import { refused, type SendNotice, sendNotice, tellColleague } from './letters.ts'
import type { ReviewParts } from './parts.ts'
import { type Reviewer, reachOf, reachValues, withinReach } from './reviewer.ts'

/** What a message is found to be; a firm may add words of its own. */
export const tags = ['compliant', 'non-compliant', 'questionable'] as const
const tagForm = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u

export type Decision =
  | { readonly act: 'resolve'; readonly tag: string; readonly comment?: string | undefined }
  /** Says why: what was decided is not undone silently. */
  | { readonly act: 'reopen'; readonly comment: string }
  | { readonly act: 'tag'; readonly tag: string; readonly comment?: string | undefined }
  | { readonly act: 'comment'; readonly comment: string }
  | { readonly act: 'escalate'; readonly to: string; readonly comment: string }
  | { readonly act: 'escalate-case'; readonly case: string; readonly comment?: string | undefined }
  | {
      readonly act: 'notify'
      readonly to: string
      readonly subject: string
      /** What the letter says. */
      readonly comment: string
    }
  /** A second person's finding on what was resolved, for quality. */
  | { readonly act: 'second-look'; readonly tag: string; readonly comment?: string | undefined }

/** Acts that end or reopen a review, which analysts may not (Purview: analysts cannot resolve). */
const investigatorActs = new Set<Decision['act']>([
  'resolve',
  'reopen',
  'escalate-case',
  'notify',
  'second-look',
])

/** Say nothing without their comment. */
const explained = new Set<Decision['act']>(['reopen', 'comment', 'escalate', 'notify'])

export interface DecideOptions {
  /** Null: the operator at the machine. */
  readonly reviewer: Reviewer | null
  readonly by: string
  readonly alerts: readonly bigint[]
  readonly decision: Decision
  /** Absent: this installation sends no letters, and nobody is notified. */
  readonly send?: SendNotice | undefined
}

/**
 * Decides on alerts, all of them or none. Near duplicates of a resolved one are resolved with it. Answers how many
 * changed. A notice is sent before it is on record: one that the mail server refuses was not given. Whom an alert is
 * escalated to is told by e-mail where that can be done (CC-15 of Purview). Throws
 * `alert-not-found` for one that is not there and alike for one that may not be seen, `decision-refused` and what `send`
 * throws.
 */
export async function decide(parts: ReviewParts, options: DecideOptions): Promise<number> {
  const { reviewer, by, alerts, decision } = options
  check(decision)
  if (
    reviewer &&
    investigatorActs.has(decision.act) &&
    !reviewer.roles.has('Communication Compliance Investigation')
  )
    throw refused(
      'Only an investigator resolves, reopens and notifies; an analyst tags, comments and escalates.',
    )
  return inTransaction(parts.pool, async (client) => {
    const rows = await lockAlerts(client, reviewer, alerts, decision)
    const at = new Date(parts.clock.now())
    for (const row of rows) refuseWrongState(row, decision, by)
    const ids = rows.map(({ id }) => id)
    await change(client, ids, decision, at)
    await client.query(
      `insert into supervision_decision (alert_id, at, by, act, tag, comment, details)
       select unnest($1::bigint[]), $2, $3, $4, $5, $6, $7`,
      [
        ids,
        at,
        by,
        decision.act,
        tagOf(decision),
        decision.comment ?? '',
        JSON.stringify(detailsOf(decision)),
      ],
    )
    const told = await sendLetter(client, options, ids)
    const details = {
      act: decision.act,
      alerts: ids.map(String),
      tag: tagOf(decision),
      ...detailsOf(decision),
      ...told,
    }
    await appendAudit(createKysely(client), {
      ...{ at: at.getTime(), actor: by, operation: 'tag-alert', outcome: 'succeeded', details },
    })
    await noteLogEntries(client, [
      { at: at.getTime(), kind: 'label', facts: { of: 'alert', act: decision.act, alerts: ids.map(Number) } },
    ])
    return ids.length
  })
}

/** What is told of it in the audit. */
async function sendLetter(
  client: Client,
  { decision, by, send }: DecideOptions,
  alerts: readonly bigint[],
): Promise<{ readonly told?: boolean }> {
  if (decision.act === 'notify') await sendNotice(client, decision, send)
  if (decision.act !== 'escalate') return {}
  return { told: await tellColleague(client, { alerts, by, to: decision.to, send }) }
}

function check(decision: Decision): void {
  const tag = tagOf(decision)
  if (tag !== null && !tagForm.test(tag))
    throw refused(`"${tag}" is no tag; use ${tags.join(', ')}, or a short word of your own.`)
  if (explained.has(decision.act) && (decision.comment ?? '').trim() === '')
    throw refused('Say why, in a comment.')
}

interface AlertRow {
  readonly id: bigint
  readonly state: string
  readonly resolver: string | null
}

async function lockAlerts(
  client: Client,
  reviewer: Reviewer | null,
  alerts: readonly bigint[],
  { act }: Decision,
): Promise<AlertRow[]> {
  const reach = await reachOf(client, reviewer)
  const { rows } = await client.query<AlertRow>(
    `select alert.id, alert.state,
            (select by from supervision_decision where alert_id = alert.id and act = 'resolve' order by id desc limit 1) as resolver
       from supervision_alert as alert where alert.id = any($3) and ${withinReach} order by alert.id for update`,
    [...reachValues(reach), alerts],
  )
  const missing = alerts.find((id) => !rows.some((row) => row.id === id))
  if (missing !== undefined)
    throw new AppError('alert-not-found', `There is no alert ${missing} that you may review.`)
  if (act !== 'resolve') return rows
  // Near duplicates that wait are resolved with the one that somebody looked at.
  const { rows: near } = await client.query<AlertRow>(
    `select alert.id, alert.state, null as resolver from supervision_alert as alert
      where alert.group_id in (select group_id from supervision_alert where id = any($3)) and alert.id <> all($3)
        and alert.state = 'pending' and ${withinReach} order by alert.id for update`,
    [...reachValues(reach), alerts],
  )
  return [...rows, ...near]
}

function refuseWrongState({ id, state, resolver }: AlertRow, { act }: Decision, by: string): void {
  if (act === 'resolve' && state === 'resolved')
    throw refused(`Alert ${id} is resolved already; reopen it first.`)
  if (act === 'reopen' && state === 'pending') throw refused(`Alert ${id} is not resolved.`)
  if (act !== 'second-look') return
  if (state !== 'resolved') throw refused(`Alert ${id} is not resolved yet.`)
  if (resolver === by) throw refused('A second look is another person’s.')
}

async function change(client: Client, ids: readonly bigint[], decision: Decision, at: Date): Promise<void> {
  if (decision.act === 'resolve')
    await client.query(
      `update supervision_alert set state = 'resolved', tag = $2, resolved_at = $3 where id = any($1)`,
      [...[ids, decision.tag, at]],
    )
  if (decision.act === 'reopen')
    await client.query(
      `update supervision_alert set state = 'pending', resolved_at = null where id = any($1)`,
      [ids],
    )
  if (decision.act === 'tag')
    await client.query('update supervision_alert set tag = $2 where id = any($1)', [ids, decision.tag])
  if (decision.act === 'second-look')
    await client.query('update supervision_alert set second_tag = $2 where id = any($1)', [ids, decision.tag])
}

function tagOf(decision: Decision): string | null {
  return 'tag' in decision ? decision.tag : null
}

function detailsOf(decision: Decision): Record<string, string> {
  if (decision.act === 'escalate') return { to: decision.to }
  if (decision.act === 'escalate-case') return { case: decision.case }
  return decision.act === 'notify' ? { to: decision.to, subject: decision.subject } : {}
}
