import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const retentionRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention',
    staticData: { needs: ['listRetentionPolicies'] },
    component: lazyRouteComponent(() => import('./policies-page.tsx'), 'RetentionPoliciesPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention/policies/new',
    staticData: { needs: ['createRetentionPolicy'] },
    component: lazyRouteComponent(() => import('./policy-edit-page.tsx'), 'NewRetentionPolicyPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention/policies/$id',
    staticData: { needs: ['readRetentionPolicy'] },
    component: lazyRouteComponent(() => import('./policy-page.tsx'), 'RetentionPolicyPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention/policies/$id/edit',
    staticData: { needs: ['editRetentionPolicy'] },
    component: lazyRouteComponent(() => import('./policy-edit-page.tsx'), 'EditRetentionPolicyPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention/labels',
    staticData: { needs: ['listRetentionLabels'] },
    component: lazyRouteComponent(() => import('./labels-page.tsx'), 'RetentionLabelsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention/labels/new',
    staticData: { needs: ['createRetentionLabel'] },
    component: lazyRouteComponent(() => import('./new-label-page.tsx'), 'NewRetentionLabelPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention/labels/$id',
    staticData: { needs: ['listRetentionLabels'] },
    component: lazyRouteComponent(() => import('./label-page.tsx'), 'RetentionLabelPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention/scopes',
    staticData: { needs: ['listAdaptiveScopes'] },
    component: lazyRouteComponent(() => import('./scopes-page.tsx'), 'AdaptiveScopesPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/retention/scopes/$id',
    staticData: { needs: ['readAdaptiveScope'] },
    component: lazyRouteComponent(() => import('./scope-page.tsx'), 'AdaptiveScopePage'),
  }),
] as const
