import type { connectorDraftEndpoints } from '../../api/endpoints/connector-drafts.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function connectorDraftHandlers(_parts: PortalParts): Handlers<typeof connectorDraftEndpoints> {
  return {
    readTerms: unfinished,
    listDrafts: unfinished,
    createDraft: unfinished,
    readDraft: unfinished,
    saveDraft: unfinished,
    removeDraft: unfinished,
    testDraftSignIn: unfinished,
    uploadDraftMapping: unfinished,
    previewDraft: unfinished,
    finishDraft: unfinished,
    downloadMappingTemplate: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
