import { holds as holdsRole } from '../../access/index.ts'
import type { explanationEndpoints } from '../../api/endpoints/explanation.ts'
import { itemFacts, readableItem } from '../../archive/index.ts'
import { readAuditPage } from '../../compliance/audit/index.ts'
import { explainRetention } from '../../compliance/retention/index.ts'
import type { CallContext, Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook } from './reading.ts'

const looksMax = 200

export function explanationHandlers(parts: PortalParts): Handlers<typeof explanationEndpoints> {
  const { centre, lookups } = parts
  const explain = async (id: string, { principal }: CallContext) => {
    const key = await readableItem(lookups.pool, id, principal.mailboxIds)
    const [{ mapping }, retention, seen] = await Promise.all([
      itemFacts(centre, id),
      explainRetention({ pool: centre.pool }, key, centre.clock.now(), principal),
      holdsRole(principal, 'Audit Logs', 'View-Only Audit Logs')
        ? readAuditPage(centre.queries, { target: id }, { limit: looksMax })
        : null,
    ])
    await auditLook(parts, 'explain-item', { target: id })
    const { holds, settings, ...rest } = retention
    return {
      ...{ mapping: mapping.explanation, ...rest },
      holds: holds.map(({ hold, because, until }) => ({ name: hold.name, because, until })),
      rules: settings.map(({ kind, name, retainUntil, deleteAt }) => ({ kind, name, retainUntil, deleteAt })),
      seenBy:
        seen?.items.map(({ at, actor, operation, outcome }) => ({ at, actor, operation, outcome })) ?? null,
    }
  }
  return {
    explainItem: ({ params }, context) => explain(params.id, context),
    async downloadExplanation({ params }, context) {
      const explained = { item: params.id, askedAt: new Date(centre.clock.now()).toISOString() }
      return {
        name: `why-${params.id}-is-kept.json`,
        type: 'application/json',
        content: `${JSON.stringify({ ...explained, ...(await explain(params.id, context)) }, null, 1)}\n`,
      }
    },
  }
}
