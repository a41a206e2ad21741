import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const searchRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/search',
    staticData: { needs: ['createSearch'] },
    component: lazyRouteComponent(() => import('./search-page.tsx'), 'SearchPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/search/$id',
    staticData: { needs: ['readSearch'] },
    component: lazyRouteComponent(() => import('./one-search-page.tsx'), 'OneSearchPage'),
  }),
] as const
