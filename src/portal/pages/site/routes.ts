import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const siteRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/archiver-site',
    staticData: { needs: ['listAccounts'] },
    component: lazyRouteComponent(() => import('./site-page.tsx'), 'SitePage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/archiver-site/$id',
    staticData: { needs: ['readAccount'] },
    component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/archiver-site/$id/activation',
    staticData: { needs: ['listActivations'] },
    component: lazyRouteComponent(() => import('./activation/activation-page.tsx'), 'AccountActivationPage'),
  }),
] as const
