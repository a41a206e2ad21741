import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const coverageRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/coverage',
    staticData: { needs: ['listCoverage'] },
    component: lazyRouteComponent(() => import('./coverage-page.tsx'), 'CoveragePage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/coverage/$id',
    staticData: { needs: ['readCoverage'] },
    component: lazyRouteComponent(() => import('./account-page.tsx'), 'CoverageAccountPage'),
  }),
] as const
