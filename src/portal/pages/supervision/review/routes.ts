import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../../app/root-route.tsx'
import { linkedQueue } from './queue-filter.ts'

export const supervisionReviewRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/review',
    staticData: { needs: ['listReviews', 'readReviewReport'] },
    component: lazyRouteComponent(() => import('./reviews-page.tsx'), 'ReviewsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/review/relations',
    staticData: { needs: ['readReviewRelations'] },
    component: lazyRouteComponent(() => import('./relations-page.tsx'), 'ReviewRelationsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/review/$id',
    validateSearch: linkedQueue,
    staticData: { needs: ['readAlerts'] },
    component: lazyRouteComponent(() => import('./queue-page.tsx'), 'ReviewQueuePage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/review/$id/alerts/$alert',
    staticData: { needs: ['readAlert'] },
    component: lazyRouteComponent(() => import('./alert-page.tsx'), 'AlertPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/review/$id/samples',
    staticData: { needs: ['listReviewSamples'] },
    component: lazyRouteComponent(() => import('./samples-page.tsx'), 'ReviewSamplesPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/supervision/review/$id/report',
    staticData: { needs: ['readReviewReport'] },
    component: lazyRouteComponent(() => import('./report-page.tsx'), 'ReviewReportPage'),
  }),
] as const
