import type { connectorDraftEndpoints, DraftFacts } from '../../api/endpoints/connector-drafts.ts'
import { listMailboxes } from '../../archive/index.ts'
import {
  createDraft,
  currentTermsVersion,
  type Draft,
  type DraftChange,
  draftById,
  finishDraft,
  listConnectors,
  listDrafts,
  previewDraft,
  readTerms,
  removeDraft,
  saveDraft,
  testDraftSignIn,
} from '../../connector/index.ts'
import { attachNewConnector } from '../../delivery/index.ts'
import { isAppError } from '../../domain/errors.ts'
import { mappingTemplate } from '../../domain/mapping-file.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { logEvents } from '../../platform/log/events.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { connectorFactsOf, csvType, mailboxIdOf, withLists } from './connectors.ts'
import { asSiteRefusal } from './site-refusal.ts'
import { readMappingUpload } from './uploaded-mapping.ts'

type DraftHandlers = Handlers<typeof connectorDraftEndpoints>

export function connectorDraftHandlers(parts: PortalParts): DraftHandlers {
  return { ...stepHandlers(parts), ...trialHandlers(parts), ...publishedHandlers(parts) }
}

function publishedHandlers({
  centre,
}: PortalParts): Pick<DraftHandlers, 'readTerms' | 'downloadMappingTemplate'> {
  return {
    readTerms: async ({ query }) => ({ ...(await readTerms(centre.queries, query.language)) }),
    downloadMappingTemplate: async () => ({
      ...{ name: 'mapping.csv', type: csvType, content: mappingTemplate },
    }),
  }
}

function stepHandlers(
  parts: PortalParts,
): Pick<DraftHandlers, 'listDrafts' | 'createDraft' | 'readDraft' | 'saveDraft' | 'removeDraft'> {
  const { centre } = parts
  return {
    async listDrafts() {
      const facts = await factsMaker(parts)
      return (await listDrafts(centre)).map(facts)
    },
    async createDraft({ body }, { principal, origin }) {
      const draft = await createDraft(centre, {
        type: body.type,
        zone: body.zone,
        name: await freeName(parts, body.type),
        siteUrl: parts.site === null ? '' : ownSiteUrl(origin),
        createdBy: principal.username,
      })
      return draftFactsOf(parts, draft)
    },
    readDraft: async ({ params }) => draftFactsOf(parts, await draftById(centre, params.id)),
    async saveDraft({ params, body }, { principal }) {
      const change = await changeOf(parts, body, principal.username)
      return draftFactsOf(parts, await saveDraft(centre, params.id, body.version, principal.username, change))
    },
    async removeDraft({ params }) {
      await removeDraft(centre, params.id)
      return { done: true }
    },
  }
}

function trialHandlers(
  parts: PortalParts,
): Pick<DraftHandlers, 'testDraftSignIn' | 'uploadDraftMapping' | 'previewDraft' | 'finishDraft'> {
  const { centre } = parts
  return {
    async testDraftSignIn({ params }, { principal }) {
      const draft = await testDraftSignIn(centre, params.id, principal.username).catch(asSiteRefusal)
      return draftFactsOf(parts, draft)
    },
    async uploadDraftMapping({ params, query, body }, { principal }) {
      await draftById(centre, params.id)
      const read = await readMappingUpload(centre, body, query.name)
      if (!read.taken) {
        await appendAudit(centre.queries, {
          at: centre.clock.now(),
          operation: 'draft-connector',
          target: params.id,
          outcome: 'refused',
          details: { act: 'mapping', problems: read.problems.length },
        })
        return read
      }
      const mapping = { name: query.name, rows: read.rows }
      await saveDraft(centre, params.id, null, principal.username, { mapping })
      return { taken: true, rows: read.rows.length }
    },
    previewDraft: async ({ params }) => withLists(await previewDraft(centre, params.id).catch(asSiteRefusal)),
    async finishDraft({ params, body }, { principal }) {
      const { connector, made } = await finishDraft(
        centre,
        params.id,
        body.version,
        principal.username,
        (transaction, id, { name, destinationIds }) =>
          attachNewConnector(transaction, centre, { id, name }, destinationIds),
      ).catch(asSiteRefusal)
      if (made) {
        await parts.keepSchedule(connector)
        if (body.run) await beginFirstRun(parts, connector, principal.username)
      } else {
        await appendAudit(centre.queries, {
          at: centre.clock.now(),
          operation: 'create-connector',
          target: connector.name,
          outcome: 'succeeded',
          details: { connector: connector.id, again: true },
        })
      }
      return connectorFactsOf(parts, connector)
    },
  }
}

/** The connector is made: a first run that cannot begin now is the next one by its schedule, or by hand. */
async function beginFirstRun(
  { sendRun, log }: PortalParts,
  connector: Parameters<PortalParts['sendRun']>[0],
  requestedBy: string,
): Promise<void> {
  try {
    await sendRun(connector, { kind: 'run', requestedBy })
  } catch (error) {
    if (!isAppError(error, 'connector-running')) logEvents.programFailed(log, error)
  }
}

type SaveBody = Parameters<DraftHandlers['saveDraft']>[0]['body']

async function changeOf(parts: PortalParts, body: SaveBody, by: string): Promise<DraftChange> {
  const { version: _version, termsAccepted, removeMappingFile, catchAll, password, ...fields } = body
  return {
    ...fields,
    // A password never comes back, so an empty field is one that was left alone.
    ...(password ? { password } : {}),
    ...(removeMappingFile ? { mapping: null } : {}),
    ...(catchAll === undefined ? {} : { catchAllMailboxId: await mailboxIdOf(parts, catchAll) }),
    ...(termsAccepted === undefined ? {} : { terms: termsAccepted ? await acceptanceBy(parts, by) : null }),
  }
}

async function acceptanceBy({ centre }: PortalParts, by: string) {
  const version = await currentTermsVersion(centre.queries)
  return { version, by, at: new Date(centre.clock.now()).toISOString() }
}

/** As the archiver's folder is named in the mailboxes; with a number where there is such a connector. */
async function freeName({ centre }: PortalParts, type: Draft['type']): Promise<string> {
  const base = type === 'whatsapp' ? 'WhatsApp Archiver' : 'WeChat Archiver'
  const taken = new Set((await listConnectors(centre)).map(({ name }) => name))
  for (const { name } of await listDrafts(centre)) taken.add(name)
  if (!taken.has(base)) return base
  let number = 2
  while (taken.has(`${base} ${number}`)) number += 1
  return `${base} ${number}`
}

/**
 * Where the archiver site of this installation answers, as its own connector reaches it: at the address the browser
 * has, if that is safe to send a password to, else on this machine.
 */
export function ownSiteUrl(origin: string): string {
  const url = new URL(origin)
  const isSafe = url.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  return isSafe ? `${url.origin}/site` : `http://127.0.0.1${url.port === '' ? '' : `:${url.port}`}/site`
}

async function draftFactsOf(parts: PortalParts, draft: Draft): Promise<DraftFacts> {
  return (await factsMaker(parts))(draft)
}

async function factsMaker({ centre }: PortalParts): Promise<(draft: Draft) => DraftFacts> {
  const termsVersion = await currentTermsVersion(centre.queries)
  const addressOf = new Map((await listMailboxes(centre)).map(({ id, address }) => [id, address]))
  return (draft) => ({
    id: draft.id,
    type: draft.type,
    step: draft.step,
    name: draft.name,
    termsAccepted: draft.terms?.version === termsVersion,
    siteUrl: draft.siteUrl,
    username: draft.username,
    hasPassword: draft.hasPassword,
    signIn: draft.signIn === null ? null : { ...draft.signIn },
    automaticMapping: draft.automaticMapping,
    mappingFile: draft.mappingFile === null ? null : { ...draft.mappingFile },
    catchAll: draft.catchAllMailboxId === null ? null : (addressOf.get(draft.catchAllMailboxId) ?? null),
    schedule: { ...draft.schedule },
    destinationIds: [...draft.destinationIds],
    version: draft.version,
    createdBy: draft.createdBy,
    updatedAt: draft.updatedAt,
  })
}
