import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const connectorRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors',
    staticData: { needs: ['listConnectors'] },
    component: lazyRouteComponent(() => import('./connectors-page.tsx'), 'ConnectorsPage'),
  }),
] as const
