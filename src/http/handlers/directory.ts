import type { directoryEndpoints } from '../../api/endpoints/directory.ts'
import {
  type DirectoryParts,
  type DirectoryStatus,
  type GraphSyncOutcome,
  readDirectory,
  removeGraphSource,
  setGraphSource,
  syncFromGraph,
  syncReport,
} from '../../directory/index.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

/** Changes and conflicts that a page shows. */
const linesMax = 500

export type DirectoryHandlerParts = Pick<PortalParts, 'centre'> & Pick<DirectoryParts, 'openGraph'>

export function directoryHandlers({
  centre,
  openGraph,
}: DirectoryHandlerParts): Handlers<typeof directoryEndpoints> {
  const { queries, vault, clock, random } = centre
  const parts: DirectoryParts = { queries, vault, clock, random, ...(openGraph ? { openGraph } : {}) }
  return {
    readDirectory: async () => factsOf(await readDirectory(parts)),
    changeDirectory: async ({ body: { graph, version } }) => {
      if (graph === null) await removeGraphSource(parts, version)
      else {
        const { secret, ...settings } = graph
        await setGraphSource(parts, { settings, secret, version })
      }
      return factsOf(await readDirectory(parts))
    },
    planSync: async ({ body: { full } }) => {
      const outcome = await syncFromGraph(parts, { full, dryRun: true, acceptRemovals: false })
      const told = factsOfSync(outcome)
      await appendAudit(queries, {
        ...{ at: clock.now(), operation: 'sync-directory', outcome: 'succeeded' },
        details: { source: 'graph', dryRun: true, ...told.counts },
      })
      return told
    },
    startSync: async ({ body: { full, acceptRemovals } }) =>
      factsOfSync(await syncFromGraph(parts, { full, acceptRemovals, dryRun: false })),
  }
}

function factsOfSync(outcome: GraphSyncOutcome) {
  const { changes, conflicts, ...report } = syncReport(outcome, linesMax)
  return {
    ...report,
    full: outcome.full,
    conflicts: [...conflicts],
    changes: changes.map(({ fields, ...change }) => ({
      ...change,
      fields: fields.map(({ field, before, after }) => ({
        field,
        before: plain(before),
        after: plain(after),
      })),
    })),
  }
}

function plain(value: string | boolean | null | readonly string[]): string | boolean | null | string[] {
  return typeof value === 'object' && value !== null ? [...value] : value
}

function factsOf({ sources, problems, ...status }: DirectoryStatus) {
  return { ...status, sources: [...sources], problems: [...problems] }
}
