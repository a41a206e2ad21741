import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const itemRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/items/$id',
    staticData: { needs: ['readItem'] },
    component: lazyRouteComponent(() => import('./item-page.tsx'), 'ItemPage'),
  }),
] as const
