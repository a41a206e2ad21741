/** Making a connector, by command or at the end of the wizard. */
import { AppError } from '../domain/errors.ts'
import type { MappingRow } from '../domain/mapping-file.ts'
import { appendAudit, auditOrigin } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import {
  type Connector,
  type ConnectorType,
  connectorById,
  passwordPurpose,
  requirePrivateKey,
} from './connectors.ts'
import { checkedSiteUrl, createFeedClient } from './feed-client.ts'
import { insertMapping } from './mapping-rows.ts'
import type { ConnectorParts } from './parts.ts'
import { nextRunOf } from './schedule.ts'
import { currentTermsVersion } from './terms.ts'

export interface NewConnector {
  readonly name: string
  readonly type: ConnectorType
  readonly siteUrl: string
  readonly username: string
  readonly password: string
  readonly mapping: readonly MappingRow[]
  readonly automaticMapping: boolean
  readonly catchAllMailboxId: number | null
  /** Who accepted the terms; null when nobody did. */
  readonly termsAcceptedBy: string | null
  /** When, in ms since 1970 UTC; now unless told. */
  readonly termsAcceptedAt?: number
  readonly scheduleCron: string
  readonly scheduleZone: string
}

/**
 * Creates a connector after a trial sign-in at the site; the password is kept sealed. Throws
 * `terms-not-accepted`, `connector-exists`, `bad-settings`, `sign-in-refused`, `site-unreachable`, `account-has-no-key`.
 */
export async function createConnector(parts: ConnectorParts, given: NewConnector): Promise<Connector> {
  const checked = await checkNewConnector(parts, given)
  const id = await parts.queries
    .transaction()
    .execute((transaction) => insertConnector(transaction, parts, checked, null))
  return connectorById(parts, id)
}

/** A connector that may be made: the site took the password, and what is sealed to its account can be opened here. */
export interface CheckedConnector extends NewConnector {
  readonly termsAcceptedBy: string
  readonly termsVersion: string
  readonly sealedPassword: Buffer
  readonly account: SignedInAccount
}

/** Checks everything that takes time or another machine, before a transaction begins. Throws as `createConnector`. */
export async function checkNewConnector(
  parts: ConnectorParts,
  given: NewConnector,
): Promise<CheckedConnector> {
  const { termsAcceptedBy } = given
  const termsVersion = await currentTermsVersion(parts.queries)
  if (termsAcceptedBy === null) {
    throw new AppError(
      'terms-not-accepted',
      `The terms (version ${termsVersion}) have not been accepted; read docs/operate/terms.md and add --accept-terms.`,
    )
  }
  nextRunOf(given.scheduleCron, given.scheduleZone, parts.clock.now())
  await refuseTakenName(parts.queries, given.name)
  const account = await signInAccount(parts, given)
  const sealed = await parts.vault.seal(passwordPurpose(given.name), Buffer.from(given.password))
  return {
    ...given,
    siteUrl: checkedSiteUrl(given.siteUrl),
    termsAcceptedBy,
    termsVersion,
    sealedPassword: Buffer.from(sealed),
    account,
  }
}

/** Writes the connector, its mapping and its audit event; answers its id. Throws `connector-exists`. */
export async function insertConnector(
  transaction: Queries,
  parts: Pick<ConnectorParts, 'clock'>,
  given: CheckedConnector,
  draftId: string | null,
): Promise<number> {
  const now = new Date(parts.clock.now())
  const inserted = await transaction
    .insertInto('connector')
    .values({
      name: given.name,
      type: given.type,
      feed_account_id: await keepFeedAccount(transaction, given, given.account),
      sealed_password: given.sealedPassword,
      automatic_mapping: given.automaticMapping,
      catch_all_mailbox_id: given.catchAllMailboxId,
      terms_version: given.termsVersion,
      terms_accepted_by: given.termsAcceptedBy,
      terms_accepted_at: new Date(given.termsAcceptedAt ?? now),
      schedule_cron: given.scheduleCron,
      schedule_zone: given.scheduleZone,
      created_at: now,
      draft_id: draftId,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) throw nameTaken(given.name)
  await insertMapping(transaction, inserted.id, given.mapping)
  await appendAudit(transaction, {
    at: now.getTime(),
    // By command it is he who accepted the terms; in the portal another may finish what he began.
    actor: auditOrigin()?.actor ?? given.termsAcceptedBy,
    operation: 'create-connector',
    target: given.name,
    outcome: 'succeeded',
    details: {
      connector: inserted.id,
      type: given.type,
      site: given.siteUrl,
      terms: given.termsVersion,
      mappingRows: given.mapping.length,
    },
  })
  return inserted.id
}

/** How the site knows the account: by what makes it the same one at another address. */
export interface SignedInAccount {
  readonly name: string
  readonly publicKey: Buffer
}

/**
 * Tries user name and password once, and that this centre has the account's key. Throws `bad-settings` (the
 * address), `sign-in-refused`, `sign-in-throttled`, `site-unreachable`, `account-has-no-key`.
 */
export async function signInAccount(
  parts: ConnectorParts,
  given: Pick<NewConnector, 'siteUrl' | 'username' | 'password'>,
): Promise<SignedInAccount> {
  const { siteUrl, username, password } = given
  const answer = await createFeedClient({ siteUrl, username, password, retries: 0 }).signIn()
  const publicKey = Buffer.from(answer.publicKey, 'base64')
  await requirePrivateKey(parts, publicKey, answer.account)
  return { name: answer.account, publicKey }
}

/** The row of the account at this address, made or brought up to date; answers its id. */
export async function keepFeedAccount(
  transaction: Queries,
  { siteUrl, username }: Pick<NewConnector, 'siteUrl' | 'username'>,
  account: SignedInAccount,
): Promise<number> {
  const named = { username, account: account.name, public_key: account.publicKey }
  const { id } = await transaction
    .insertInto('feed_account')
    .values({ site_url: siteUrl, ...named })
    .onConflict((conflict) => conflict.columns(['site_url', 'username']).doUpdateSet(named))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Throws `connector-exists`. */
export async function refuseTakenName(queries: Queries, name: string): Promise<void> {
  const taken = await queries
    .selectFrom('connector')
    .select('id')
    .where('name', '=', name)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (taken) throw nameTaken(name)
}

export function nameTaken(name: string): AppError {
  return new AppError(
    'connector-exists',
    `There is a connector named "${name}" already; choose another name.`,
  )
}
