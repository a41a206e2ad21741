/** A registered user says that something of his was personal: by when it was said, for the site cannot read it. */
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'
import { invitationOf } from './answer.ts'

export interface PersonalTime {
  /** ISO time of the first minute. */
  readonly from: string
  /** 1 to 60. */
  readonly minutes: number
}

const reportedAgainDays = 30
const dayMs = 24 * 60 * 60_000

/** The centre hides what was said in the time when it next asks. Throws `link-refused`, `bad-request` for a time to come. */
export async function reportPersonal(
  parts: SiteParts,
  token: string,
  { from, minutes }: PersonalTime,
): Promise<void> {
  const now = parts.clock.now()
  const first = Math.floor(Date.parse(from) / 60_000) * 60_000
  if (!(first <= now) || !Number.isInteger(minutes) || minutes < 1 || minutes > 60)
    throw new AppError('bad-request', 'Name a time that is past, and 1 to 60 minutes.')
  await parts.database.transaction().execute(async (transaction) => {
    const { account, user } = await invitationOf(parts, transaction, token)
    await transaction
      .insertInto('site_personal_report')
      .values({
        ...{ account_id: account.id, registered_user_id: user.id, reported_at: new Date(now) },
        ...{ from_at: new Date(first), to_at: new Date(first + minutes * 60_000) },
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await appendAudit(transaction, {
      ...{ at: now, operation: 'report-personal', target: `account ${account.id}`, outcome: 'succeeded' },
      details: { user: user.id, minutes },
    })
  })
}

/** Those of the last thirty days: a backup may bring late what was reported long before. */
export async function personalReports({ database, clock }: SiteParts, account: SiteAccount) {
  const rows = await database
    .selectFrom('site_personal_report')
    .select(['registered_user_id', 'from_at', 'to_at'])
    .where('account_id', '=', account.id)
    .where('reported_at', '>', new Date(clock.now() - reportedAgainDays * dayMs))
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    userId: row.registered_user_id,
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
  }))
}
