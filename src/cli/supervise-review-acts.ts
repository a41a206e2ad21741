import { writeFile } from 'node:fs/promises'
import { openCentre, type Platform } from '../app.ts'
import { policyFacts } from '../compliance/supervision/index.ts'
import {
  commitSample,
  type Decision,
  decide,
  drawSample,
  evidencePack,
  importRelations,
  listRelations,
  listSamples,
  raiseAlerts,
  readQueue,
  reviewReport,
  type Stratum,
  strataNames,
} from '../compliance/supervision-review/index.ts'
import { AppError } from '../domain/errors.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { createMailer } from '../platform/mail/mailer.ts'
import { auditLook, type Context } from './context.ts'
import { readInput } from './input-file.ts'
import { factsText } from './output.ts'
import { shownTime, timeOf } from './times.ts'

export interface QueueOptions {
  readonly resolved?: boolean
  readonly limit: string
}

export interface DecisionOptions {
  readonly as?: string
  readonly to?: string
  readonly case?: string
  readonly subject?: string
  readonly comment?: string
}

export interface SpanOptions {
  readonly from: string
  readonly to: string
}

export interface SampleOptions extends SpanOptions {
  readonly percent?: string
  readonly by?: readonly string[]
}

export async function queue(
  { output }: Context,
  platform: Platform,
  name: string,
  { resolved, limit }: QueueOptions,
): Promise<void> {
  const { pool } = platform.database
  const { id } = await policyFacts(pool, name)
  await raiseAlerts({ pool, clock: platform.clock })
  const state = resolved ? 'resolved' : 'pending'
  const alerts = await readQueue(
    pool,
    null,
    { policyId: id, state, limit: wholeNumber(limit, '--limit') },
    platform.clock.now(),
  )
  await auditLook(platform, { operation: 'view-alerts', target: name, details: { shown: alerts.length } })
  await output.list(
    alerts.map(({ policyId: _id, spans: _spans, item, ...alert }) => ({ ...alert, item: item?.id ?? null })),
    [
      { title: 'alert', of: (row) => row.id },
      { title: 'severity', of: (row) => row.severity ?? 'drawn' },
      { title: 'rules', of: (row) => row.rules.join(', ') },
      { title: 'alike', of: (row) => row.group },
      { title: 'sent (UTC)', of: (row) => shownTime(row.sentAt) },
      { title: 'raised (UTC)', of: (row) => `${shownTime(row.raisedAt)}${row.overdue ? ' late' : ''}` },
      { title: 'tag', of: (row) => row.tag ?? '' },
    ],
  )
}

export async function decideOn(
  { output }: Context,
  platform: Platform,
  act: string,
  alerts: readonly string[],
  options: DecisionOptions,
): Promise<void> {
  const ids = alerts.map((alert) => BigInt(wholeNumber(alert, 'an alert')))
  const parts = await openCentre(platform)
  const decision = decisionOf(act, options)
  const { mail } = platform.config
  const send = mail === null ? undefined : createMailer(mail).send
  const changed = await decide(parts, { reviewer: null, by: localOperator, alerts: ids, decision, send })
  await output.document({ act, changed }, () => `${changed} ${changed === 1 ? 'alert' : 'alerts'}.`)
}

function decisionOf(
  act: string,
  { as: tag = '', to = '', case: caseName = '', subject = '', comment = '' }: DecisionOptions,
): Decision {
  if (act === 'resolve' || act === 'tag' || act === 'second-look') return { act, tag, comment }
  if (act === 'notify') return { act, to, subject, comment }
  if (act === 'escalate') return { act, to, comment }
  if (act === 'escalate-case') return { act, case: caseName, comment }
  return { act: act === 'comment' ? 'comment' : 'reopen', comment }
}

export async function commit(
  { output }: Context,
  platform: Platform,
  name: string,
  { percent, by, ...span }: SampleOptions,
): Promise<void> {
  const parts = await openCentre(platform)
  const { id } = await policyFacts(parts.pool, name)
  const sample = await commitSample(
    parts,
    {
      ...{ policyId: id, from: timeOf(span.from, '--from'), to: timeOf(span.to, '--to') },
      percent: percent === undefined ? undefined : Number(percent),
      strata: by?.map(stratumOf),
    },
    localOperator,
  )
  await output.document(
    sample,
    ({ id: sampleId, seedSha256 }) =>
      `Sample ${sampleId} is committed; the SHA-256 of its seed is ${seedSha256}. Draw it with: supervise sample draw ${sampleId}`,
  )
}

export async function draw({ output }: Context, platform: Platform, id: string): Promise<void> {
  const sample = await drawSample(
    await openCentre(platform),
    BigInt(wholeNumber(id, 'a sample')),
    localOperator,
  )
  await output.document(sample, ({ seed, result }) =>
    [
      ...(result ?? []).map(({ stratum, messages, drawn }) => `${stratum}: ${drawn} of ${messages}`),
      `The seed was ${seed}.`,
    ].join('\n'),
  )
}

export async function samples({ output }: Context, platform: Platform, name: string): Promise<void> {
  const { pool } = platform.database
  const { id } = await policyFacts(pool, name)
  await output.list(await listSamples(pool, id), [
    { title: 'sample', of: (row) => row.id },
    { title: 'from (UTC)', of: (row) => shownTime(row.sentFrom) },
    { title: 'to', of: (row) => shownTime(row.sentTo) },
    { title: 'percent', of: (row) => row.percent },
    { title: 'drawn', of: (row) => row.result?.reduce((sum, { drawn }) => sum + drawn, 0) ?? 'not yet' },
  ])
}

export async function report(
  { output }: Context,
  platform: Platform,
  name: string,
  span: SpanOptions,
): Promise<void> {
  const { pool } = platform.database
  const { id } = await policyFacts(pool, name)
  const [from, to] = [timeOf(span.from, '--from'), timeOf(span.to, '--to')]
  const found = await reviewReport(pool, id, from, to, platform.clock.now())
  await auditLook(platform, { operation: 'view-alerts', target: name, details: { report: span } })
  await output.document(found, ({ looked, matched, alertsPerThousand, alerts, hours, misses, rules }) =>
    [
      factsText({
        'messages looked at': looked,
        'with a match': matched,
        'alerts a thousand': alertsPerThousand.toFixed(2),
        ...alerts,
        'hours to close, median': hours.closedMedian?.toFixed(1) ?? null,
        'estimated misses': `${misses.messages.low} to ${misses.messages.high} of ${misses.population} (${misses.found} of ${misses.reviewed} drawn)`,
      }),
      ...rules.map(
        ({ rule, resolved, precision }) =>
          `${rule}: ${resolved} resolved, ${Math.round((precision ?? 0) * 100)} % right`,
      ),
    ].join('\n'),
  )
}

export async function evidence(
  { output }: Context,
  platform: Platform,
  name: string,
  year: string,
  file: string,
): Promise<void> {
  const parts = await openCentre(platform)
  await policyFacts(parts.pool, name)
  const pack = await evidencePack(parts, name, wholeNumber(year, 'the year'))
  await writeFile(file, `${JSON.stringify(pack, null, 1)}\n`)
  const { sha256, decisions, samples: drawn } = pack
  await output.document(
    { file, sha256, decisions: decisions.length, samples: drawn.length },
    () => `${file}: SHA-256 ${sha256}.`,
  )
}

export async function relations({ output }: Context, platform: Platform, file?: string): Promise<void> {
  const { pool } = platform.database
  if (file !== undefined)
    await importRelations({ pool, clock: platform.clock }, await readInput(file, 'a CSV of relations'), file)
  await output.list(await listRelations(pool), [
    { title: 'person', of: (row) => row.person },
    { title: 'must not review', of: (row) => row.other },
    { title: 'because', of: (row) => row.relation },
  ])
}

function stratumOf(word: string): Stratum {
  const stratum = strataNames.find((one) => one === word)
  if (stratum) return stratum
  throw new AppError('bad-settings', `"${word}" is no stratum; there are ${strataNames.join(', ')}.`)
}

function wholeNumber(text: string, what: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1) return number
  throw new AppError('bad-settings', `"${text}" is no number for ${what}.`)
}
