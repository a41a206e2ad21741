import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const integrityLogRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/integrity-log',
    staticData: { needs: ['readIntegrityLog'] },
    component: lazyRouteComponent(() => import('./log-page.tsx'), 'IntegrityLogPage'),
  }),
] as const
