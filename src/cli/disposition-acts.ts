import { openCentre, type Platform } from '../app.ts'
import {
  type Compaction,
  compact,
  type DispositionRun,
  dispose,
  listDispositionRuns,
  unfinishedDispositions,
} from '../archive/disposition/index.ts'
import { openEscrow } from '../archive/escrow/index.ts'
import { auditFailure, auditLook, type Context } from './context.ts'
import { factsText } from './output.ts'
import { createProgress } from './progress.ts'
import { shownTime } from './times.ts'

/** Goes on with what was cut off, then makes what was disposed of final. */
export async function makeFinal(context: Context, platform: Platform): Promise<void> {
  const centre = await openCentre(platform)
  const parts = { ...centre, ownerUrl: platform.database.ownerUrl, adminUrl: platform.database.adminUrl }
  const escrow = await openEscrow(centre, platform.config.escrow)
  const done = await auditFailure(platform, { operation: 'compact' }, async () => {
    for (const id of await unfinishedDispositions(platform.database.pool)) {
      const progress = createProgress(context.output, `disposition ${id}`)
      await dispose(parts, id, {
        onProgress: (at, total) => progress.at(at, total, 'items'),
      }).finally(() => progress.end())
    }
    return compact({ ...parts, escrow })
  })
  await auditLook(platform, { operation: 'compact', details: { ...done } })
  if (!done.logOverwritten)
    context.output.note(
      'The write-ahead log is the server administrator’s: have it recycled (a checkpoint, and the expiry of archived log files), then compact again as a role that may.',
    )
  if (done.epochsInUse.length > 0)
    context.output.note(`Something is still under an old epoch key: ${done.epochsInUse.join(', ')}.`)
  if (done.blocksNeeded > 0)
    context.output.note(
      `${done.blocksNeeded} content blocks must stay until the import exceptions in them are resolved.`,
    )
  if (done.escrow.copies > 0)
    context.output.note(
      `The escrow keeps ${done.escrow.copies} copies of destroyed keys${done.escrow.until ? ` until ${shownTime(done.escrow.until)}` : ''}: what they open is not gone for good before.`,
    )
  await context.output.document(done, compactionText)
}

function compactionText(done: Compaction): string {
  const facts = factsText({
    'runs made final': done.final,
    'runs that wait': done.waiting,
    'objects deleted': done.objectsDeleted,
    'keys wrapped anew': done.keysRenewed,
    'tables rewritten': done.tablesRewritten,
    'write-ahead log overwritten': done.logOverwritten ? 'yes' : 'no',
    'old epoch keys destroyed': done.epochsDestroyed.length,
  })
  if (done.waiting === 0) return facts
  const when = done.againAt ? ` after ${shownTime(done.againAt)}` : ''
  return `${facts}\n\nCompact again${when}: the keys that old backups could be opened with are destroyed then.`
}

export async function list({ output }: Context, platform: Platform): Promise<void> {
  const runs = await listDispositionRuns(platform.database.pool)
  await auditLook(platform, { operation: 'list-dispositions' })
  await output.list(
    runs.map((run) => ({ ...run, id: Number(run.id) })),
    [
      { title: 'run', of: (run) => String(run.id) },
      { title: 'reason', of: (run) => run.reason },
      { title: 'state', of: stateOf },
      { title: 'disposed', of: (run) => String(run.disposed) },
      { title: 'kept', of: (run) => String(run.kept) },
      { title: 'since', of: (run) => (run.finishedAt ? shownTime(run.finishedAt) : '') },
      { title: 'final', of: (run) => (run.finalAt ? shownTime(run.finalAt) : '') },
    ],
  )
}

function stateOf({ state, finalAt }: Pick<DispositionRun, 'state' | 'finalAt'>): string {
  if (state !== 'done') return state
  return finalAt ? 'final' : 'logical'
}
