import type { systemEndpoints } from '../../api/endpoints/system.ts'
import {
  type AuditFilter,
  auditLogEnd,
  countAuditRecords,
  exportAuditRecords,
  readAuditPage,
} from '../../compliance/audit/index.ts'
import { type AuditOperation, type AuditOutcome, auditOperations } from '../../domain/audit.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook } from './reading.ts'

/** The log is read through the log: each look is a record itself, and what it shows ends before that. */
export function auditHandlers(
  parts: PortalParts,
): Pick<Handlers<typeof systemEndpoints>, 'searchAudit' | 'countAudit' | 'exportAudit'> {
  const { queries } = parts.centre
  return {
    async searchAudit({ query: { cursor, limit, ...asked } }) {
      const page = await readAuditPage(queries, filterOf(asked), { limit, cursor })
      await auditLook(parts, 'search-audit', { details: { ...asked, shown: page.items.length } })
      return page
    },
    async countAudit({ query: asked }) {
      const count = await countAuditRecords(queries, filterOf(asked))
      await auditLook(parts, 'search-audit', { details: { ...asked, found: count } })
      return { count }
    },
    async exportAudit({ query: { form, safe, ...asked } }) {
      const filter = filterOf(asked)
      const end = await auditLogEnd(queries)
      const records = await countAuditRecords(queries, filter, end)
      await auditLook(parts, 'export-audit', { details: { ...asked, form, safe, records } })
      return {
        name: form === 'csv' ? 'audit-log.csv' : 'audit-log.jsonl',
        type: form === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl',
        content: exportAuditRecords(queries, filter, { form, safe, end }),
      }
    },
  }
}

interface AskedFilter {
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** With commas between. */
  readonly actors?: string | undefined
  readonly operations?: string | undefined
  readonly outcome?: AuditOutcome | undefined
  readonly target?: string | undefined
}

function filterOf({ actors, operations, ...rest }: AskedFilter): AuditFilter {
  return { ...rest, actors: wordsOf(actors), operations: wordsOf(operations)?.map(operationOf) }
}

/** Nothing chosen narrows nothing. */
function wordsOf(text: string | undefined): string[] | undefined {
  const words = (text ?? '').split(',').map((word) => word.trim())
  const chosen = words.filter((word) => word !== '')
  return chosen.length === 0 ? undefined : chosen
}

function operationOf(word: string): AuditOperation {
  const operation = auditOperations.find((one) => one === word)
  if (operation === undefined)
    throw new AppError('bad-request', `"${word}" is no operation of the audit log; choose one of its list.`)
  return operation
}
