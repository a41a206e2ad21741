import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router'
import type { EndpointName } from '../../api/index.ts'
import { takePlaceToReturn } from '../api/return-to.ts'
import { sessionQuery } from '../api/session.ts'
import { FailedPage, MissingPage } from './failed-page.tsx'
import { Shell } from './shell.tsx'

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The page is for whoever may call one of these; others are told so instead. */
    readonly needs?: readonly EndpointName[]
  }
}

export const rootRoute = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: FailedPage,
})

/** Parent of every page behind the sign-in: `getParentRoute: () => signedInRoute`. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery)
    if (session === null) throw redirect({ to: '/sign-in', search: { next: location.href } })
    if (session.mustSetCredential) throw redirect({ to: '/welcome' })
    if (session.mustSetSecondFactor && location.pathname !== '/account') throw redirect({ to: '/account' })
    const next = takePlaceToReturn()
    if (next !== null && next !== location.href) throw redirect({ href: next })
  },
})
