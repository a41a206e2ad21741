import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'
import { linkedFilter } from './filter.ts'

export const auditRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/audit',
    validateSearch: linkedFilter,
    staticData: { needs: ['searchAudit'] },
    component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/audit/retention',
    staticData: { needs: ['listAuditPolicies'] },
    component: lazyRouteComponent(() => import('./retention-page.tsx'), 'AuditRetentionPage'),
  }),
] as const
