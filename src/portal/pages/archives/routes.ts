import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const archiveRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/mailboxes/archives',
    staticData: { needs: ['readArchives'] },
    component: lazyRouteComponent(() => import('./archives-page.tsx'), 'ArchivesPage'),
  }),
] as const
