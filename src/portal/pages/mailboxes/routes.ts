import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { areaNames, folderNames } from '../../../domain/codes.ts'
import { signedInRoute } from '../../app/root-route.tsx'

export const mailboxRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/mailboxes',
    staticData: { needs: ['listMailboxes'] },
    component: lazyRouteComponent(() => import('./mailboxes-page.tsx'), 'MailboxesPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/mailboxes/$id',
    validateSearch: ({ folder, area }: Record<string, unknown>) => ({
      folder: folderNames.find((known) => known === folder),
      area: areaNames.find((known) => known === area),
    }),
    staticData: { needs: ['readMailbox'] },
    component: lazyRouteComponent(() => import('./mailbox-page.tsx'), 'MailboxPage'),
  }),
] as const
