import type { ConnectorFacts, connectorEndpoints, RunFacts } from '../../api/endpoints/connectors.ts'
import { mailboxByAddress } from '../../archive/index.ts'
import {
  type Connector,
  type ConnectorOverview,
  cancelRun,
  changeConnector,
  connectorById,
  connectorOverviews,
  countExceptions,
  createRunFeed,
  exceptionLines,
  exportMapping,
  listConnectors,
  listExceptions,
  listRuns,
  type MappingPreview,
  mapParticipant,
  pauseConnector,
  previewMapping,
  type RunReport,
  type RunRequest,
  removeConnector,
  replaceMapping,
  resumeConnector,
  runLogLines,
  runReport,
} from '../../connector/index.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { logEvents } from '../../platform/log/events.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { asSiteRefusal } from './site-refusal.ts'
import { readMappingUpload } from './uploaded-mapping.ts'

export function connectorHandlers(parts: PortalParts): Handlers<typeof connectorEndpoints> {
  return {
    ...lookingHandlers(parts),
    ...changingHandlers(parts),
    ...mappingHandlers(parts),
    ...runHandlers(parts),
    ...exceptionHandlers(parts),
  }
}

type ConnectorHandlers = Handlers<typeof connectorEndpoints>

function lookingHandlers({
  centre,
}: PortalParts): Pick<ConnectorHandlers, 'listConnectors' | 'readConnector'> {
  return {
    async listConnectors() {
      return (await connectorOverviews(centre, await listConnectors(centre))).map(factsOf)
    },
    readConnector: async ({ params }) => connectorFactsOf({ centre }, await connectorById(centre, params.id)),
  }
}

function changingHandlers(
  parts: PortalParts,
): Pick<ConnectorHandlers, 'changeConnector' | 'pauseConnector' | 'resumeConnector' | 'removeConnector'> {
  const { centre, keepSchedule } = parts
  const scheduled = async (connector: Connector) => {
    await keepSchedule(connector)
    return connectorFactsOf(parts, connector)
  }
  return {
    async changeConnector({ params, body }) {
      const { version, catchAll, password, ...change } = body
      const connector = await connectorById(centre, params.id)
      const changed = await changeConnector(centre, connector, version, {
        ...change,
        // A password never comes back, so an empty field is one that was left alone.
        ...(password ? { password } : {}),
        ...(catchAll === undefined ? {} : { catchAllMailboxId: await mailboxIdOf(parts, catchAll) }),
      }).catch(asSiteRefusal)
      return scheduled(changed)
    },
    pauseConnector: async ({ params }) =>
      scheduled(await pauseConnector(centre, await connectorById(centre, params.id))),
    resumeConnector: async ({ params }) =>
      scheduled(await resumeConnector(centre, await connectorById(centre, params.id))),
    async removeConnector({ params }, { principal }) {
      const connector = await connectorById(centre, params.id)
      await removeConnector(centre, connector, principal.username)
      await keepSchedule({ ...connector, pausedAt: new Date(centre.clock.now()).toISOString() })
      return { done: true }
    },
  }
}

function mappingHandlers({
  centre,
}: PortalParts): Pick<
  ConnectorHandlers,
  'downloadMapping' | 'uploadMapping' | 'mapParticipant' | 'previewConnectorMapping'
> {
  return {
    async downloadMapping({ params, query }) {
      const connector = await connectorById(centre, params.id)
      const content = await exportMapping(centre, connector, query.safe)
      return { name: `${connector.name} mapping.csv`, type: csvType, content }
    },
    async uploadMapping({ params, query, body }) {
      const connector = await connectorById(centre, params.id)
      const read = await readMappingUpload(centre, body, query.name)
      if (!read.taken) {
        await appendAudit(centre.queries, {
          at: centre.clock.now(),
          operation: 'replace-mapping',
          target: connector.name,
          outcome: 'refused',
          details: { problems: read.problems.length },
        })
        return read
      }
      await replaceMapping(centre, connector, read.rows)
      return { taken: true, rows: read.rows.length }
    },
    async mapParticipant({ params, body }) {
      const connector = await connectorById(centre, params.id)
      await mapParticipant(centre, connector, body)
      return connectorFactsOf({ centre }, await connectorById(centre, params.id))
    },
    previewConnectorMapping: async ({ params }) =>
      withLists(await previewMapping(centre, await connectorById(centre, params.id))),
  }
}

function runHandlers(
  parts: PortalParts,
): Pick<
  ConnectorHandlers,
  'startRun' | 'listRuns' | 'readRun' | 'cancelRun' | 'downloadRunLog' | 'followRuns'
> {
  const { centre, log } = parts
  const feed = createRunFeed(centre, { onFailure: (error) => logEvents.programFailed(log, error) })
  return {
    async startRun({ params, body }, { principal }) {
      const connector = await connectorById(centre, params.id)
      const runId = await parts.sendRun(connector, requestOf(body, principal.username))
      return runFactsOf(await runReport(centre, connector, runId))
    },
    async listRuns({ params, query }) {
      const connector = await connectorById(centre, params.id)
      const before = cursorOf(query.cursor)
      const runs = await listRuns(centre, connector, {
        limit: query.limit,
        ...(before === undefined ? {} : { before }),
      })
      return { items: runs.map(runFactsOf), next: nextOf(runs, query.limit, ({ run }) => run) }
    },
    readRun: async ({ params }) =>
      runFactsOf(await runReport(centre, await connectorById(centre, params.id), BigInt(params.run))),
    async cancelRun({ params }, { principal }) {
      const connector = await connectorById(centre, params.id)
      await cancelRun(centre, connector, BigInt(params.run), principal.username)
      return runFactsOf(await runReport(centre, connector, BigInt(params.run)))
    },
    async downloadRunLog({ params, query }) {
      const connector = await connectorById(centre, params.id)
      const content = runLogLines(centre, connector, query.safe)
      return { name: `${connector.name} runs.csv`, type: csvType, content }
    },
    followRuns: async (_input, { signal }) => followed(feed.follow(signal)),
  }
}

async function* followed(
  overviews: AsyncIterable<ConnectorOverview | undefined>,
): AsyncGenerator<ConnectorFacts | undefined> {
  for await (const overview of overviews) yield overview === undefined ? undefined : factsOf(overview)
}

function exceptionHandlers({
  centre,
}: PortalParts): Pick<ConnectorHandlers, 'listExceptions' | 'downloadExceptions'> {
  return {
    async listExceptions({ params, query }) {
      const connector = await connectorById(centre, params.id)
      const after = cursorOf(query.cursor)
      const [items, byReason] = await Promise.all([
        listExceptions(centre.queries, connector, {
          limit: query.limit,
          reason: query.reason,
          ...(after === undefined ? {} : { after }),
        }),
        countExceptions(centre.queries, connector),
      ])
      return { items, byReason, next: nextOf(items, query.limit, ({ id }) => id) }
    },
    async downloadExceptions({ params, query }) {
      const connector = await connectorById(centre, params.id)
      const content = exceptionLines(centre.queries, connector, query.safe)
      return { name: `${connector.name} exceptions.csv`, type: csvType, content }
    },
  }
}

export const csvType = 'text/csv; charset=utf-8'

/** The mailbox's id; null for none. Throws `mailbox-not-found`. */
export async function mailboxIdOf(
  { centre }: Pick<PortalParts, 'centre'>,
  address: string | null,
): Promise<number | null> {
  return address === null || address.trim() === '' ? null : (await mailboxByAddress(centre, address)).id
}

function requestOf(
  {
    kind,
    window,
  }: {
    readonly kind: RunRequest['kind']
    readonly window?: { from?: string | undefined; to?: string | undefined } | undefined
  },
  requestedBy: string,
): RunRequest {
  if (kind !== 'window') return { kind, requestedBy }
  const from = window?.from === undefined ? undefined : Date.parse(window.from)
  const to = window?.to === undefined ? undefined : Date.parse(window.to)
  if (from === undefined && to === undefined)
    throw new AppError('bad-date', 'Say from when or until when it was captured what is to be read again.')
  if (from !== undefined && to !== undefined && to <= from)
    throw new AppError('bad-date', 'The end of the time to read again must lie after its beginning.')
  const times = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  return { kind, requestedBy, window: times }
}

/** Throws `bad-request` for what is no cursor of ours. */
function cursorOf(cursor: string | undefined): bigint | undefined {
  if (cursor === undefined) return undefined
  if (/^\d{1,18}$/.test(cursor)) return BigInt(cursor)
  throw new AppError('bad-request', 'The cursor is none that this list gave; begin at its first page.')
}

function nextOf<Item>(items: readonly Item[], limit: number, idOf: (item: Item) => string): string | null {
  return items.length < limit ? null : idOf(items.at(-1)!)
}

export async function connectorFactsOf(
  { centre }: Pick<PortalParts, 'centre'>,
  connector: Connector,
): Promise<ConnectorFacts> {
  const [overview] = await connectorOverviews(centre, [connector])
  return factsOf(overview!)
}

function factsOf(overview: ConnectorOverview): ConnectorFacts {
  const { scheduleCron, scheduleZone, lastRun, ...facts } = overview
  return {
    ...facts,
    terms: { ...facts.terms },
    schedule: { cron: scheduleCron, zone: scheduleZone },
    lastRun: lastRun === null ? null : runFactsOf(lastRun),
  }
}

function runFactsOf({ connector: _name, type: _type, ...report }: RunReport): RunFacts {
  const { window, exceptions, failure, ...facts } = report
  return {
    ...facts,
    window: { ...window },
    exceptions: { ...exceptions },
    failure: failure === null ? null : { ...failure },
  }
}

/** The answer's own arrays: those of features are read only. */
export function withLists({ mappedExamples, unmappedUsers, ...counts }: MappingPreview) {
  return { ...counts, mappedExamples: [...mappedExamples], unmappedUsers: [...unmappedUsers] }
}
