import type { auditRetentionEndpoints } from '../../api/endpoints/audit-retention.ts'
import { createAuditPolicy, listAuditPolicies, removeAuditPolicy } from '../../compliance/audit/index.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function auditRetentionHandlers({ centre }: PortalParts): Handlers<typeof auditRetentionEndpoints> {
  return {
    async listAuditPolicies() {
      return { items: await listAuditPolicies(centre) }
    },
    async createAuditPolicy({ body }, { principal }) {
      await createAuditPolicy(centre, body, principal.username)
      return { done: true }
    },
    async removeAuditPolicy({ params: { id } }) {
      const policy = (await listAuditPolicies(centre)).find((one) => one.id === id)
      if (!policy)
        throw new AppError('audit-policy-refused', 'There is no such audit retention policy any more.')
      await removeAuditPolicy(centre, policy.name)
      return { done: true }
    },
  }
}
