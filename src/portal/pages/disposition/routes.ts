import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const dispositionRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/disposition',
    staticData: { needs: ['readDisposition'] },
    component: lazyRouteComponent(() => import('./runs-page.tsx'), 'RunsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/disposition/reviews',
    staticData: { needs: ['listDispositionReviews'] },
    component: lazyRouteComponent(() => import('./reviews-page.tsx'), 'ReviewsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/disposition/reviews/$label/$stage',
    staticData: { needs: ['listReviewItems'] },
    component: lazyRouteComponent(() => import('./review-page.tsx'), 'ReviewPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/disposition/disposed',
    staticData: { needs: ['listDisposed'] },
    component: lazyRouteComponent(() => import('./disposed-page.tsx'), 'DisposedPage'),
  }),
] as const
