/** Connectors: what the wizard makes, and what a run works by. */

import { AppError } from '../domain/errors.ts'
import type { ChannelFamily } from '../domain/feed/contract.ts'
import type { MappingRow } from '../domain/mapping-file.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { accountKeyPurpose } from './account-keys.ts'
import { checkedSiteUrl, createFeedClient } from './feed-client.ts'
import type { ConnectorParts } from './parts.ts'
import { nextRunOf } from './schedule.ts'

export const connectorTypes = ['whatsapp', 'wechat'] as const
export type ConnectorType = (typeof connectorTypes)[number]

/** The text a person accepts; a change of it is a new version. */
export const termsVersion = '2026-11'

export interface Connector {
  readonly id: number
  readonly name: string
  readonly type: ConnectorType
  readonly siteUrl: string
  readonly username: string
  readonly feedAccountId: number
  readonly automaticMapping: boolean
  readonly catchAllMailboxId: number | null
  readonly mappingVersion: number
  readonly scheduleCron: string
  readonly scheduleZone: string
  readonly stagedSequence: number
  readonly importedSequence: number
  readonly terms: { readonly version: string; readonly acceptedBy: string; readonly acceptedAt: string }
  /** ISO time, or null where the schedule has no next time. */
  readonly nextRun: string | null
}

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
  readonly scheduleCron: string
  readonly scheduleZone: string
}

/** WeChat and WeCom records come through one connector. */
export function familyOfConnector({ type }: Pick<Connector, 'type'>): ChannelFamily {
  return type
}

/**
 * Creates a connector after a trial sign-in at the site; the password is kept sealed. Throws
 * `terms-not-accepted`, `connector-exists`, `sign-in-refused`, `site-unreachable`, `account-has-no-key`.
 */
export async function createConnector(parts: ConnectorParts, given: NewConnector): Promise<Connector> {
  if (given.termsAcceptedBy === null) {
    throw new AppError(
      'terms-not-accepted',
      `The terms (version ${termsVersion}) have not been accepted; read docs/operate/terms.md and add --accept-terms.`,
    )
  }
  const siteUrl = checkedSiteUrl(given.siteUrl)
  if (await connectorRow(parts.queries, given.name)) {
    throw new AppError(
      'connector-exists',
      `There is a connector named "${given.name}" already; choose another name.`,
    )
  }
  const feed = createFeedClient({ siteUrl, username: given.username, password: given.password, retries: 0 })
  const { publicKey, account } = await feed.signIn()
  await requirePrivateKey(parts, Buffer.from(publicKey, 'base64'), account)
  const now = new Date(parts.clock.now())
  await parts.queries.transaction().execute(async (transaction) => {
    const feedAccount = await transaction
      .insertInto('feed_account')
      .values({ site_url: siteUrl, username: given.username })
      .onConflict((conflict) =>
        conflict.columns(['site_url', 'username']).doUpdateSet({ username: given.username }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    const { id } = await transaction
      .insertInto('connector')
      .values({
        name: given.name,
        type: given.type,
        feed_account_id: feedAccount.id,
        sealed_password: Buffer.from(
          await parts.vault.seal(`connector-password/${given.name}`, Buffer.from(given.password)),
        ),
        automatic_mapping: given.automaticMapping,
        catch_all_mailbox_id: given.catchAllMailboxId,
        terms_version: termsVersion,
        terms_accepted_by: given.termsAcceptedBy!,
        terms_accepted_at: now,
        schedule_cron: given.scheduleCron,
        schedule_zone: given.scheduleZone,
        created_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await insertMapping(transaction, id, given.mapping)
    await appendAudit(transaction, {
      at: now.getTime(),
      actor: given.termsAcceptedBy!,
      operation: 'create-connector',
      target: given.name,
      outcome: 'succeeded',
      details: { type: given.type, site: siteUrl, terms: termsVersion, mappingRows: given.mapping.length },
    })
  })
  return connectorByName(parts, given.name)
}

/** Replaces the custom mapping; messages imported before stay where they are, exceptions wait for a reprocess. */
export async function replaceMapping(
  parts: ConnectorParts,
  connector: Connector,
  rows: readonly MappingRow[],
  actor?: string,
): Promise<void> {
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('connector_mapping').where('connector_id', '=', connector.id).execute()
    await insertMapping(transaction, connector.id, rows)
    await transaction
      .updateTable('connector')
      .set({ mapping_version: connector.mappingVersion + 1 })
      .where('id', '=', connector.id)
      .execute()
    await appendAudit(transaction, {
      at: parts.clock.now(),
      actor,
      operation: 'replace-mapping',
      target: connector.name,
      outcome: 'succeeded',
      details: { version: connector.mappingVersion + 1, rows: rows.length },
    })
  })
}

async function insertMapping(
  queries: Queries,
  connectorId: number,
  rows: readonly MappingRow[],
): Promise<void> {
  const mailboxes = await queries.selectFrom('mailbox').select(['id', 'address']).execute()
  const ids = new Map(mailboxes.map(({ id, address }) => [address, id]))
  for (let from = 0; from < rows.length; from += 1_000) {
    await queries
      .insertInto('connector_mapping')
      .values(
        rows.slice(from, from + 1_000).map((row) => ({
          connector_id: connectorId,
          row_number: row.row,
          phone: row.phone,
          mailbox_id: ids.get(row.mailboxAddress)!,
          valid_from: row.validFrom === undefined ? null : new Date(row.validFrom),
          valid_to: row.validTo === undefined ? null : new Date(row.validTo),
        })),
      )
      .execute()
  }
}

type ReadingParts = Pick<ConnectorParts, 'queries' | 'clock'>

/** Throws `connector-not-found`, naming the connectors there are. */
export async function connectorByName(parts: ReadingParts, name: string): Promise<Connector> {
  const row = await connectorRow(parts.queries, name)
  if (row) return connectorOf(row, parts.clock.now())
  const names = (await listConnectors(parts)).map((connector) => connector.name)
  const known = names.length === 0 ? 'there are none yet' : `there are: ${names.join(', ')}`
  throw new AppError('connector-not-found', `There is no connector named "${name}"; ${known}.`)
}

export async function listConnectors(parts: ReadingParts): Promise<Connector[]> {
  const rows = await connectorQuery(parts.queries).orderBy('connector.name').execute()
  return rows.map((row) => connectorOf(row, parts.clock.now()))
}

/** The feed of a connector, with the password out of the vault. `retries` as the feed client has it. */
export async function openFeed(parts: ConnectorParts, connector: Connector, options?: { retries: number }) {
  const { sealed_password } = await parts.queries
    .selectFrom('connector')
    .select('sealed_password')
    .where('id', '=', connector.id)
    .executeTakeFirstOrThrow()
  const password = await parts.vault.open(`connector-password/${connector.name}`, sealed_password)
  return createFeedClient({
    siteUrl: connector.siteUrl,
    username: connector.username,
    password: Buffer.from(password).toString(),
    ...options,
    ...(parts.feed?.retryWaitMs === undefined ? {} : { retryWaitMs: parts.feed.retryWaitMs }),
  })
}

/** The private half of an account's key. Throws `account-has-no-key` where this centre did not make the pair. */
export async function requirePrivateKey(
  parts: ConnectorParts,
  publicKey: Buffer,
  account: string,
): Promise<Buffer> {
  const row = await parts.queries
    .selectFrom('account_key')
    .select('sealed_private_key')
    .where('public_key', '=', publicKey)
    .executeTakeFirst()
  if (!row) {
    throw new AppError(
      'account-has-no-key',
      `The site's account "${account}" seals to a key this compliance centre does not have; create the account with the file of "holdfast centre key --out FILE" of this centre.`,
    )
  }
  return Buffer.from(await parts.vault.open(accountKeyPurpose, row.sealed_private_key))
}

function connectorQuery(queries: Queries) {
  return queries
    .selectFrom('connector')
    .innerJoin('feed_account', 'feed_account.id', 'connector.feed_account_id')
    .selectAll('connector')
    .select(['feed_account.site_url', 'feed_account.username'])
}

function connectorRow(queries: Queries, name: string) {
  return connectorQuery(queries).where('connector.name', '=', name).executeTakeFirst()
}

function connectorOf(row: NonNullable<Awaited<ReturnType<typeof connectorRow>>>, now: number): Connector {
  return {
    id: row.id,
    name: row.name,
    type: row.type as ConnectorType,
    siteUrl: row.site_url,
    username: row.username,
    feedAccountId: row.feed_account_id,
    automaticMapping: row.automatic_mapping,
    catchAllMailboxId: row.catch_all_mailbox_id,
    mappingVersion: row.mapping_version,
    scheduleCron: row.schedule_cron,
    scheduleZone: row.schedule_zone,
    stagedSequence: Number(row.staged_sequence),
    importedSequence: Number(row.imported_sequence),
    terms: {
      version: row.terms_version,
      acceptedBy: row.terms_accepted_by,
      acceptedAt: row.terms_accepted_at.toISOString(),
    },
    nextRun: nextRunOf(row.schedule_cron, row.schedule_zone, now),
  }
}
