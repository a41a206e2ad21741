import type { systemEndpoints } from '../../api/endpoints/system.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function settingsHandlers(
  _parts: PortalParts,
): Pick<Handlers<typeof systemEndpoints>, 'readSettings' | 'changeSettings' | 'testProvider'> {
  return {
    readSettings: unfinished,
    changeSettings: unfinished,
    testProvider: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
