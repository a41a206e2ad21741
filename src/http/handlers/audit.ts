import type { systemEndpoints } from '../../api/endpoints/system.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function auditHandlers(
  _parts: PortalParts,
): Pick<Handlers<typeof systemEndpoints>, 'searchAudit' | 'countAudit' | 'exportAudit'> {
  return {
    searchAudit: unfinished,
    countAudit: unfinished,
    exportAudit: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
