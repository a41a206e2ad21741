/** How the directory stands: where it comes from, how the last sync went, what it could not take. */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { SyncCounts } from './plan.ts'
import type { DirectorySource } from './record.ts'
import { type GraphSettings, readGraphSource } from './settings.ts'

export interface SourceStatus {
  readonly source: DirectorySource
  /** ISO times; null where there was none, and the last run's where the settings changed since. */
  readonly lastRunAt: string | null
  readonly lastSuccessAt: string | null
  /** Of the last success. */
  readonly counts: SyncCounts | null
  /** Why the last run failed; null where it did not. */
  readonly problem: { readonly code: string; readonly message: string; readonly since: string } | null
}

export interface DirectoryStatus {
  readonly graph: {
    readonly settings: GraphSettings
    readonly hasSecret: boolean
    readonly version: number
  } | null
  readonly sources: readonly SourceStatus[]
  readonly mailboxes: { readonly active: number; readonly inactive: number }
  /** Mailboxes by where they come from. */
  readonly origins: Readonly<Record<DirectorySource | 'manual', number>>
  /** Users who could not be taken as they are: the first hundred, and how many there are. */
  readonly problems: readonly UserProblem[]
  readonly problemCount: number
}

export interface UserProblem {
  readonly source: DirectorySource
  readonly userName: string
  readonly explanation: string
}

const problemsShown = 100

export async function readDirectory({ queries }: { readonly queries: Queries }): Promise<DirectoryStatus> {
  const graph = await readGraphSource(queries)
  return {
    graph: graph && { settings: graph.settings, hasSecret: graph.hasSecret, version: graph.version },
    sources: await sourcesOf(queries),
    ...(await mailboxCounts(queries)),
    ...(await problemsOf(queries)),
  }
}

async function sourcesOf(queries: Queries): Promise<SourceStatus[]> {
  const rows = await queries.selectFrom('directory_sync').selectAll().orderBy('source').execute()
  return rows.map((row) => ({
    source: row.source as DirectorySource,
    lastRunAt: row.last_run_at?.toISOString() ?? null,
    lastSuccessAt: row.last_success_at?.toISOString() ?? null,
    counts: row.counts as SyncCounts | null,
    problem:
      row.problem_code === null
        ? null
        : {
            code: row.problem_code,
            message: row.problem_message ?? '',
            since: row.problem_since!.toISOString(),
          },
  }))
}

async function mailboxCounts(queries: Queries): Promise<Pick<DirectoryStatus, 'mailboxes' | 'origins'>> {
  const { rows } = await sql<{ origin: DirectorySource | 'manual'; active: boolean; mailboxes: number }>`
    select coalesce(u.source, 'manual') as origin, m.active, count(*)::int as mailboxes
      from mailbox m left join directory_user u on u.mailbox_id = m.id
     group by 1, 2`.execute(queries)
  const sum = (chosen: typeof rows) => chosen.reduce((total, { mailboxes }) => total + mailboxes, 0)
  const of = (origin: string) => sum(rows.filter((row) => row.origin === origin))
  return {
    mailboxes: {
      active: sum(rows.filter(({ active }) => active)),
      inactive: sum(rows.filter(({ active }) => !active)),
    },
    origins: { manual: of('manual'), csv: of('csv'), graph: of('graph'), scim: of('scim') },
  }
}

async function problemsOf(queries: Queries): Promise<Pick<DirectoryStatus, 'problems' | 'problemCount'>> {
  const { rows } = await sql<UserProblem & { total: number }>`
    select source, record ->> 'userName' as "userName", problem as explanation, (count(*) over ())::int as total
      from directory_user where problem is not null
     order by source, id limit ${problemsShown}`.execute(queries)
  return {
    problems: rows.map(({ total: _total, ...problem }) => problem),
    problemCount: rows[0]?.total ?? 0,
  }
}
