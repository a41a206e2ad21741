/** Whether the directory follows its source, for whoever looks after the installation. */
import type { DirectoryStatus, SourceStatus } from './status.ts'

const dayMs = 24 * 60 * 60_000
/** The schedule asks every night: after two days it has missed one for certain. */
const staleMs = 2 * dayMs

export interface DirectoryHealth {
  readonly ok: boolean
  /** What was found, one sentence or what the failed sync said. */
  readonly message: string
  /** What to do; empty when all is well. */
  readonly remedy: string
}

/** How the syncs from Microsoft Graph go at `now` (ms UTC); null where Graph is not set up. */
export function directoryHealth(status: DirectoryStatus, now: number): DirectoryHealth | null {
  if (status.graph === null) return null
  const source = status.sources.find((one) => one.source === 'graph')
  if (source?.problem) return failed(source.problem)
  if (!source || source.lastSuccessAt === null) return { ok: false, message: neverYet, remedy: letItSync }
  const last = `The mailboxes were last synced from Microsoft Graph at ${source.lastSuccessAt}.`
  if (now - Date.parse(source.lastSuccessAt) <= staleMs) return { ok: true, message: last, remedy: '' }
  return { ok: false, message: `${last} That is more than two days ago.`, remedy: letItSync }
}

const neverYet = 'Microsoft Graph is set up as the source of mailboxes, and was not asked yet.'

const letItSync =
  'Let a worker run (holdfast start, or holdfast worker start): it syncs soon, and then each night. Or run holdfast directory sync.'

function failed({ message, since }: NonNullable<SourceStatus['problem']>): DirectoryHealth {
  return {
    ok: false,
    message: `The last sync from Microsoft Graph failed; it has since ${since}. ${message}`,
    remedy: 'Correct what the message says, and run holdfast directory sync.',
  }
}
