import { holds as holdsRole, needsApproval } from '../../access/index.ts'
import type { holdEndpoints } from '../../api/endpoints/holds.ts'
import { mailboxByAddress } from '../../archive/index.ts'
import {
  addHoldMailboxes,
  decideHoldRequest,
  deleteItem,
  endDelay,
  giveHold,
  type HoldFacts,
  listDelays,
  listHoldRequests,
  listHolds,
  placeHold,
  previewHold,
  purgeBySearch,
  readHold,
  releaseHold,
  updateHoldStatistics,
} from '../../compliance/holds/index.ts'
import { AppError } from '../../domain/errors.ts'
import type { CallContext, Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook } from './reading.ts'

/** Which role an act that waits asks for of the second person. */
const roleOfAct = { 'release-hold': 'Hold', 'end-delay': 'Hold', purge: 'Search And Purge' } as const

export function holdHandlers(parts: PortalParts): Handlers<typeof holdEndpoints> {
  const { centre } = parts
  const whole = async (id: number, { principal }: CallContext) => {
    const { heldMailboxes, ...facts } = await readHold(centre, principal, id)
    return { ...shown(facts), heldMailboxes: [...heldMailboxes] }
  }
  const look = async (id: number, context: CallContext) => {
    const hold = await whole(id, context)
    await auditLook(parts, 'view-holds', { target: `hold ${id}` })
    return hold
  }
  const idsOf = async (addresses: readonly string[]) => {
    const ids: number[] = []
    for (const address of new Set(addresses)) ids.push((await mailboxByAddress(centre, address)).id)
    return ids
  }
  /** What of the requests concerns who asks. */
  const requestsFor = async ({ principal }: CallContext) =>
    (await listHoldRequests(centre, principal)).filter(({ act }) => holdsRole(principal, roleOfAct[act]))
  return {
    async listHolds(_input, { principal }) {
      const [holds, delays] = [await listHolds(centre, principal), await listDelays(centre, principal)]
      await auditLook(parts, 'view-holds', { details: { holds: holds.length } })
      return { items: holds.map(shown), delays: delays }
    },
    readHold: ({ params }, context) => look(params.id, context),
    async previewHold({ body }, { principal }) {
      const mailboxIds = await idsOf(body.mailboxes)
      const preview = await previewHold(centre, { query: body.query, mailboxIds })
      await auditLook(parts, 'view-holds', {
        details: { preview: mailboxIds.length, by: principal.username },
      })
      return preview
    },
    async placeHold({ body: { mailboxes, ...hold } }, context) {
      return whole(await placeHold(centre, hold, await idsOf(mailboxes), context.principal), context)
    },
    async addHoldMailboxes({ params: { id }, body }, context) {
      await addHoldMailboxes(centre, id, await idsOf(body.mailboxes), context.principal)
      return whole(id, context)
    },
    async giveHold({ params: { id }, body }, context) {
      await giveHold(centre, id, body.username, context.principal)
      return whole(id, context)
    },
    async countHold({ params: { id } }, context) {
      await updateHoldStatistics(centre, context.principal, id)
      return look(id, context)
    },
    async releaseHold({ params: { id }, body }, { principal }) {
      const mailboxIds = body.mailboxes === null ? null : await idsOf(body.mailboxes)
      const secondPerson = await needsApproval(parts.access, 'holdRelease')
      return releaseHold(centre, { hold: id, mailboxIds, reason: body.reason }, principal, { secondPerson })
    },
    endDelayHold: ({ params, body }, { principal }) => endDelay(centre, params.id, body.reason, principal),
    async listHoldRequests(_input, context) {
      const requests = await requestsFor(context)
      await auditLook(parts, 'view-holds', { details: { requests: requests.length } })
      return { items: requests.map((request) => ({ ...request, input: { ...request.input } })) }
    },
    async decideHoldRequest({ params, body }, context) {
      const request = (await requestsFor(context)).find(({ id }) => id === params.id)
      if (!request)
        throw new AppError('approval-refused', `No request with the number ${params.id} waits for you.`)
      if (body.decision === 'done' && context.principal.kind !== 'person')
        throw new AppError('approval-refused', 'Only a person may decide, not a token.')
      await decideHoldRequest(centre, params.id, body.decision, context.principal)
      return { decision: body.decision }
    },
    deleteItem: ({ params, body }, { principal }) =>
      deleteItem(centre, params.id, { purge: body.purge, mailboxIds: principal.mailboxIds }, principal),
    async purgeItems({ body }, { principal }) {
      const mailboxIds = await idsOf(body.mailboxes)
      if (principal.mailboxIds !== null && mailboxIds.some((id) => !principal.mailboxIds!.includes(id)))
        throw new AppError('not-allowed', 'One of these mailboxes is not yours to search.')
      return purgeBySearch(centre, { query: body.query, mailboxIds }, body.reason, principal)
    },
  }
}

function shown({ readers, ...facts }: HoldFacts) {
  return { ...facts, readers: [...readers] }
}
