import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const settingsRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/settings',
    staticData: { needs: ['readSettings'] },
    component: lazyRouteComponent(() => import('./organisation-page.tsx'), 'OrganisationPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/settings/sign-in',
    staticData: { needs: ['readSettings'] },
    component: lazyRouteComponent(() => import('./sign-in-settings-page.tsx'), 'SignInSettingsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/settings/approvals',
    staticData: { needs: ['readSettings'] },
    component: lazyRouteComponent(() => import('./approval-settings-page.tsx'), 'ApprovalSettingsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/settings/terms',
    staticData: { needs: ['readSettings'] },
    component: lazyRouteComponent(() => import('./terms-page.tsx'), 'TermsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/settings/system',
    staticData: { needs: ['readSystem'] },
    component: lazyRouteComponent(() => import('./system-page.tsx'), 'SystemPage'),
  }),
] as const
