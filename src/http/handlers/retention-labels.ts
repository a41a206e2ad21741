import { holds as holdsRole } from '../../access/index.ts'
import type { retentionLabelEndpoints } from '../../api/endpoints/retention-labels.ts'
import { readableItem } from '../../archive/index.ts'
import {
  type AdaptiveScope,
  applyQueryLabels,
  createAdaptiveScope,
  createRetentionLabel,
  defaultLabels,
  labelFound,
  labelItem,
  listAdaptiveScopes,
  listRetentionLabels,
  noteEvent,
  noteEventFound,
  previewScope,
  setDefaultLabel,
} from '../../compliance/retention/index.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { mailboxIdsOf } from './retention-policies.ts'

/** Of a preview of a scope, so many mailboxes are named. */
const previewed = 100

// Long because: one line for each endpoint, each handing on to the feature.
export function retentionLabelHandlers({
  centre,
  lookups,
}: Pick<PortalParts, 'centre' | 'lookups'>): Handlers<typeof retentionLabelEndpoints> {
  const labelName = async (id: number) => {
    const label = (await listRetentionLabels(centre.pool)).find((one) => one.id === id)
    if (!label) throw new AppError('not-found', `There is no retention label ${id}.`)
    return label.name
  }
  return {
    async listRetentionLabels() {
      const [labels, defaults] = await Promise.all([
        listRetentionLabels(centre.pool),
        defaultLabels(centre.pool),
      ])
      return {
        items: labels.map(({ reviewStages, ...label }) => ({
          ...label,
          reviewStages: reviewStages.map((stage) => [...stage]),
          defaultOf: defaults.get(label.id) ?? [],
        })),
      }
    },
    async createRetentionLabel({ body }, { principal }) {
      if (body.record !== 'none' && !holdsRole(principal, 'RecordManagement'))
        throw new AppError('not-allowed', 'A label that makes records asks for the role RecordManagement.')
      return { id: await createRetentionLabel(centre, body, principal.username) }
    },
    async applyLabelQueries(_request, { principal }) {
      return { labelled: await applyQueryLabels(centre, principal.username) }
    },
    async labelFoundItems({ params, body }, { principal }) {
      const found = { query: body.query, mailboxIds: principal.mailboxIds }
      return { labelled: await labelFound(centre, await labelName(params.id), found, principal.username) }
    },
    async noteLabelEvent({ params, body }, { principal }) {
      const found = { query: body.query, mailboxIds: principal.mailboxIds }
      const noted = await noteEventFound(centre, await labelName(params.id), found, Date.parse(body.at))
      return { noted }
    },
    async setDefaultLabel({ body }) {
      const name = body.label === null ? null : await labelName(body.label)
      await setDefaultLabel(centre, await mailboxIdsOf(centre, body.mailboxes), name)
      return { done: true }
    },
    async labelItem({ params, body }, { principal }) {
      await readableItem(lookups.pool, params.id, principal.mailboxIds)
      const name = body.label === null ? null : await labelName(body.label)
      await labelItem(centre, params.id, name, principal.username)
      return { done: true }
    },
    async noteItemEvent({ params, body }, { principal }) {
      await readableItem(lookups.pool, params.id, principal.mailboxIds)
      await noteEvent(centre, params.id, Date.parse(body.at))
      return { done: true }
    },
    listAdaptiveScopes: async () => ({ items: (await listAdaptiveScopes(centre.pool)).map(shownScope) }),
    async readAdaptiveScope({ params }) {
      const scope = (await listAdaptiveScopes(centre.pool)).find(({ id }) => id === params.id)
      if (!scope) throw new AppError('not-found', `There is no adaptive scope ${params.id}.`)
      return {
        ...shownScope(scope),
        mailboxes: scope.members.map((member) => ({ ...member, ...timesOf(member) })),
      }
    },
    async previewAdaptiveScope({ body }) {
      const mailboxes = await previewScope(centre.pool, body.query)
      return { members: mailboxes.length, mailboxes: mailboxes.slice(0, previewed) }
    },
    async createAdaptiveScope({ body }, { principal }) {
      return { id: await createAdaptiveScope(centre, body.name, body.query, principal.username) }
    },
  }
}

function shownScope({ id, name, query, members }: AdaptiveScope) {
  const now = members.filter(({ until }) => until === null).length
  return {
    ...{ id, name, members: now, left: members.length - now },
    query: { ...query, conditions: [...query.conditions] },
  }
}

/** As the contract has times; the database writes them in JSON its own way. */
function timesOf({ since, until }: AdaptiveScope['members'][number]) {
  return { since: new Date(since).toISOString(), until: until && new Date(until).toISOString() }
}
