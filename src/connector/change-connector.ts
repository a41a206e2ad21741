/** Changing, pausing and removing a connector. Each is told to the audit log in the transaction that does it. */
import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import { type AuditOperation, appendAudit } from '../platform/audit/audit.ts'
import { createKysely, inTransaction, type Queries } from '../platform/postgres/index.ts'
import { cancelAllRuns } from './cancel-run.ts'
import { type Connector, connectorById, openPassword, passwordPurpose } from './connectors.ts'
import { nameTaken, refuseTakenName, type SignedInAccount, signInAccount } from './create-connector.ts'
import { checkedSiteUrl } from './feed-client.ts'
import type { ConnectorParts } from './parts.ts'
import { nextRunOf } from './schedule.ts'

/** What is to be different; absent stays. */
export interface ConnectorChange {
  readonly name?: string | undefined
  readonly siteUrl?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly automaticMapping?: boolean | undefined
  readonly catchAllMailboxId?: number | null | undefined
  readonly runOnArrival?: boolean | undefined
  readonly schedule?: { readonly cron: string; readonly zone: string } | undefined
}

/**
 * Changes a connector that is still at `version`. Another address, user name or password is tried at the site before
 * it is kept, and must open the same account: the connector's place in the journal means nothing in another.
 * Throws `changed-meanwhile`, `connector-exists`, `bad-settings` and what a sign-in throws.
 */
export async function changeConnector(
  parts: ConnectorParts,
  connector: Connector,
  version: number,
  change: ConnectorChange,
): Promise<Connector> {
  if (connector.version !== version) throw await changedMeanwhile(parts.queries, connector)
  if (change.schedule) nextRunOf(change.schedule.cron, change.schedule.zone, parts.clock.now())
  const name = change.name ?? connector.name
  if (name !== connector.name) await refuseTakenName(parts.queries, name)
  const credentials = await triedCredentials(parts, connector, change)
  const sealedPassword =
    name === connector.name && change.password === undefined
      ? null
      : Buffer.from(await parts.vault.seal(passwordPurpose(name), Buffer.from(credentials.password)))
  const update = async (transaction: Queries) => {
    const changed = await transaction
      .updateTable('connector')
      .set({
        name,
        version: version + 1,
        ...(sealedPassword === null ? {} : { sealed_password: sealedPassword }),
        ...(change.automaticMapping === undefined ? {} : { automatic_mapping: change.automaticMapping }),
        ...(change.catchAllMailboxId === undefined ? {} : { catch_all_mailbox_id: change.catchAllMailboxId }),
        ...(change.runOnArrival === undefined ? {} : { run_on_arrival: change.runOnArrival }),
        ...(change.schedule === undefined
          ? {}
          : { schedule_cron: change.schedule.cron, schedule_zone: change.schedule.zone }),
      })
      .where('id', '=', connector.id)
      .where('version', '=', version)
      .where('removed_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!changed) throw await changedMeanwhile(parts.queries, connector)
    if (credentials.moved) await moveAccount(transaction, connector, credentials)
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation: 'change-connector',
      target: name,
      outcome: 'succeeded',
      details: {
        connector: connector.id,
        version: version + 1,
        changed: Object.keys(change).filter((key) => change[key as keyof ConnectorChange] !== undefined),
        ...(name === connector.name ? {} : { formerName: connector.name }),
      },
    })
  }
  await parts.queries.transaction().execute(update).catch(nameRace(name))
  return connectorById(parts, connector.id)
}

/** Two administrators may choose one name at the same moment: the index decides. */
function nameRace(name: string): (error: unknown) => never {
  return (error) => {
    const { code, constraint } = error as { code?: string; constraint?: string }
    throw code === '23505' && constraint === 'connector_name' ? nameTaken(name) : error
  }
}

interface Credentials {
  readonly siteUrl: string
  readonly username: string
  readonly password: string
  /** The account at its new address; null where address and user name stay. */
  readonly moved: SignedInAccount | null
}

async function triedCredentials(
  parts: ConnectorParts,
  connector: Connector,
  change: ConnectorChange,
): Promise<Credentials> {
  const siteUrl = change.siteUrl === undefined ? connector.siteUrl : checkedSiteUrl(change.siteUrl)
  const username = change.username ?? connector.username
  const password = change.password ?? (await openPassword(parts, connector.id))
  const moves = siteUrl !== connector.siteUrl || username !== connector.username
  if (!moves && change.password === undefined) return { siteUrl, username, password, moved: null }
  const account = await signInAccount(parts, { siteUrl, username, password })
  await requireSameAccount(parts.queries, connector, account)
  return { siteUrl, username, password, moved: moves ? account : null }
}

async function requireSameAccount(
  queries: Queries,
  connector: Connector,
  account: SignedInAccount,
): Promise<void> {
  const known = await queries
    .selectFrom('feed_account')
    .select(['account', 'public_key'])
    .where('id', '=', connector.feedAccountId)
    .executeTakeFirstOrThrow()
  if (
    known.account === null ||
    (known.account === account.name && known.public_key?.equals(account.publicKey))
  )
    return
  throw new AppError(
    'bad-settings',
    `That is another account ("${account.name}" instead of "${known.account}"), whose messages "${connector.name}" cannot go on with; make a new connector for it.`,
  )
}

/** The account has moved, and every connector that takes from it with it; unless it is known there already. */
async function moveAccount(
  transaction: Queries,
  connector: Connector,
  { siteUrl, username, moved }: Credentials,
): Promise<void> {
  const there = await transaction
    .selectFrom('feed_account')
    .select('id')
    .where('site_url', '=', siteUrl)
    .where('username', '=', username)
    .executeTakeFirst()
  if (there) {
    await transaction
      .updateTable('connector')
      .set({ feed_account_id: there.id })
      .where('id', '=', connector.id)
      .execute()
    return
  }
  await transaction
    .updateTable('feed_account')
    .set({ site_url: siteUrl, username, account: moved!.name, public_key: moved!.publicKey })
    .where('id', '=', connector.feedAccountId)
    .execute()
}

async function changedMeanwhile(queries: Queries, { id, name }: Connector): Promise<AppError> {
  const last = await queries
    .selectFrom('audit_event')
    .select('actor')
    .where('operation', 'in', ['change-connector', 'remove-connector'])
    .where(sql<boolean>`details ->> 'connector' = ${String(id)}`)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const by = last?.actor ?? 'Somebody'
  return new AppError(
    'changed-meanwhile',
    `${by} has changed "${name}" since you opened it; look at what it says now, and change it again.`,
    { details: { by } },
  )
}

/** No scheduled runs until resumed. A run by hand is still possible, and one that runs goes on. */
export function pauseConnector(parts: ConnectorParts, connector: Connector): Promise<Connector> {
  return setPaused(parts, connector, new Date(parts.clock.now()), 'pause-connector')
}

export function resumeConnector(parts: ConnectorParts, connector: Connector): Promise<Connector> {
  return setPaused(parts, connector, null, 'resume-connector')
}

async function setPaused(
  parts: ConnectorParts,
  connector: Connector,
  pausedAt: Date | null,
  operation: AuditOperation,
): Promise<Connector> {
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('connector')
      .set((expression) => ({
        // Pausing what is paused does not begin anew.
        paused_at: pausedAt === null ? null : expression.fn.coalesce('paused_at', expression.val(pausedAt)),
      }))
      .where('id', '=', connector.id)
      .where('removed_at', 'is', null)
      .execute()
    await appendAudit(transaction, {
      at: parts.clock.now(),
      operation,
      target: connector.name,
      outcome: 'succeeded',
      details: { connector: connector.id },
    })
  })
  return connectorById(parts, connector.id)
}

/**
 * Removes a connector: its runs are cancelled, its name is free, and nothing is taken from its site any more. Its
 * items, its runs and its exceptions stay.
 */
export async function removeConnector(
  parts: ConnectorParts,
  connector: Connector,
  requestedBy: string,
): Promise<void> {
  await inTransaction(parts.pool, async (client) => {
    const now = new Date(parts.clock.now())
    await cancelAllRuns(client, parts, connector.id, requestedBy)
    const removed = await client.query(
      'update connector set removed_at = $2 where id = $1 and removed_at is null',
      [connector.id, now],
    )
    if (removed.rowCount === 0) return
    await appendAudit(createKysely(client), {
      at: now.getTime(),
      operation: 'remove-connector',
      target: connector.name,
      outcome: 'succeeded',
      details: { connector: connector.id, importedSequence: connector.importedSequence },
    })
  })
}
