import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const destinationRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors/destinations',
    staticData: { needs: ['listDestinations'] },
    component: lazyRouteComponent(() => import('./destinations-page.tsx'), 'DestinationsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors/destinations/$id',
    staticData: { needs: ['readDestination'] },
    component: lazyRouteComponent(() => import('./destination-page.tsx'), 'DestinationPage'),
  }),
] as const
