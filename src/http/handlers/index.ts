/** All handlers, by endpoint: one that is missing does not compile. */
import type { Endpoints } from '../../api/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { activationHandlers } from './activation.ts'
import { auditHandlers } from './audit.ts'
import { auditRetentionHandlers } from './audit-retention.ts'
import { connectorDraftHandlers } from './connector-drafts.ts'
import { connectorHandlers } from './connectors.ts'
import { coverageHandlers } from './coverage.ts'
import { destinationHandlers } from './destinations.ts'
import { directoryHandlers } from './directory.ts'
import { dispositionHandlers } from './disposition.ts'
import { explanationHandlers } from './explanation.ts'
import { holdHandlers } from './holds.ts'
import { homeHandlers } from './home.ts'
import { inPlaceArchiveHandlers } from './in-place-archive.ts'
import { integrityLogHandlers } from './integrity-log.ts'
import { itemHandlers } from './items.ts'
import { mailboxHandlers } from './mailboxes.ts'
import { openApiHandlers } from './open-api.ts'
import { peopleHandlers } from './people.ts'
import { personalHandlers } from './personal.ts'
import { regionHandlers } from './regions.ts'
import { retentionLabelHandlers } from './retention-labels.ts'
import { retentionPolicyHandlers } from './retention-policies.ts'
import { searchHandlers } from './searches.ts'
import { sessionHandlers } from './session.ts'
import { settingsHandlers } from './settings.ts'
import { siteHandlers } from './site.ts'
import { siteRouteHandlers } from './site-routes.ts'
import { supervisionPolicyHandlers } from './supervision-policies.ts'
import { supervisionReviewHandlers } from './supervision-review.ts'

export function allHandlers(parts: PortalParts): Handlers<Endpoints> {
  return {
    ...sessionHandlers(parts),
    ...peopleHandlers(parts),
    ...connectorDraftHandlers(parts),
    ...connectorHandlers(parts),
    ...destinationHandlers(parts),
    ...siteHandlers(parts),
    ...activationHandlers(parts),
    ...siteRouteHandlers(parts),
    ...coverageHandlers(parts),
    ...mailboxHandlers(parts),
    ...directoryHandlers(parts),
    ...itemHandlers(parts),
    ...personalHandlers(parts),
    ...regionHandlers(parts),
    ...holdHandlers(parts),
    ...dispositionHandlers(parts),
    ...integrityLogHandlers(parts),
    ...searchHandlers(parts),
    ...homeHandlers(parts),
    ...auditHandlers(parts),
    ...auditRetentionHandlers(parts),
    ...explanationHandlers(parts),
    ...supervisionReviewHandlers(parts),
    ...inPlaceArchiveHandlers(parts),
    ...retentionPolicyHandlers(parts),
    ...retentionLabelHandlers(parts),
    ...supervisionPolicyHandlers(parts),
    ...settingsHandlers(parts),
    ...openApiHandlers(parts),
  }
}
