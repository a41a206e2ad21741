/** What an account offers its users, and whether it captures without their consent. */
import {
  type ActivationInput,
  type ActivationSettings,
  activationSettings,
  type OfferedWay,
  offeredWays,
} from '../../domain/activation.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { SiteAccount } from '../accounts.ts'
import type { SiteParts } from '../parts.ts'

export interface AccountActivation extends ActivationSettings {
  readonly consentRequired: boolean
  /** What users are offered now: the ways that were set, else the live routes the account has. */
  readonly offered: readonly OfferedWay[]
}

export async function readActivationSettings(
  { database }: Pick<SiteParts, 'database'>,
  { id }: Pick<SiteAccount, 'id'>,
): Promise<AccountActivation> {
  const row = await database
    .selectFrom('site_account')
    .select(['consent_required', 'activation'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const settings = activationSettings.parse(row.activation)
  return {
    ...settings,
    consentRequired: row.consent_required,
    offered: settings.ways ?? (await routedWays({ database }, id)),
  }
}

async function routedWays({ database }: Pick<SiteParts, 'database'>, id: number): Promise<OfferedWay[]> {
  const rows = await database
    .selectFrom('site_route')
    .select('source')
    .distinct()
    .where('account_id', '=', id)
    .where('enabled', '=', true)
    .where('removed_at', 'is', null)
    .execute()
  return offeredWays.filter((way) => rows.some(({ source }) => source === way))
}

export interface ActivationChange {
  readonly consentRequired?: boolean | undefined
  readonly ways?: ActivationSettings['ways'] | undefined
  readonly embeddedSignup?: ActivationInput['embeddedSignup'] | undefined
}

/** What is absent stays as it is. Throws `bad-settings`. */
export async function changeActivationSettings(
  parts: SiteParts,
  account: SiteAccount,
  change: ActivationChange,
): Promise<AccountActivation> {
  await parts.database.transaction().execute(async (transaction) => {
    await transaction
      .selectFrom('site_account')
      .select('id')
      .where('id', '=', account.id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const before = await readActivationSettings({ database: transaction }, account)
    const checked = activationSettings.safeParse({
      ways: change.ways === undefined ? before.ways : change.ways,
      embeddedSignup: change.embeddedSignup === undefined ? before.embeddedSignup : change.embeddedSignup,
    })
    if (!checked.success) {
      const slips = checked.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
      throw new AppError('bad-settings', `These settings cannot be used: ${slips.join('; ')}.`)
    }
    const consentRequired = change.consentRequired ?? before.consentRequired
    await transaction
      .updateTable('site_account')
      .set({ consent_required: consentRequired, activation: JSON.stringify(checked.data) })
      .where('id', '=', account.id)
      .execute()
    await appendAudit(transaction, {
      ...{ at: parts.clock.now(), operation: 'change-activation', target: account.name },
      outcome: 'succeeded',
      details: { consentRequired, ...checked.data },
    })
  })
  return readActivationSettings(parts, account)
}
