/** Where alerts go: addresses, and a webhook with the secret that signs what it is sent. */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Clock } from '../platform/clock.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { Queries } from '../platform/postgres/index.ts'

export interface AlertSettings {
  readonly emailAddresses: readonly string[]
  readonly webhook: { readonly url: string; readonly hasSecret: boolean } | null
  /** What waits at a site for longer is told. */
  readonly lagMinutes: number
  /** 0 until somebody has set them. */
  readonly version: number
}

export interface AlertChange {
  readonly emailAddresses: readonly string[]
  readonly webhookUrl: string | null
  /** Absent: the one there is stays, where the address does. */
  readonly webhookSecret?: string | undefined
  readonly lagMinutes: number
  /** The version that was read before. */
  readonly version: number
}

/** Vault purpose of the webhook's secret. */
const secretPurpose = 'coverage-webhook'
const standardLagMinutes = 30
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

export async function readAlertSettings(queries: Queries): Promise<AlertSettings> {
  const row = await queries.selectFrom('coverage_setting').selectAll().executeTakeFirst()
  if (!row) return { emailAddresses: [], webhook: null, lagMinutes: standardLagMinutes, version: 0 }
  return {
    emailAddresses: row.email_addresses,
    webhook:
      row.webhook_url === null
        ? null
        : { url: row.webhook_url, hasSecret: row.sealed_webhook_secret !== null },
    ...{ lagMinutes: row.lag_minutes, version: row.version },
  }
}

/** Throws `bad-settings` (an address that is not https, a secret that is missing) and `changed-meanwhile`. */
export async function changeAlertSettings(
  { queries, vault, clock }: { readonly queries: Queries; readonly vault: KeyVault; readonly clock: Clock },
  change: AlertChange,
): Promise<AlertSettings> {
  const { emailAddresses, webhookUrl, webhookSecret, lagMinutes, version } = change
  if (webhookUrl !== null) requireSafeAddress(webhookUrl)
  await queries.transaction().execute(async (transaction) => {
    const before = await transaction.selectFrom('coverage_setting').selectAll().forUpdate().executeTakeFirst()
    if ((before?.version ?? 0) !== version)
      throw new AppError('changed-meanwhile', 'Somebody else has changed where alerts go; look at it again.')
    const kept = before?.webhook_url === webhookUrl ? (before?.sealed_webhook_secret ?? null) : null
    const sealed =
      webhookUrl === null
        ? null
        : webhookSecret === undefined
          ? kept
          : Buffer.from(await vault.seal(secretPurpose, Buffer.from(webhookSecret)))
    if (webhookUrl !== null && sealed === null)
      throw new AppError('bad-settings', 'Give the secret that signs what the webhook is sent.')
    const values = {
      email_addresses: [...emailAddresses],
      ...{ webhook_url: webhookUrl, sealed_webhook_secret: sealed, lag_minutes: lagMinutes },
      version: version + 1,
    }
    await transaction
      .insertInto('coverage_setting')
      .values({ id: 1, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
    await appendAudit(transaction, {
      ...{ at: clock.now(), operation: 'change-settings', target: 'alerts', outcome: 'succeeded' },
      details: { emailAddresses, webhookUrl, lagMinutes, secretChanged: webhookSecret !== undefined },
    })
  })
  return readAlertSettings(queries)
}

/** The webhook's secret, opened. */
export async function openWebhookSecret({
  queries,
  vault,
}: {
  readonly queries: Queries
  readonly vault: KeyVault
}): Promise<Buffer | null> {
  const row = await queries.selectFrom('coverage_setting').select('sealed_webhook_secret').executeTakeFirst()
  if (!row?.sealed_webhook_secret) return null
  return Buffer.from(await vault.open(secretPurpose, row.sealed_webhook_secret))
}

function requireSafeAddress(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname))
  if (!isSafe || url.username !== '' || url.password !== '')
    throw new AppError(
      'bad-settings',
      `The webhook's address must be https:// without a user name in it; got "${url === null ? text : url.origin}".`,
    )
}
