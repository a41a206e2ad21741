import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../app/root-route.tsx'

export const activationRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/activate',
    component: lazyRouteComponent(() => import('./activation-page.tsx'), 'ActivationPage'),
  }),
] as const
