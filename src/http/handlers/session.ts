import * as access from '../../access/index.ts'
import type { sessionEndpoints } from '../../api/endpoints/session.ts'
import { AppError } from '../../domain/errors.ts'
import type { CallContext, Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { ownAccountHandlers } from './own-account.ts'

export function sessionHandlers(parts: PortalParts): Handlers<typeof sessionEndpoints> {
  return { ...signInHandlers(parts), ...providerHandlers(parts), ...ownAccountHandlers(parts) }
}

type SignIn =
  | 'readSignInOptions'
  | 'signInWithPassword'
  | 'signInWithCode'
  | 'beginPasskeySignIn'
  | 'signInWithPasskey'
  | 'signInWithLink'
  | 'readLink'

function signInHandlers(parts: PortalParts): Pick<Handlers<typeof sessionEndpoints>, SignIn> {
  const { access: own } = parts
  const signedIn = async (context: CallContext, opened: access.OpenedSession) => {
    const principal = await access.principalOfSession(own, opened.token)
    if (!principal) throw new AppError('session-expired', 'The session has ended at once; sign in again.')
    context.setSession(opened.token)
    return { state: 'signed-in', session: await access.readOwnAccount(own, principal) } as const
  }
  return {
    async readSignInOptions() {
      const { organisation, provider } = await access.readSettings(own.queries)
      const administrators = await access.listAdministrators(own.queries)
      return {
        product: 'Holdfast',
        version: parts.version,
        organisation,
        provider: provider?.name ?? null,
        setUp: administrators.some((administrator) => administrator.canSignIn),
      }
    },
    async signInWithPassword({ body }, context) {
      const answer = await access.signInWithPassword(own, body, signInOrigin(context))
      return answer.state === 'signed-in' ? signedIn(context, answer.session) : answer
    },
    signInWithCode: async ({ body }, context) =>
      signedIn(context, await access.signInWithCode(own, body, signInOrigin(context))),
    beginPasskeySignIn: (_input, context) => access.beginPasskeySignIn(own, context.origin),
    signInWithPasskey: async ({ body }, context) =>
      signedIn(context, await access.signInWithPasskey(own, context.origin, body, signInOrigin(context))),
    signInWithLink: async ({ body }, context) =>
      signedIn(context, await access.signInWithLink(own, body, signInOrigin(context))),
    readLink: ({ body }) => access.readLink(own, body.token),
  }
}

type Provider = 'beginProviderSignIn' | 'finishProviderSignIn' | 'beginProviderLink'

/** A browser follows these addresses by itself, so that what went wrong is a page, not JSON. */
function providerHandlers({ access: own }: PortalParts): Pick<Handlers<typeof sessionEndpoints>, Provider> {
  return {
    async beginProviderSignIn(_input, context) {
      try {
        const { step, url } = await access.beginProviderSignIn(own, context.origin, context.signedIn)
        context.setSignInStep(step)
        return { redirect: url }
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        return { redirect: '/sign-in?problem=provider-refused' }
      }
    },
    async finishProviderSignIn({ query }, context) {
      context.setSignInStep(null)
      const given = { step: context.signInStep, answer: query }
      const outcome = await access.finishProviderSignIn(own, context.origin, given, signInOrigin(context))
      if (outcome.state === 'refused') {
        const page = outcome.linking ? '/account' : '/sign-in'
        return { redirect: `${page}?problem=${outcome.problem}` }
      }
      if (outcome.state === 'signed-in') context.setSession(outcome.session.token)
      return { redirect: outcome.state === 'linked' ? '/account' : '/' }
    },
    async beginProviderLink(_input, context) {
      const { step, url } = await access.beginProviderLink(own, context.origin, context.principal)
      context.setSignInStep(step)
      return { url }
    },
  }
}

function signInOrigin(context: CallContext) {
  const { clientIp, userAgent, signedIn } = context
  return { clientIp, userAgent, sessionId: signedIn?.session?.id ?? null }
}
