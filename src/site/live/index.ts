export { type CallAnswerer, createCallAnswerer } from './answer-call.ts'
export { type BodyKeeper, createBodyKeeper } from './keep-bodies.ts'
export { type LiveParts, type OpenRoute, openRoute } from './open-route.ts'
export { pullRoute } from './pull-route.ts'
export { type RouteForm, refuseMachineSettings, routeForm } from './route-form.ts'
export {
  changeRoute,
  createRoute,
  listRoutes,
  liveOf,
  type Route,
  type RouteChange,
  type RouteInput,
  removeRoute,
  routeByName,
  waitingBodies,
} from './routes.ts'
export { type RouteRunner, startRoutes } from './run-routes.ts'
export { splitKept } from './split-kept.ts'
export { syncRoute } from './sync-route.ts'
