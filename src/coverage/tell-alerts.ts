/** Tells alerts, each once by each way: by e-mail, and by a signed POST. What fails is tried again for a day. */
import { createHmac } from 'node:crypto'
import { AppError } from '../domain/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { openWebhookSecret, readAlertSettings } from './alert-settings.ts'
import type { AlertKind } from './alerts.ts'

/** Sends one e-mail; resolves when the server has taken it. */
export type SendAlertMail = (mail: {
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
}) => Promise<void>

export interface TellingParts {
  readonly queries: Queries
  readonly vault: KeyVault
  readonly clock: Clock
  /** Absent where this installation sends no mail. */
  readonly sendMail?: SendAlertMail
}

interface Notice {
  readonly alertId: bigint
  readonly way: 'email' | 'webhook'
  readonly attempts: number
  readonly kind: AlertKind
  readonly account: string
  readonly facts: Readonly<Record<string, string | number>>
  readonly beganAt: Date
}

const noticesPerLook = 100
/** Twice as long before each further try: the tenth comes after more than a day. */
const firstWaitMs = 5 * 60_000
const attemptsMax = 10
const deadlineMs = 10_000

/** Answers how many were told and how many failed. */
export async function tellAlerts(parts: TellingParts): Promise<{ told: number; failed: number }> {
  const counts = { told: 0, failed: 0 }
  for (const notice of await waitingNotices(parts)) {
    try {
      await tell(parts, notice)
      await noteTold(parts, notice)
      counts.told += 1
    } catch (error) {
      await noteFailure(parts, notice, error)
      counts.failed += 1
    }
  }
  return counts
}

/** Of alerts that have ended meanwhile nobody is told any more. */
async function waitingNotices({ queries, clock }: TellingParts): Promise<Notice[]> {
  const rows = await queries
    .selectFrom('coverage_notice')
    .innerJoin('coverage_alert', 'coverage_alert.id', 'alert_id')
    .innerJoin('feed_account', 'feed_account.id', 'feed_account_id')
    .select(['alert_id', 'way', 'attempts', 'kind', 'facts', 'began_at', 'account', 'username'])
    .where('told_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('attempts', '<', attemptsMax)
    .where('next_attempt_at', '<=', new Date(clock.now()))
    .orderBy('next_attempt_at')
    .limit(noticesPerLook)
    .execute()
  return rows.map((row) => ({
    ...{ alertId: row.alert_id, way: row.way as Notice['way'], attempts: row.attempts },
    ...{ kind: row.kind as AlertKind, account: row.account ?? row.username, beganAt: row.began_at },
    facts: row.facts as Notice['facts'],
  }))
}

async function tell(parts: TellingParts, notice: Notice): Promise<void> {
  const { webhook, emailAddresses } = await readAlertSettings(parts.queries)
  if (notice.way === 'webhook') {
    if (webhook !== null) await post(parts, webhook.url, notice)
    return
  }
  if (emailAddresses.length === 0) return
  if (!parts.sendMail)
    throw new AppError(
      'bad-settings',
      'This installation sends no mail: set up the mail server, or use a webhook.',
    )
  const text = `${sentenceOf(notice)}\n\nThe page Coverage of the portal says more.\n`
  await parts.sendMail({
    to: emailAddresses,
    subject: `Holdfast: ${subjects[notice.kind]} (${notice.account})`,
    text,
  })
}

/**
 * `Holdfast-Signature: t=SECONDS,v1=HEX` is HMAC-SHA256 under the secret of `SECONDS.BODY`; the receiver refuses old
 * ones, and tells repeated ones by `id`.
 */
async function post(parts: TellingParts, url: string, notice: Notice): Promise<void> {
  const secret = await openWebhookSecret(parts)
  const body = JSON.stringify({
    ...{ id: `alert-${notice.alertId}`, kind: notice.kind, account: notice.account },
    ...{ beganAt: notice.beganAt.toISOString(), text: sentenceOf(notice), facts: notice.facts },
  })
  const seconds = Math.floor(parts.clock.now() / 1_000)
  const answer = await fetch(url, {
    method: 'POST',
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(deadlineMs),
    headers: {
      'content-type': 'application/json',
      'holdfast-signature': `t=${seconds},v1=${webhookSignature(secret ?? Buffer.alloc(0), seconds, body)}`,
    },
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new AppError('vendor-refused', `The webhook answered ${answer.status}.`)
}

/** In hex. */
export function webhookSignature(secret: Uint8Array, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}

const subjects: Readonly<Record<AlertKind, string>> = {
  silence: 'somebody is silent',
  gap: 'messages are missing',
  route: 'a route fails',
  lag: 'messages are late',
  site: 'an archiver site does not answer',
  heartbeat: 'a heartbeat was not found',
}

function sentenceOf({ kind, account, facts }: Notice): string {
  const { name, source, route, since, reason, gaps, code, day, captured, arrived } = facts
  switch (kind) {
    case 'silence':
      return `${account}: nothing of ${name} has come by ${source} since ${since}, which is longer than is usual for this person.`
    case 'gap':
      return `${account}: ${gaps} open gap(s) for the reason ${reason}, the first found ${since}.`
    case 'route':
      return `${account}: the route ${route} (${source}) has failed since ${since}: ${code}.`
    case 'lag':
      return day === undefined
        ? `${account}: what the route ${route} (${source}) received has waited for the journal since ${since}.`
        : `${account}: of ${captured} messages captured on ${day}, ${arrived} are in the archive.`
    case 'site':
      return `${account}: the archiver site has not told its coverage since ${since}: ${code}.`
    case 'heartbeat':
      return `${account}: what the probe was to send by ${route} at ${since} is not found in search.`
  }
}

async function noteTold({ queries, clock }: TellingParts, { alertId, way, attempts }: Notice): Promise<void> {
  await queries
    .updateTable('coverage_notice')
    .set({ told_at: new Date(clock.now()), attempts: attempts + 1, problem: null })
    .where('alert_id', '=', alertId)
    .where('way', '=', way)
    .execute()
}

async function noteFailure(
  { queries, clock }: TellingParts,
  { alertId, way, attempts }: Notice,
  error: unknown,
): Promise<void> {
  await queries
    .updateTable('coverage_notice')
    .set({
      attempts: attempts + 1,
      next_attempt_at: new Date(clock.now() + firstWaitMs * 2 ** attempts),
      problem: error instanceof AppError ? error.message : 'The receiver could not be reached.',
    })
    .where('alert_id', '=', alertId)
    .where('way', '=', way)
    .execute()
}

/** Why notices of open alerts are not told; null where all are. */
export async function noticeProblem({ queries }: Pick<TellingParts, 'queries'>): Promise<string | null> {
  const row = await queries
    .selectFrom('coverage_notice')
    .innerJoin('coverage_alert', 'coverage_alert.id', 'alert_id')
    .select('problem')
    .where('told_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('problem', 'is not', null)
    .orderBy('next_attempt_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.problem ?? null
}
