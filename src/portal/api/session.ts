import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { RequestRefused } from '../../api/client.ts'
import type { SessionFacts } from '../../api/endpoints/session.ts'
import type { Access, EndpointName } from '../../api/index.ts'
import { call, callAs } from './client.ts'
import { addresses } from './endpoints.generated.ts'

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['readSession'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<SessionFacts | null> => {
    try {
      const session = await call('readSession')
      callAs(session)
      return session
    } catch (error) {
      if (error instanceof RequestRefused && error.status === 401) return null
      throw error
    }
  },
})

export function useSessionOrNobody(): SessionFacts | null {
  return useSuspenseQuery(sessionQuery).data
}

/** Who is signed in, on pages behind the sign-in. */
export function useSession(): SessionFacts {
  const session = useSessionOrNobody()
  if (session === null) throw new Error('This page needs somebody to be signed in.')
  return session
}

/** Takes a session the server just answered with, after a sign-in or a change of preferences. */
export function useTakeSession(): (session: SessionFacts | null) => void {
  const queries = useQueryClient()
  return (session) => {
    callAs(session)
    queries.setQueryData(sessionQuery.queryKey, session)
  }
}

/** Whether the roles of the session open an endpoint; pages hide what they do not. */
export function mayCall({ roles }: SessionFacts, name: EndpointName): boolean {
  const { access }: { access: Access } = addresses[name]
  return typeof access === 'string' || access.some((role) => roles.includes(role))
}

export function useMay(): (name: EndpointName) => boolean {
  const session = useSession()
  return (name) => mayCall(session, name)
}
