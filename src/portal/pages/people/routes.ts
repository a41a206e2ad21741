import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedInRoute } from '../../app/root-route.tsx'

export const peopleRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/people',
    staticData: { needs: ['listUsers', 'listRoleGroups'] },
    component: lazyRouteComponent(() => import('./users-page.tsx'), 'UsersPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/people/users/$id',
    staticData: { needs: ['listUsers'] },
    component: lazyRouteComponent(() => import('./user-page.tsx'), 'UserPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/people/role-groups',
    staticData: { needs: ['listRoleGroups'] },
    component: lazyRouteComponent(() => import('./role-groups-page.tsx'), 'RoleGroupsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/people/role-groups/new',
    validateSearch: ({ from }): { from?: number } => (typeof from === 'number' ? { from } : {}),
    staticData: { needs: ['createRoleGroup'] },
    component: lazyRouteComponent(() => import('./role-group-edit-page.tsx'), 'NewRoleGroupPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/people/role-groups/$id',
    staticData: { needs: ['listRoleGroups'] },
    component: lazyRouteComponent(() => import('./role-group-page.tsx'), 'RoleGroupPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/people/role-groups/$id/edit',
    staticData: { needs: ['changeRoleGroup'] },
    component: lazyRouteComponent(() => import('./role-group-edit-page.tsx'), 'EditRoleGroupPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/people/search-filters',
    staticData: { needs: ['listSearchFilters'] },
    component: lazyRouteComponent(() => import('./search-filters-page.tsx'), 'SearchFiltersPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/people/approvals',
    staticData: { needs: ['listApprovals'] },
    component: lazyRouteComponent(() => import('./approvals-page.tsx'), 'ApprovalsPage'),
  }),
] as const
