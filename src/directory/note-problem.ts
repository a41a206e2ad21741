/** Why a sync from Microsoft Graph failed, kept with its settings until one succeeds. */
import type { DirectoryParts } from './parts.ts'

/** Counts the changes of Graph's settings; null where it was never set up. */
export async function settingsVersion({ queries }: Pick<DirectoryParts, 'queries'>): Promise<number | null> {
  const row = await queries
    .selectFrom('directory_sync')
    .select('version')
    .where('source', '=', 'graph')
    .executeTakeFirst()
  return row?.version ?? null
}

/** Notes it where the settings are still at `version`: what failed with others says nothing of these. */
export async function noteProblem(
  { queries, clock }: Pick<DirectoryParts, 'queries' | 'clock'>,
  version: number | null,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
  const now = new Date(clock.now())
  await queries
    .updateTable('directory_sync')
    .set((expression) => ({
      ...{ last_run_at: now, problem_code: code, problem_message: message },
      problem_since: expression.fn.coalesce('problem_since', expression.val(now)),
    }))
    .where('source', '=', 'graph')
    .where('version', '=', version)
    .execute()
}
