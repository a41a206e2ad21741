/** Letters that a decision sends: a notice to whose message it was, and a word to the reviewer it is handed on to. */
import { AppError } from '../../domain/errors.ts'
import type { Client } from '../../platform/postgres/index.ts'
import { mayReview } from './reviewer.ts'

export type SendNotice = (letter: { to: string; subject: string; text: string }) => Promise<void>

interface Notice {
  readonly to: string
  readonly subject: string
  /** What the letter says. */
  readonly comment: string
}

/**
 * Only to somebody whose mailbox is kept: what a reviewer writes of a message goes to nobody else. Throws
 * `decision-refused` and what `send` throws.
 */
export async function sendNotice(
  client: Client,
  { to, subject, comment: text }: Notice,
  send: SendNotice | undefined,
): Promise<void> {
  if (!send) throw refused('No mail server is set up, so nobody can be notified.')
  const { rows } = await client.query('select from mailbox where address = lower($1)', [to])
  if (rows.length === 0) throw refused('A notice goes to somebody whose mailbox is kept.')
  await send({ to, subject, text })
}

interface HandedOn {
  readonly alerts: readonly bigint[]
  readonly by: string
  /** A username. */
  readonly to: string
  readonly send: SendNotice | undefined
}

/**
 * Only a reviewer who sees all of these alerts may be handed them. The letter holds no word of a message; one that cannot
 * be sent keeps nothing from being handed on, because the queue shows it as well. Answers whether he was told. Throws
 * `decision-refused`.
 */
export async function tellColleague(client: Client, { alerts, by, to, send }: HandedOn): Promise<boolean> {
  const { rows } = await client.query<{ email: string | null }>(
    `select email from app_user where username = $1 and username <> $3
        and not exists (select from supervision_alert as alert where alert.id = any($2) and not (${mayReview}))`,
    [to, alerts, by],
  )
  const [colleague] = rows
  if (!colleague)
    throw refused(
      `"${to}" is no other reviewer who may see ${alerts.length === 1 ? 'this alert' : 'these alerts'}.`,
    )
  if (!send || colleague.email === null) return false
  const letter = {
    to: colleague.email,
    subject: `Escalated to you: ${alerts.length} to review`,
    text: `${by} asks you to look at ${alerts.length === 1 ? 'an alert' : `${alerts.length} alerts`} (${alerts.join(', ')}). Sign in to the compliance centre and open Alert review.`,
  }
  return send(letter).then(
    () => true,
    () => false,
  )
}

export function refused(message: string): AppError {
  return new AppError('decision-refused', message)
}
