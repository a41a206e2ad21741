import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { wizardSteps } from '../../../api/wizard-steps.ts'
import { signedInRoute } from '../../app/root-route.tsx'

export const connectorRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors',
    staticData: { needs: ['listConnectors'] },
    component: lazyRouteComponent(() => import('./connectors-page.tsx'), 'ConnectorsPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors/catalogue',
    staticData: { needs: ['listConnectors'] },
    component: lazyRouteComponent(() => import('./catalogue-page.tsx'), 'CataloguePage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors/catalogue/$type',
    staticData: { needs: ['createDraft'] },
    component: lazyRouteComponent(() => import('./product-page.tsx'), 'ProductPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors/new/$id',
    validateSearch: ({ step }: Record<string, unknown>) => ({
      step: wizardSteps.find((known) => known === step),
    }),
    staticData: { needs: ['saveDraft'] },
    component: lazyRouteComponent(() => import('./wizard-page.tsx'), 'WizardPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors/$id',
    staticData: { needs: ['readConnector'] },
    component: lazyRouteComponent(() => import('./connector-page.tsx'), 'ConnectorPage'),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: '/connectors/$id/exceptions',
    staticData: { needs: ['listExceptions'] },
    component: lazyRouteComponent(() => import('./exceptions-page.tsx'), 'ExceptionsPage'),
  }),
] as const
