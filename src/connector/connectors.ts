/** Connectors as they are: what the wizard made, and what a run works by. */
import { AppError } from '../domain/errors.ts'
import type { ChannelFamily } from '../domain/feed/contract.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { accountKeyPurpose } from './account-keys.ts'
import { createFeedClient } from './feed-client.ts'
import type { ConnectorParts } from './parts.ts'
import { nextRunOf } from './schedule.ts'

export const connectorTypes = ['whatsapp', 'wechat'] as const
export type ConnectorType = (typeof connectorTypes)[number]

export interface Connector {
  readonly id: number
  readonly name: string
  readonly type: ConnectorType
  readonly siteUrl: string
  /** Where its site captures. */
  readonly region: string
  readonly username: string
  readonly feedAccountId: number
  readonly automaticMapping: boolean
  readonly catchAllMailboxId: number | null
  readonly mappingVersion: number
  readonly scheduleCron: string
  readonly scheduleZone: string
  /** Runs whenever its site has something new, besides the schedule. */
  readonly runOnArrival: boolean
  readonly stagedSequence: number
  readonly importedSequence: number
  readonly terms: { readonly version: string; readonly acceptedBy: string; readonly acceptedAt: string }
  /** ISO time, or null where the schedule has no next time, and while paused. */
  readonly nextRun: string | null
  /** ISO time since when there are no scheduled runs; null while there are. */
  readonly pausedAt: string | null
  readonly createdAt: string
  /** Counts the changes of it, for the later of two administrators to be told. */
  readonly version: number
}

/** WeChat and WeCom records come through one connector. */
export function familyOfConnector({ type }: Pick<Connector, 'type'>): ChannelFamily {
  return type
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

/** Throws `connector-not-found`, also for one that was removed. */
export async function connectorById(parts: ReadingParts, id: number): Promise<Connector> {
  const row = await connectorQuery(parts.queries).where('connector.id', '=', id).executeTakeFirst()
  if (row) return connectorOf(row, parts.clock.now())
  throw new AppError(
    'connector-not-found',
    'There is no such connector; it may have been removed. Look at the list of connectors.',
  )
}

/** All that were not removed, by name. */
export async function listConnectors(parts: ReadingParts): Promise<Connector[]> {
  const rows = await connectorQuery(parts.queries).orderBy('connector.name').execute()
  return rows.map((row) => connectorOf(row, parts.clock.now()))
}

/** Connectors that were removed, whose runs and items stay. */
export async function removedConnectorIds({ queries }: Pick<ConnectorParts, 'queries'>): Promise<number[]> {
  const rows = await queries
    .selectFrom('connector')
    .select('id')
    .where('removed_at', 'is not', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** The feed of a connector, with the password out of the vault. `retries` as the feed client has it. */
export async function openFeed(parts: ConnectorParts, connector: Connector, options?: { retries: number }) {
  return createFeedClient({
    siteUrl: connector.siteUrl,
    username: connector.username,
    password: await openPassword(parts, connector.id),
    ...options,
    ...(parts.feed?.retryWaitMs === undefined ? {} : { retryWaitMs: parts.feed.retryWaitMs }),
  })
}

/** What a connector's password is sealed for: the name it has, so that a change of the name seals it anew. */
export function passwordPurpose(name: string): string {
  return `connector-password/${name}`
}

/** The password, opened under the name the connector has in the same row: it may just have been renamed. */
export async function openPassword(
  { queries, vault }: Pick<ConnectorParts, 'queries' | 'vault'>,
  connectorId: number,
): Promise<string> {
  const { name, sealed_password } = await queries
    .selectFrom('connector')
    .select(['name', 'sealed_password'])
    .where('id', '=', connectorId)
    .executeTakeFirstOrThrow()
  return Buffer.from(await vault.open(passwordPurpose(name), sealed_password)).toString()
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
    .where('connector.removed_at', 'is', null)
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
    region: row.region,
    username: row.username,
    feedAccountId: row.feed_account_id,
    automaticMapping: row.automatic_mapping,
    catchAllMailboxId: row.catch_all_mailbox_id,
    mappingVersion: row.mapping_version,
    scheduleCron: row.schedule_cron,
    scheduleZone: row.schedule_zone,
    runOnArrival: row.run_on_arrival,
    stagedSequence: Number(row.staged_sequence),
    importedSequence: Number(row.imported_sequence),
    terms: {
      version: row.terms_version,
      acceptedBy: row.terms_accepted_by,
      acceptedAt: row.terms_accepted_at.toISOString(),
    },
    nextRun: row.paused_at === null ? nextRunOf(row.schedule_cron, row.schedule_zone, now) : null,
    pausedAt: row.paused_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    version: row.version,
  }
}
