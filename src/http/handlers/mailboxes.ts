import type { mailboxEndpoints } from '../../api/endpoints/mailboxes.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function mailboxHandlers(_parts: PortalParts): Handlers<typeof mailboxEndpoints> {
  return {
    listMailboxes: unfinished,
    readMailbox: unfinished,
    createMailbox: unfinished,
    changeMailbox: unfinished,
    uploadMailboxes: unfinished,
    readTimeline: unfinished,
    listItems: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
