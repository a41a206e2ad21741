import type { siteEndpoints } from '../../api/endpoints/site.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function siteHandlers(_parts: PortalParts): Handlers<typeof siteEndpoints> {
  return {
    listAccounts: unfinished,
    createAccount: unfinished,
    readAccount: unfinished,
    listRegisteredUsers: unfinished,
    addRegisteredUser: unfinished,
    changeRegisteredUser: unfinished,
    endRegisteredUser: unfinished,
    uploadRegisteredUsers: unfinished,
    listGaps: unfinished,
    listCaptures: unfinished,
    listSources: unfinished,
    captureFile: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
