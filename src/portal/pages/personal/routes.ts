import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const personalRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/personal',
    staticData: { needs: ['listPersonal'] },
    component: lazyRouteComponent(() => import('./personal-page.tsx'), 'PersonalPage'),
  }),
] as const
