/** Connectors in the making: each step of the wizard is saved as it is filled in. */

import { sql } from 'kysely'
import { AppError } from '../domain/errors.ts'
import type { MappingRow } from '../domain/mapping-file.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { uuidOf } from '../platform/random.ts'
import type { ConnectorType } from './connectors.ts'
import type { ConnectorParts } from './parts.ts'
import { dailySchedule, nextRunOf } from './schedule.ts'

/** The wizard's steps, in order. */
export const draftSteps = ['description', 'terms', 'sign-in', 'mapping', 'delivery', 'review'] as const
export type DraftStep = (typeof draftSteps)[number]

/** What is kept of a draft beside its type, step and password. */
interface DraftData {
  readonly name: string
  /** Null until accepted. Acceptance of another version than today's does not count. */
  readonly terms: { readonly version: string; readonly by: string; readonly at: string } | null
  readonly siteUrl: string
  readonly username: string
  readonly signIn: { readonly account: string; readonly triedAt: string } | null
  readonly automaticMapping: boolean
  readonly mappingFile: { readonly name: string; readonly rows: number } | null
  readonly catchAllMailboxId: number | null
  readonly schedule: { readonly cron: string; readonly zone: string }
  /** Where its items are delivered to as well; absent in drafts of releases that knew no destinations. */
  readonly destinationIds?: readonly number[]
  /** By user name the last version he saved: only another's work is worth a refusal. */
  readonly savedBy: Readonly<Record<string, number>>
  readonly updatedBy: string
}

export interface Draft extends Omit<DraftData, 'savedBy' | 'destinationIds'> {
  readonly destinationIds: readonly number[]
  readonly id: string
  readonly type: ConnectorType
  readonly step: DraftStep
  readonly hasPassword: boolean
  readonly version: number
  readonly createdBy: string
  /** ISO time. */
  readonly updatedAt: string
}

/** What a step says; absent stays. */
export interface DraftChange {
  readonly step?: DraftStep | undefined
  readonly name?: string | undefined
  readonly terms?: DraftData['terms'] | undefined
  readonly siteUrl?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly signIn?: DraftData['signIn'] | undefined
  readonly automaticMapping?: boolean | undefined
  readonly mapping?: { readonly name: string; readonly rows: readonly MappingRow[] } | null | undefined
  readonly catchAllMailboxId?: number | null | undefined
  readonly schedule?: { readonly cron: string; readonly zone: string } | undefined
  readonly destinationIds?: readonly number[] | undefined
}

export interface NewDraft {
  readonly type: ConnectorType
  readonly name: string
  readonly siteUrl: string
  readonly zone: string
  readonly createdBy: string
}

type DraftParts = Pick<ConnectorParts, 'queries' | 'clock' | 'vault' | 'random'>

export async function createDraft(parts: DraftParts, given: NewDraft): Promise<Draft> {
  const now = new Date(parts.clock.now())
  nextRunOf(dailySchedule, given.zone, now.getTime())
  const id = uuidOf(parts.random)
  const data: DraftData = {
    name: given.name,
    terms: null,
    siteUrl: given.siteUrl,
    username: '',
    signIn: null,
    automaticMapping: true,
    mappingFile: null,
    catchAllMailboxId: null,
    schedule: { cron: dailySchedule, zone: given.zone },
    destinationIds: [],
    savedBy: { [given.createdBy]: 1 },
    updatedBy: given.createdBy,
  }
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('connector_draft')
      .values({
        ...{ id, type: given.type, step: draftSteps[0], created_by: given.createdBy },
        ...{ data: JSON.stringify(data), created_at: now, updated_at: now },
      })
      .execute()
    await auditDraft(transaction, now, id, { act: 'begun', type: given.type })
  })
  return draftById(parts, id)
}

/** Newest first. */
export async function listDrafts({ queries }: Pick<DraftParts, 'queries'>): Promise<Draft[]> {
  const rows = await draftRows(queries).orderBy('updated_at', 'desc').execute()
  return rows.map(draftOf)
}

/** Throws `not-found`, also for a draft that was finished. */
export async function draftById({ queries }: Pick<DraftParts, 'queries'>, id: string): Promise<Draft> {
  const row = await draftRows(queries).where('id', '=', id).executeTakeFirst()
  if (!row) throw draftGone()
  return draftOf(row)
}

export function draftGone(): AppError {
  return new AppError(
    'not-found',
    'This draft is gone: it was finished or thrown away. Look at the list of connectors, or begin another.',
  )
}

/** All but the rows of the mapping, of which there may be very many. */
function draftRows(queries: Queries) {
  return queries
    .selectFrom('connector_draft')
    .select(['id', 'type', 'step', 'version', 'created_by', 'updated_at'])
    .select([
      sql<DraftData>`data - 'mapping'`.as('data'),
      sql<boolean>`sealed_password is not null`.as('has_password'),
    ])
}

function draftOf(row: Awaited<ReturnType<ReturnType<typeof draftRows>['execute']>>[number]): Draft {
  const { savedBy: _saved, destinationIds = [], ...data } = row.data
  return {
    ...data,
    destinationIds,
    id: row.id,
    type: row.type as ConnectorType,
    step: row.step as DraftStep,
    hasPassword: row.has_password,
    version: row.version,
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
  }
}

/**
 * Saves what a step says. Throws `changed-meanwhile` when somebody else saved it after `version`; `version` null is
 * for what is no edit of the form (an upload, a trial), which follows whatever was saved.
 */
export async function saveDraft(
  parts: DraftParts,
  id: string,
  version: number | null,
  savedBy: string,
  change: DraftChange,
): Promise<Draft> {
  if (change.schedule) nextRunOf(change.schedule.cron, change.schedule.zone, parts.clock.now())
  const sealed =
    change.password === undefined
      ? undefined
      : Buffer.from(await parts.vault.seal(draftPasswordPurpose(id), Buffer.from(change.password)))
  await parts.queries.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('connector_draft')
      .select(['version', 'step'])
      .select(sql<DraftData>`data - 'mapping'`.as('data'))
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!row) throw draftGone()
    const { data } = row
    if (version !== null) refuseLater(data, version, savedBy)
    const now = new Date(parts.clock.now())
    const next = row.version + 1
    const patch = {
      ...patchOf(change, data),
      savedBy: { ...data.savedBy, [savedBy]: next },
      updatedBy: savedBy,
    }
    await transaction
      .updateTable('connector_draft')
      .set({
        version: next,
        step: change.step ?? row.step,
        updated_at: now,
        ...(sealed === undefined ? {} : { sealed_password: sealed }),
        data: sql`data || ${JSON.stringify(patch)}::jsonb`,
      })
      .where('id', '=', id)
      .execute()
    const changed = Object.keys(change).filter((key) => change[key as keyof DraftChange] !== undefined)
    await auditDraft(transaction, now, id, { act: 'saved', version: next, changed })
  })
  return draftById(parts, id)
}

/** Throws `changed-meanwhile`, naming who saved. */
export function refuseLater(data: Pick<DraftData, 'savedBy'>, version: number, savedBy: string): void {
  const others = Object.entries(data.savedBy).filter(([name, saved]) => name !== savedBy && saved > version)
  const [by] = others.toSorted(([, a], [, b]) => b - a)[0] ?? []
  if (by === undefined) return
  throw new AppError(
    'changed-meanwhile',
    `${by} has saved this draft since you opened it; look at what it says now, and go on from there.`,
    { details: { by } },
  )
}

/** A trial says something of the credentials it tried only. */
function patchOf(change: DraftChange, before: DraftData): Record<string, unknown> {
  const { step: _step, password, mapping, ...fields } = change
  const patch: Record<string, unknown> = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  )
  const tries = change.signIn !== undefined
  const isAnother =
    password !== undefined ||
    (change.siteUrl !== undefined && change.siteUrl !== before.siteUrl) ||
    (change.username !== undefined && change.username !== before.username)
  if (isAnother && !tries) patch.signIn = null
  if (mapping !== undefined) {
    patch.mapping = mapping?.rows ?? []
    patch.mappingFile = mapping === null ? null : { name: mapping.name, rows: mapping.rows.length }
  }
  return patch
}

/** The rows of the draft's mapping file; none where there is no file. */
export async function draftMapping(queries: Queries, id: string): Promise<readonly MappingRow[]> {
  const row = await queries
    .selectFrom('connector_draft')
    .select(sql<readonly MappingRow[] | null>`data -> 'mapping'`.as('mapping'))
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.mapping ?? []
}

function draftPasswordPurpose(id: string): string {
  return `connector-draft-password/${id}`
}

/** Null where none was given yet. It never leaves this program but to the site. */
export async function draftPassword(parts: DraftParts, id: string): Promise<string | null> {
  const row = await parts.queries
    .selectFrom('connector_draft')
    .select('sealed_password')
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row?.sealed_password) return null
  return Buffer.from(await parts.vault.open(draftPasswordPurpose(id), row.sealed_password)).toString()
}

/** Throws `not-found`. */
export async function removeDraft(parts: DraftParts, id: string): Promise<void> {
  await parts.queries.transaction().execute(async (transaction) => {
    const removed = await transaction
      .deleteFrom('connector_draft')
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst()
    if (!removed) throw draftGone()
    await auditDraft(transaction, new Date(parts.clock.now()), id, { act: 'thrown-away' })
  })
}

async function auditDraft(
  transaction: Queries,
  now: Date,
  id: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await appendAudit(transaction, {
    at: now.getTime(),
    operation: 'draft-connector',
    target: id,
    outcome: 'succeeded',
    details,
  })
}
