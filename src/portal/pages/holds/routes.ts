import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const holdRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/holds',
    staticData: { needs: ['listHolds'] },
    component: lazyRouteComponent(() => import('./holds-page.tsx'), 'HoldsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/holds/new',
    staticData: { needs: ['placeHold'] },
    component: lazyRouteComponent(() => import('./place-hold-page.tsx'), 'PlaceHoldPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/holds/$id',
    staticData: { needs: ['readHold'] },
    component: lazyRouteComponent(() => import('./hold-page.tsx'), 'HoldPage'),
  }),
] as const
