import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { Waiting } from '../components/notices.tsx'
import { accountRoutes } from '../pages/account/routes.ts'
import { activationRoutes } from '../pages/activation/routes.ts'
import { archiveRoutes } from '../pages/archives/routes.ts'
import { auditRoutes } from '../pages/audit/routes.ts'
import { connectorRoutes } from '../pages/connectors/routes.ts'
import { coverageRoutes } from '../pages/coverage/routes.ts'
import { destinationRoutes } from '../pages/destinations/routes.ts'
import { directoryRoutes } from '../pages/directory/routes.ts'
import { dispositionRoutes } from '../pages/disposition/routes.ts'
import { holdRoutes } from '../pages/holds/routes.ts'
import { homeRoutes } from '../pages/home/routes.ts'
import { integrityLogRoutes } from '../pages/integrity-log/routes.ts'
import { itemRoutes } from '../pages/items/routes.ts'
import { mailboxRoutes } from '../pages/mailboxes/routes.ts'
import { peopleRoutes } from '../pages/people/routes.ts'
import { personalRoutes } from '../pages/personal/routes.ts'
import { regionRoutes } from '../pages/regions/routes.ts'
import { retentionRoutes } from '../pages/retention/routes.ts'
import { searchRoutes } from '../pages/search/routes.ts'
import { sessionRoutes } from '../pages/session/routes.ts'
import { settingsRoutes } from '../pages/settings/routes.ts'
import { siteRoutes } from '../pages/site/routes.ts'
import { supervisionPolicyRoutes } from '../pages/supervision/policies/routes.ts'
import { supervisionReviewRoutes } from '../pages/supervision/review/routes.ts'
import { rootRoute, signedInRoute } from './root-route.tsx'

const routeTree = rootRoute.addChildren([
  ...sessionRoutes,
  ...activationRoutes,
  signedInRoute.addChildren([
    ...homeRoutes,
    ...connectorRoutes,
    ...destinationRoutes,
    ...regionRoutes,
    ...siteRoutes,
    ...coverageRoutes,
    ...directoryRoutes,
    ...archiveRoutes,
    ...mailboxRoutes,
    ...itemRoutes,
    ...searchRoutes,
    ...holdRoutes,
    ...retentionRoutes,
    ...dispositionRoutes,
    ...personalRoutes,
    ...auditRoutes,
    ...integrityLogRoutes,
    ...peopleRoutes,
    ...supervisionPolicyRoutes,
    ...supervisionReviewRoutes,
    ...settingsRoutes,
    ...accountRoutes,
  ]),
])

export function createPortalRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPendingComponent: Waiting,
    defaultPreload: false,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>
  }
}
