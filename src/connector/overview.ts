/** Connectors as an administrator looks at them: their settings, how they are, and what they last did. */
import { Cron } from 'croner'
import { sql } from 'kysely'
import type { Connector } from './connectors.ts'
import type { ConnectorParts } from './parts.ts'
import { lastReports, type RunReport } from './run-report.ts'

/** `late`: a day after a run was due there is still none that succeeded. */
export type ConnectorHealth = 'new' | 'running' | 'healthy' | 'failing' | 'late' | 'paused'

export interface ConnectorOverview extends Connector {
  /** Address of the catch-all mailbox. */
  readonly catchAll: string | null
  readonly mappingRows: number
  readonly openExceptions: number
  /** By all its runs. */
  readonly importedMessages: number
  readonly lastRun: RunReport | null
  /** ISO time. */
  readonly lastSuccess: string | null
  readonly health: ConnectorHealth
}

type ReadingParts = Pick<ConnectorParts, 'pool' | 'queries' | 'clock'>

/** In the order given. */
export async function connectorOverviews(
  parts: ReadingParts,
  connectors: readonly Connector[],
): Promise<ConnectorOverview[]> {
  if (connectors.length === 0) return []
  const ids = connectors.map(({ id }) => id)
  const [reports, figures] = await Promise.all([lastReports(parts, connectors), figuresOf(parts, ids)])
  return connectors.map((connector) => {
    const lastRun = reports.get(connector.id) ?? null
    const { lastSuccess, ...counted } = figures.get(connector.id)!
    const health = healthOf(connector, lastRun, lastSuccess, parts.clock.now())
    return {
      ...connector,
      ...{ ...counted, lastRun, health },
      lastSuccess: lastSuccess?.toISOString() ?? null,
    }
  })
}

interface Figures {
  readonly catchAll: string | null
  readonly mappingRows: number
  readonly openExceptions: number
  readonly importedMessages: number
  readonly lastSuccess: Date | null
}

async function figuresOf({ queries }: ReadingParts, ids: readonly number[]): Promise<Map<number, Figures>> {
  const answer = await sql<{
    id: number
    catch_all: string | null
    mapping_rows: bigint
    open_exceptions: bigint
    imported_messages: bigint
    last_success: Date | null
  }>`
    select connector.id, mailbox.address as catch_all,
           (select count(*) from connector_mapping where connector_id = connector.id) as mapping_rows,
           (select count(*) from import_exception where connector_id = connector.id and resolved_at is null) as open_exceptions,
           (select coalesce(sum(imported), 0)::bigint from import_run where connector_id = connector.id) as imported_messages,
           (select finished_at from import_run
             where connector_id = connector.id and state = 'succeeded' and kind = 'run' order by id desc limit 1) as last_success
      from connector left join mailbox on mailbox.id = catch_all_mailbox_id
     where connector.id = any(${ids}::int[])`.execute(queries)
  return new Map(
    answer.rows.map((row) => [
      row.id,
      {
        catchAll: row.catch_all,
        mappingRows: Number(row.mapping_rows),
        openExceptions: Number(row.open_exceptions),
        importedMessages: Number(row.imported_messages),
        lastSuccess: row.last_success,
      },
    ]),
  )
}

const dayMs = 86_400_000

function healthOf(
  connector: Connector,
  lastRun: RunReport | null,
  lastSuccess: Date | null,
  now: number,
): ConnectorHealth {
  if (lastRun !== null && ['queued', 'running', 'cancelling'].includes(lastRun.state)) return 'running'
  if (connector.pausedAt !== null) return 'paused'
  if (lastRun?.state === 'failed') return 'failing'
  const since = lastSuccess ?? new Date(connector.createdAt)
  const due = new Cron(connector.scheduleCron, { timezone: connector.scheduleZone }).nextRun(since)
  if (due !== null && due.getTime() + dayMs < now) return 'late'
  return lastSuccess === null ? 'new' : 'healthy'
}
