import * as access from '../../access/index.ts'
import type { sessionEndpoints } from '../../api/endpoints/session.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

type OwnAccount =
  | 'readSession'
  | 'signOut'
  | 'confirmIdentity'
  | 'beginPasskeyConfirmation'
  | 'changePreferences'
  | 'changePassword'
  | 'beginTotp'
  | 'confirmTotp'
  | 'removeTotp'
  | 'listPasskeys'
  | 'beginPasskey'
  | 'addPasskey'
  | 'removePasskey'
  | 'listSessions'
  | 'endSession'

const done = { done: true } as const

/** What a person does about himself, once he is signed in. */
export function ownAccountHandlers(parts: PortalParts): Pick<Handlers<typeof sessionEndpoints>, OwnAccount> {
  const { access: own } = parts
  return {
    readSession: (_input, { principal }) => access.readOwnAccount(own, principal),
    async signOut(_input, { principal, setSession }) {
      await access.endSession(own, principal, access.sessionOf(principal).id, 'sign-out')
      setSession(null)
      return done
    },
    async confirmIdentity({ body }, { principal, origin }) {
      const { id } = access.sessionOf(principal)
      if ('password' in body) await access.confirmWithPassword(own, principal, id, body)
      else await access.confirmWithPasskey(own, principal, id, origin, body)
      const { sessions } = await access.readSettings(own.queries)
      return {
        confirmedUntil: new Date(own.clock.now() + sessions.confirmMinutes * 60_000).toISOString(),
      }
    },
    beginPasskeyConfirmation: (_input, { principal, origin }) =>
      access.beginPasskeyConfirmation(own, principal, origin),
    async changePreferences({ body }, { principal }) {
      await access.changePreferences(own, principal, body)
      return access.readOwnAccount(own, principal)
    },
    async changePassword({ body }, { principal }) {
      await access.changePassword(own, principal, body)
      return done
    },
    beginTotp: (_input, { principal }) => access.beginTotp(own, principal),
    async confirmTotp({ body }, { principal }) {
      await access.confirmTotp(own, principal, body.code)
      return done
    },
    async removeTotp(_input, { principal }) {
      await access.removeTotp(own, principal)
      return done
    },
    listPasskeys: (_input, { principal }) => access.listPasskeys(own, principal),
    beginPasskey: (_input, { principal, origin }) => access.beginPasskey(own, principal, origin),
    async addPasskey({ body }, { principal, origin }) {
      await access.addPasskey(own, principal, origin, body)
      return done
    },
    async removePasskey({ params }, { principal }) {
      await access.removePasskey(own, principal, params.id)
      return done
    },
    async listSessions(_input, { principal }) {
      const sessions = await access.listSessions(own, principal.userId)
      return sessions.map(({ userId, ...session }) => ({
        ...session,
        current: session.id === principal.session?.id,
      }))
    },
    async endSession({ params }, { principal, setSession }) {
      await access.endSession(own, principal, params.id, 'end-session')
      if (params.id === principal.session?.id) setSession(null)
      return done
    },
  }
}
