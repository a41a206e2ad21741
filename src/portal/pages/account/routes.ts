import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { providerProblem } from '../../api/provider-problem.ts'
import { signedInRoute } from '../../app/root-route.tsx'

export const accountRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/account',
    validateSearch: providerProblem,
    component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
  }),
] as const
