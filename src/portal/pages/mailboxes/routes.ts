import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const mailboxRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/mailboxes',
    staticData: { needs: ['listMailboxes'] },
    component: lazyRouteComponent(() => import('./mailboxes-page.tsx'), 'MailboxesPage'),
  }),
] as const
