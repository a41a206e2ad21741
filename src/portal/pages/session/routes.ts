import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { type ProviderProblem, providerProblem } from '../../api/provider-problem.ts'
import { rootRoute } from '../../app/root-route.tsx'

export const sessionRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: (search): { next?: string; problem?: ProviderProblem } => ({
      ...(typeof search.next === 'string' ? { next: search.next } : {}),
      ...providerProblem(search),
    }),
    component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/welcome',
    component: lazyRouteComponent(() => import('./welcome-page.tsx'), 'WelcomePage'),
  }),
] as const
