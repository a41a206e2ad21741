import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const regionRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors/regions',
    staticData: { needs: ['readRegions'] },
    component: lazyRouteComponent(() => import('./regions-page.tsx'), 'RegionsPage'),
  }),
] as const
