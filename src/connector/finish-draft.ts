/** Trying and finishing a draft. */
import { sql } from 'kysely'
import { AppError, isAppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import type { Queries } from '../platform/postgres/index.ts'
import { type Connector, connectorById } from './connectors.ts'
import { checkNewConnector, insertConnector, type NewConnector, signInAccount } from './create-connector.ts'
import {
  type Draft,
  type DraftStep,
  draftById,
  draftGone,
  draftMapping,
  draftPassword,
  refuseLater,
  saveDraft,
} from './drafts.ts'
import { type MappingPreview, previewDraftedMapping } from './mapping-preview.ts'
import type { ConnectorParts } from './parts.ts'
import { currentTermsVersion } from './terms.ts'

/** Tries user name and password of the draft at its site, and keeps what that said. Throws as a sign-in does. */
export async function testDraftSignIn(parts: ConnectorParts, id: string, triedBy: string): Promise<Draft> {
  const draft = await draftById(parts, id)
  const credentials = await credentialsOf(parts, draft)
  const audit = (outcome: 'succeeded' | 'refused', details: Readonly<Record<string, unknown>>) =>
    appendAudit(parts.queries, {
      ...{ at: parts.clock.now(), operation: 'test-sign-in', target: id, outcome },
      details: { site: credentials.siteUrl, username: credentials.username, ...details },
    })
  try {
    const account = await signInAccount(parts, credentials)
    const signIn = { account: account.name, triedAt: new Date(parts.clock.now()).toISOString() }
    await audit('succeeded', { account: account.name })
    return await saveDraft(parts, id, null, triedBy, { signIn })
  } catch (error) {
    if (isAppError(error)) await audit('refused', { code: error.code })
    throw error
  }
}

export async function previewDraft(parts: ConnectorParts, id: string): Promise<MappingPreview> {
  const draft = await draftById(parts, id)
  const credentials = await credentialsOf(parts, draft)
  const rows = await draftMapping(parts.queries, id)
  return previewDraftedMapping(parts, id, { ...credentials, rows, automatic: draft.automaticMapping })
}

type Credentials = Pick<NewConnector, 'siteUrl' | 'username' | 'password'>

async function credentialsOf(parts: ConnectorParts, draft: Draft): Promise<Credentials> {
  const { siteUrl, username } = draft
  const password = await draftPassword(parts, draft.id)
  if (siteUrl === '') throw incomplete('sign-in', 'The address of the archiver site is missing')
  if (username === '') throw incomplete('sign-in', 'The user name at the archiver site is missing')
  if (password === null) throw incomplete('sign-in', 'The password for the archiver site is missing')
  return { siteUrl, username, password }
}

function incomplete(step: DraftStep, what: string): AppError {
  return new AppError('draft-incomplete', `${what}; go back to that step and fill it in.`, {
    details: { step },
  })
}

/** The connector, and whether this call made it: a second finishing of one draft finds what the first made. */
export interface FinishedDraft {
  readonly connector: Connector
  readonly made: boolean
}

/** What else is done with a new connector, in the transaction that makes it. */
export type OnMade = (transaction: Queries, connectorId: number, draft: Draft) => Promise<void>

/**
 * Makes the connector of a draft and deletes the draft, both or neither. Throws `draft-incomplete` (its details name
 * the step), `changed-meanwhile`, and whatever making a connector throws.
 */
export async function finishDraft(
  parts: ConnectorParts,
  id: string,
  version: number,
  finishedBy: string,
  onMade: OnMade = async () => {},
): Promise<FinishedDraft> {
  const before = await connectorOfDraft(parts, id)
  if (before !== null) return { connector: before, made: false }
  try {
    return { connector: await makeConnector(parts, id, { version, finishedBy, onMade }), made: true }
  } catch (error) {
    // Somebody else (or the same click twice) may have been quicker.
    const other = await connectorOfDraft(parts, id)
    if (other === null) throw error
    return { connector: other, made: false }
  }
}

async function makeConnector(
  parts: ConnectorParts,
  id: string,
  { version, finishedBy, onMade }: { version: number; finishedBy: string; onMade: OnMade },
): Promise<Connector> {
  const draft = await draftById(parts, id)
  const checked = await checkNewConnector(parts, await wantedConnector(parts, draft))
  const connectorId = await parts.queries.transaction().execute(async (transaction) => {
    const row = await transaction
      .deleteFrom('connector_draft')
      .where('id', '=', id)
      .returning(['version', sql<Record<string, number>>`data -> 'savedBy'`.as('saved_by')])
      .executeTakeFirst()
    if (!row) throw draftGone()
    refuseLater({ savedBy: row.saved_by }, version, finishedBy)
    // Saved while the site was asked: what was checked is not what it says now.
    if (row.version !== draft.version) throw draftMoved(finishedBy)
    const made = await insertConnector(transaction, parts, checked, id)
    await onMade(transaction, made, draft)
    return made
  })
  return connectorById(parts, connectorId)
}

function draftMoved(by: string): AppError {
  return new AppError('changed-meanwhile', 'This draft was saved at the same moment; finish it once more.', {
    details: { by },
  })
}

async function connectorOfDraft(parts: ConnectorParts, draftId: string): Promise<Connector | null> {
  const row = await parts.queries
    .selectFrom('connector')
    .select('id')
    .where('draft_id', '=', draftId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return row ? connectorById(parts, row.id) : null
}

/** Every step is looked at again, in order: what was right when it was filled in may no longer be. */
async function wantedConnector(parts: ConnectorParts, draft: Draft): Promise<NewConnector> {
  const { terms } = draft
  if (terms === null || terms.version !== (await currentTermsVersion(parts.queries)))
    throw incomplete('terms', 'The terms of service, as they are now, have not been accepted')
  if (draft.name === '') throw incomplete('sign-in', 'The connector has no name')
  const credentials = await credentialsOf(parts, draft)
  const mapping = await draftMapping(parts.queries, draft.id)
  if (!draft.automaticMapping && mapping.length === 0 && draft.catchAllMailboxId === null)
    throw incomplete('mapping', 'Nobody would get a message: automatic mapping is off and there is no file')
  const gone = await goneMailboxes(parts, mapping)
  if (gone.length > 0)
    throw incomplete('mapping', `The mapping names ${gone[0]}, which is no mailbox of the directory any more`)
  return {
    ...credentials,
    name: draft.name,
    type: draft.type,
    mapping,
    automaticMapping: draft.automaticMapping,
    catchAllMailboxId: draft.catchAllMailboxId,
    termsAcceptedBy: terms.by,
    termsAcceptedAt: Date.parse(terms.at),
    scheduleCron: draft.schedule.cron,
    scheduleZone: draft.schedule.zone,
  }
}

async function goneMailboxes(
  { queries }: ConnectorParts,
  mapping: NewConnector['mapping'],
): Promise<string[]> {
  const rows = await queries.selectFrom('mailbox').select('address').execute()
  const known = new Set(rows.map(({ address }) => address))
  return mapping.map(({ mailboxAddress }) => mailboxAddress).filter((address) => !known.has(address))
}
