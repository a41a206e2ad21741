/** The whole contract: every address of the API, from which routes, OpenAPI and both clients are made. */
import { activationEndpoints } from './endpoints/activation.ts'
import { auditRetentionEndpoints } from './endpoints/audit-retention.ts'
import { connectorDraftEndpoints } from './endpoints/connector-drafts.ts'
import { connectorEndpoints } from './endpoints/connectors.ts'
import { coverageEndpoints } from './endpoints/coverage.ts'
import { destinationEndpoints } from './endpoints/destinations.ts'
import { directoryEndpoints } from './endpoints/directory.ts'
import { dispositionEndpoints } from './endpoints/disposition.ts'
import { documentEndpoints } from './endpoints/document.ts'
import { explanationEndpoints } from './endpoints/explanation.ts'
import { holdEndpoints } from './endpoints/holds.ts'
import { inPlaceArchiveEndpoints } from './endpoints/in-place-archive.ts'
import { integrityLogEndpoints } from './endpoints/integrity-log.ts'
import { itemEndpoints } from './endpoints/items.ts'
import { mailboxEndpoints } from './endpoints/mailboxes.ts'
import { peopleEndpoints } from './endpoints/people.ts'
import { personalEndpoints } from './endpoints/personal.ts'
import { regionEndpoints } from './endpoints/regions.ts'
import { retentionLabelEndpoints } from './endpoints/retention-labels.ts'
import { retentionPolicyEndpoints } from './endpoints/retention-policies.ts'
import { searchEndpoints } from './endpoints/searches.ts'
import { sessionEndpoints } from './endpoints/session.ts'
import { siteEndpoints } from './endpoints/site.ts'
import { siteRouteEndpoints } from './endpoints/site-routes.ts'
import { supervisionPolicyEndpoints } from './endpoints/supervision-policies.ts'
import { supervisionReviewEndpoints } from './endpoints/supervision-review.ts'
import { systemEndpoints } from './endpoints/system.ts'

export {
  type CallInput,
  type Client,
  type ClientOptions,
  createClient,
  RequestRefused,
  uploadQueryHeader,
} from './client.ts'
export type { Access, Audited, Endpoint, Method } from './endpoint.ts'

export const endpoints = {
  ...sessionEndpoints,
  ...peopleEndpoints,
  ...connectorDraftEndpoints,
  ...connectorEndpoints,
  ...destinationEndpoints,
  ...siteEndpoints,
  ...activationEndpoints,
  ...siteRouteEndpoints,
  ...coverageEndpoints,
  ...mailboxEndpoints,
  ...directoryEndpoints,
  ...itemEndpoints,
  ...holdEndpoints,
  ...dispositionEndpoints,
  ...integrityLogEndpoints,
  ...personalEndpoints,
  ...regionEndpoints,
  ...searchEndpoints,
  ...supervisionPolicyEndpoints,
  ...systemEndpoints,
  ...auditRetentionEndpoints,
  ...explanationEndpoints,
  ...supervisionReviewEndpoints,
  ...inPlaceArchiveEndpoints,
  ...retentionPolicyEndpoints,
  ...retentionLabelEndpoints,
  ...documentEndpoints,
}
export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints
