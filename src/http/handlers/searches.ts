import type { searchEndpoints } from '../../api/endpoints/searches.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function searchHandlers(_parts: PortalParts): Handlers<typeof searchEndpoints> {
  return {
    checkQuery: unfinished,
    createSearch: unfinished,
    listSearches: unfinished,
    readSearch: unfinished,
    changeSearch: unfinished,
    deleteSearch: unfinished,
    readResults: unfinished,
    countResults: unfinished,
    readStatistics: unfinished,
    downloadResults: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
