import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const directoryRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/mailboxes/directory',
    staticData: { needs: ['readDirectory'] },
    component: lazyRouteComponent(() => import('./directory-page.tsx'), 'DirectoryPage'),
  }),
] as const
