import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'
import { type ItemTab, itemTabs } from './item-tabs.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const itemRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/items/$id',
    validateSearch: ({ tab, search }: Record<string, unknown>): { tab?: ItemTab; search?: string } => ({
      ...(itemTabs.some((known) => known === tab) ? { tab: tab as ItemTab } : {}),
      // The search whose hits are marked, by its id.
      ...(typeof search === 'string' && uuid.test(search) ? { search } : {}),
    }),
    staticData: { needs: ['readItem'] },
    component: lazyRouteComponent(() => import('./item-page.tsx'), 'ItemPage'),
  }),
] as const
