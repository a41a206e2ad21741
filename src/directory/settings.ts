/** How the organisation's Microsoft Graph is reached. */
import { z } from 'zod'
import {
  type ApplicationSecret,
  applicationSecret,
  applicationSettings,
  credentialOf,
  type GraphClientOptions,
} from '../delivery/microsoft/index.ts'
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { appErrorOf } from './graph-failure.ts'
import type { DirectoryParts } from './parts.ts'

export const graphSettings = z.object(applicationSettings)
export type GraphSettings = z.output<typeof graphSettings>

/** Vault purpose of the client secret or certificate. */
const secretPurpose = 'directory-secret'

const noProblem = { problem_code: null, problem_message: null, problem_since: null } as const

export interface GraphSource {
  readonly settings: GraphSettings
  readonly hasSecret: boolean
  readonly deltaLink: string | null
  readonly version: number
}

/** Null until an administrator has set it up. */
export async function readGraphSource(queries: Queries): Promise<GraphSource | null> {
  const row = await queries
    .selectFrom('directory_sync')
    .select(['settings', 'delta_link', 'version', 'sealed_secret'])
    .where('source', '=', 'graph')
    .executeTakeFirst()
  if (!row || row.settings === null) return null
  return {
    settings: graphSettings.parse(row.settings),
    hasSecret: row.sealed_secret !== null,
    deltaLink: row.delta_link,
    version: row.version,
  }
}

export interface GraphChange {
  readonly settings: GraphSettings
  /** Absent: the one there is stays, where it is of the kind chosen and for the same application. */
  readonly secret?: ApplicationSecret | undefined
  /** The version that was read before; absent: whatever it is. */
  readonly version?: number | undefined
}

/** Throws `bad-settings` for a secret that is missing or of another kind, `changed-meanwhile`. */
export async function setGraphSource(parts: DirectoryParts, change: GraphChange): Promise<void> {
  const now = parts.clock.now()
  await parts.queries.transaction().execute(async (transaction) => {
    const before = await lockedSource(transaction)
    assertVersion(before, change.version)
    const sealed = await sealedSecretOf(parts.vault, change, before)
    const other = JSON.stringify(before?.settings?.tenantId) !== JSON.stringify(change.settings.tenantId)
    const values = {
      settings: JSON.stringify(change.settings),
      sealed_secret: sealed,
      // Another tenant's delta link leads nowhere.
      ...(other ? { delta_link: null } : {}),
      // The schedule asks soon of what was not asked since it was set.
      ...{ last_run_at: null, ...noProblem },
    }
    await transaction
      .insertInto('directory_sync')
      .values({ source: 'graph', ...values })
      .onConflict((conflict) =>
        conflict.column('source').doUpdateSet((expression) => ({
          ...values,
          version: expression('directory_sync.version', '+', 1),
        })),
      )
      .execute()
    await appendAudit(transaction, {
      ...{ at: now, operation: 'change-directory', target: 'graph', outcome: 'succeeded' },
      details: { ...change.settings, secretChanged: change.secret !== undefined },
    })
  })
}

/**
 * Ends the asking of Graph. Mailboxes stay, and what the source said of them. `version` is the one that was read;
 * absent, whatever it is. Throws `changed-meanwhile`.
 */
export async function removeGraphSource(
  { queries, clock }: Pick<DirectoryParts, 'queries' | 'clock'>,
  version?: number,
): Promise<void> {
  await queries.transaction().execute(async (transaction) => {
    assertVersion(await lockedSource(transaction), version)
    await transaction
      .updateTable('directory_sync')
      .set((expression) => ({
        ...{ settings: null, sealed_secret: null, delta_link: null, ...noProblem },
        version: expression('version', '+', 1),
      }))
      .where('source', '=', 'graph')
      .execute()
    await appendAudit(transaction, {
      ...{ at: clock.now(), operation: 'change-directory', target: 'graph', outcome: 'succeeded' },
      details: { removed: true },
    })
  })
}

function assertVersion(before: LockedSource | null, version: number | undefined): void {
  if (version === undefined || version === (before?.settings ? before.version : 0)) return
  throw new AppError(
    'changed-meanwhile',
    'Somebody else has changed the directory’s settings; look at them again.',
  )
}

interface LockedSource {
  readonly settings: GraphSettings | null
  readonly version: number
  readonly sealed: Buffer | null
}

async function lockedSource(transaction: Queries): Promise<LockedSource | null> {
  const row = await transaction
    .selectFrom('directory_sync')
    .select(['settings', 'version', 'sealed_secret'])
    .where('source', '=', 'graph')
    .forUpdate()
    .executeTakeFirst()
  if (!row) return null
  const settings = row.settings === null ? null : graphSettings.parse(row.settings)
  return { settings, version: row.version, sealed: row.sealed_secret }
}

async function sealedSecretOf(
  vault: KeyVault,
  { settings, secret }: GraphChange,
  before: LockedSource | null,
): Promise<Buffer | null> {
  if (settings.credential === 'managed-identity') return null
  if (secret !== undefined) return seal(vault, settings, secret)
  // A secret is for the application it was made for: another one must not be told it.
  const own = { ...settings, ...before?.settings }
  const same =
    own.tenantId === settings.tenantId &&
    own.clientId === settings.clientId &&
    own.credential === settings.credential
  if (same && before?.settings && before.sealed !== null && own.cloud === settings.cloud) return before.sealed
  throw new AppError('bad-settings', `Give the ${settings.credential} by which the application signs in.`)
}

async function seal(vault: KeyVault, settings: GraphSettings, secret: ApplicationSecret): Promise<Buffer> {
  try {
    credentialOf(settings, secret)
  } catch (error) {
    throw appErrorOf(error)
  }
  return Buffer.from(await vault.seal(secretPurpose, Buffer.from(JSON.stringify(secret))))
}

/** What Graph's client is opened with. Throws `directory-not-set-up`. */
export async function graphClientOptions({
  queries,
  vault,
  clock,
  random,
}: DirectoryParts): Promise<GraphClientOptions> {
  const row = await lockedSource(queries)
  if (!row?.settings)
    throw new AppError(
      'directory-not-set-up',
      'Microsoft Graph is not set up as the source of the directory; run "holdfast directory set graph" first.',
    )
  const opened = row.sealed === null ? null : await vault.open(secretPurpose, row.sealed)
  const secret = opened === null ? null : applicationSecret.parse(JSON.parse(Buffer.from(opened).toString()))
  return { cloud: row.settings.cloud, credential: credentialOf(row.settings, secret), clock, random }
}
