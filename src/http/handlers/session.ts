import type { sessionEndpoints } from '../../api/endpoints/session.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function sessionHandlers(_parts: PortalParts): Handlers<typeof sessionEndpoints> {
  return {
    readSignInOptions: unfinished,
    signInWithPassword: unfinished,
    signInWithCode: unfinished,
    beginPasskeySignIn: unfinished,
    signInWithPasskey: unfinished,
    signInWithLink: unfinished,
    readLink: unfinished,
    beginProviderSignIn: unfinished,
    finishProviderSignIn: unfinished,
    readSession: unfinished,
    beginProviderLink: unfinished,
    signOut: unfinished,
    confirmIdentity: unfinished,
    beginPasskeyConfirmation: unfinished,
    changePreferences: unfinished,
    changePassword: unfinished,
    beginTotp: unfinished,
    confirmTotp: unfinished,
    removeTotp: unfinished,
    listPasskeys: unfinished,
    beginPasskey: unfinished,
    addPasskey: unfinished,
    removePasskey: unfinished,
    listSessions: unfinished,
    endSession: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
