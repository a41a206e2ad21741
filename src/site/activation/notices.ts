/** Versions of what users are told; a version is never changed, since consents name it. */
import {
  type NoticeLanguage,
  type NoticeText,
  type NoticeTexts,
  noticeLanguages,
  noticeTexts,
} from '../../domain/activation.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit, auditOrigin, localOperator } from '../../platform/audit/audit.ts'
import type { Queries } from '../../platform/postgres/index.ts'
import type { SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'
import { defaultNotice } from './default-notice.ts'

export interface NoticeVersion {
  readonly version: number
  readonly texts: NoticeTexts
  readonly publishedBy: string
  readonly publishedAt: Date
}

const firstPublishedBy = 'holdfast'

/** All versions, the newest first: the one that holds. An account that never published one has Holdfast's own. */
export async function listNotices(parts: SiteParts, account: SiteAccount): Promise<NoticeVersion[]> {
  const rows = await parts.database
    .selectFrom('site_notice')
    .selectAll()
    .where('account_id', '=', account.id)
    .orderBy('version', 'desc')
    .execute()
  if (rows.length === 0) return [firstNotice(account, new Date(parts.clock.now()))]
  return rows.map((row) => ({
    version: row.version,
    texts: row.texts as NoticeTexts,
    publishedBy: row.published_by,
    publishedAt: row.published_at,
  }))
}

export async function currentNotice(parts: SiteParts, account: SiteAccount): Promise<NoticeVersion> {
  return (await listNotices(parts, account))[0]!
}

/**
 * Puts a new version in place of the one that holds; consents to earlier ones are outdated from then on. Throws
 * `changed-meanwhile` unless `after` is the newest version, and `bad-settings`.
 */
export async function publishNotice(
  parts: SiteParts,
  account: SiteAccount,
  { texts, after }: { readonly texts: unknown; readonly after: number },
): Promise<number> {
  const checked = noticeTexts.safeParse(texts)
  if (!checked.success) {
    const slips = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'texts'}: ${message}`)
    throw new AppError('bad-settings', `The notice cannot be used: ${slips.join('; ')}.`)
  }
  return parts.database.transaction().execute(async (transaction) => {
    // Two who publish at the same moment come one after the other.
    await transaction
      .selectFrom('site_account')
      .select('id')
      .where('id', '=', account.id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    await keepFirstNotice(parts, transaction, account)
    const newest = await currentNotice({ ...parts, database: transaction }, account)
    if (newest.version !== after)
      throw new AppError(
        'changed-meanwhile',
        `Somebody published another notice of "${account.name}" meanwhile; look at it again.`,
      )
    const version = after + 1
    const now = parts.clock.now()
    await transaction
      .insertInto('site_notice')
      .values({
        ...{ account_id: account.id, version, texts: JSON.stringify(checked.data) },
        ...{ published_by: auditOrigin()?.actor ?? localOperator, published_at: new Date(now) },
      })
      .execute()
    await appendAudit(transaction, {
      ...{ at: now, operation: 'publish-notice', target: account.name, outcome: 'succeeded' },
      details: { version, languages: Object.keys(checked.data) },
    })
    return version
  })
}

/** Holdfast's own notice becomes a version of the account's as soon as a consent may name it. */
export async function keepFirstNotice(
  parts: SiteParts,
  transaction: Queries,
  account: SiteAccount,
): Promise<void> {
  const { version, texts, publishedBy, publishedAt } = firstNotice(account, new Date(parts.clock.now()))
  const exists = await transaction
    .selectFrom('site_notice')
    .select('version')
    .where('account_id', '=', account.id)
    .limit(1)
    .executeTakeFirst()
  if (exists) return
  await transaction
    .insertInto('site_notice')
    .values({
      ...{ account_id: account.id, version, texts: JSON.stringify(texts) },
      ...{ published_by: publishedBy, published_at: publishedAt },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The text in the language, or in English, or in the first language there is. */
export function noticeIn(
  texts: NoticeTexts,
  wanted: NoticeLanguage,
): { readonly language: NoticeLanguage; readonly text: NoticeText } {
  const language = [wanted, ...noticeLanguages].find((one) => texts[one] !== undefined)!
  return { language, text: texts[language]! }
}

function firstNotice(account: SiteAccount, now: Date): NoticeVersion {
  return { version: 1, texts: defaultNotice(account.name), publishedBy: firstPublishedBy, publishedAt: now }
}
