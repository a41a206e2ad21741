import type { itemEndpoints } from '../../api/endpoints/items.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function itemHandlers(_parts: PortalParts): Handlers<typeof itemEndpoints> {
  return {
    readItem: unfinished,
    readConversation: unfinished,
    readEmail: unfinished,
    readRaw: unfinished,
    downloadEmail: unfinished,
    downloadRaw: unfinished,
    readAttachment: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
