import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../../app/root-route.tsx'

export const supervisionPolicyRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/policies',
    staticData: { needs: ['listSupervisionPolicies'] },
    component: lazyRouteComponent(() => import('./policies-page.tsx'), 'SupervisionPoliciesPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/policies/$id',
    staticData: { needs: ['readSupervisionPolicy'] },
    component: lazyRouteComponent(() => import('./policy-page.tsx'), 'SupervisionPolicyPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/policies/$id/edit',
    staticData: { needs: ['saveSupervisionPolicy'] },
    component: lazyRouteComponent(() => import('./editor-page.tsx'), 'SupervisionEditorPage'),
  }),
] as const
