import { type SelectQueryBuilder, sql } from 'kysely'
import type { AuditOperation, AuditOutcome } from '../../domain/audit.ts'
import type { Database } from '../../platform/postgres/index.ts'

/** What is absent does not narrow. */
export interface AuditFilter {
  /** ISO times; from the first on, up to and without the second. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Any of them, as they are written in the records. */
  readonly actors?: readonly string[] | undefined
  readonly operations?: readonly AuditOperation[] | undefined
  readonly outcome?: AuditOutcome | undefined
  /** What was acted on, or an item that was shown. */
  readonly target?: string | undefined
}

type Records<Selected> = SelectQueryBuilder<Database, 'audit_event', Selected>

/** Narrows a statement over the audit log to what a filter asks for. */
export function narrowed<Selected>(records: Records<Selected>, filter: AuditFilter): Records<Selected> {
  const { from, to, actors, operations, outcome, target } = filter
  return records
    .$if(from !== undefined, (all) => all.where('at', '>=', new Date(from!)))
    .$if(to !== undefined, (all) => all.where('at', '<', new Date(to!)))
    .$if(actors !== undefined, (all) => all.where('actor', 'in', actors!))
    .$if(operations !== undefined, (all) => all.where('operation', 'in', operations!))
    .$if(outcome !== undefined, (all) => all.where('outcome', '=', outcome!))
    .$if(target !== undefined, (all) =>
      all.where(({ eb, or }) => or([eb('target', '=', target!), amongItems(target!)])),
    )
}

/** Written as the index is. */
function amongItems(item: string) {
  return sql<boolean>`details -> 'items' @> ${JSON.stringify([item])}::jsonb`
}
