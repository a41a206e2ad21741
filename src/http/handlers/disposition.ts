import { holds as holdsRole, roleGroupNamesOf } from '../../access/index.ts'
import type { dispositionEndpoints } from '../../api/endpoints/disposition.ts'
import { type DispositionRun, listDispositionRuns } from '../../archive/disposition/index.ts'
import { askToResume, decideResumption, readSuspension } from '../../backup/resumption.ts'
import {
  certifyDisposal,
  decideDisposition,
  exportDisposed,
  lastRetentionRun,
  listBases,
  listDisposed,
  listDispositionDecisions,
  listDispositionReviews,
  listRetentionLabels,
  listReviewStages,
  nextRetentionRun,
  readRetentionRun,
} from '../../compliance/retention/index.ts'
import { AppError } from '../../domain/errors.ts'
import type { CallContext, Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook } from './reading.ts'

type Endpoints = typeof dispositionEndpoints
type Reviewing =
  | 'listDispositionReviews'
  | 'listReviewItems'
  | 'decideDisposition'
  | 'listDispositionDecisions'
  | 'listRelabels'

export function dispositionHandlers(parts: PortalParts): Handlers<Endpoints> {
  return { ...runHandlers(parts), ...reviewHandlers(parts), ...disposedHandlers(parts) }
}

/** Whose turn a review is, and which mailboxes he may know of. */
async function reviewsOf({ centre }: PortalParts, { principal }: CallContext) {
  const { username, userId, mailboxIds } = principal
  const groups = await roleGroupNamesOf(centre.queries, userId)
  return { reviewer: { username, groups }, mailboxIds, now: centre.clock.now() }
}

function reviewHandlers(parts: PortalParts): Pick<Handlers<Endpoints>, Reviewing> {
  const { centre } = parts
  const { pool } = centre
  return {
    async listDispositionReviews({ query }, context) {
      const everybody = query.of === 'everybody'
      if (everybody && !holdsRole(context.principal, 'RecordManagement'))
        throw new AppError('not-allowed', 'Only who manages records sees the reviews of everybody.')
      const mine = await reviewsOf(parts, context)
      const stages = await listReviewStages(pool, everybody ? { ...mine, reviewer: null } : mine)
      await auditLook(parts, 'view-dispositions', { details: { reviews: stages.length, of: query.of } })
      return { items: stages.map((stage) => ({ ...stage, reviewers: [...stage.reviewers] })) }
    },
    async listReviewItems({ params, query }, context) {
      const of = { ...(await reviewsOf(parts, context)), labelId: params.label, stage: params.stage }
      const { items, next } = await listDispositionReviews(pool, of, query)
      await auditLook(parts, 'view-dispositions', { details: { items: items.map(({ item }) => item) } })
      return { items: items.map((one) => ({ ...one, approvers: [...one.approvers] })), next }
    },
    async decideDisposition({ body: { items, stage, decision, reason: comment } }, context) {
      const { username, kind } = context.principal
      if (kind !== 'person')
        throw new AppError('not-allowed', 'Only a person decides in a review, not a token.')
      const decided =
        decision.act === 'extend' ? { ...decision, until: Date.parse(decision.until) } : decision
      const of = { ...(await reviewsOf(parts, context)), stage }
      return { changed: await decideDisposition(centre, items, { ...decided, comment }, of, username) }
    },
    async listDispositionDecisions({ query }, { principal }) {
      const all = query.item !== undefined || holdsRole(principal, 'RecordManagement')
      const page = await listDispositionDecisions(pool, {
        ...query,
        by: all ? undefined : principal.username,
        mailboxIds: principal.mailboxIds,
      })
      await auditLook(parts, 'view-dispositions', {
        details: { decisions: page.items.length, ...(query.item ? { items: [query.item] } : {}) },
      })
      return page
    },
    async listRelabels() {
      return { labels: (await listRetentionLabels(pool)).map(({ name }) => name) }
    },
  }
}

function disposedHandlers(
  parts: PortalParts,
): Pick<Handlers<Endpoints>, 'listDisposed' | 'exportDisposed' | 'downloadDisposalProof'> {
  const { centre } = parts
  return {
    async listDisposed({ query: { run, ...query } }, { principal: { mailboxIds } }) {
      const filter = { ...query, run: run === undefined ? undefined : BigInt(run), mailboxIds }
      const { items, next } = await listDisposed(centre.pool, filter)
      const { cursor: _cursor, limit: _limit, ...asked } = query
      await auditLook(parts, 'view-dispositions', { details: { ...asked, run, shown: items.length } })
      return { items: items.map((one) => ({ ...one, approvers: [...one.approvers] })), next }
    },
    async exportDisposed({ query: { run, ...query } }, { principal: { mailboxIds } }) {
      await auditLook(parts, 'view-dispositions', { details: { ...query, run, form: 'csv' } })
      const filter = { ...query, run: run === undefined ? undefined : BigInt(run), mailboxIds }
      return {
        name: 'disposed-items.csv',
        type: 'text/csv; charset=utf-8',
        content: exportDisposed(centre.pool, filter),
      }
    },
    async downloadDisposalProof({ params }, { principal }) {
      const certificate = await certifyDisposal(centre, params.id, principal.mailboxIds)
      await auditLook(parts, 'prove-item', { target: params.id, details: { form: 'disposal' } })
      return {
        name: `disposition-${params.id}.json`,
        type: 'application/json',
        content: `${JSON.stringify(certificate, null, 1)}\n`,
      }
    },
  }
}

function runHandlers(
  parts: PortalParts,
): Pick<Handlers<Endpoints>, 'readDisposition' | 'readDispositionRun' | 'askToResume' | 'decideResumption'> {
  const { centre } = parts
  const waitingFor = async (context: CallContext) => {
    if (!holdsRole(context.principal, 'Disposition Management')) return null
    const stages = await listReviewStages(centre.pool, await reviewsOf(parts, context))
    return stages.reduce((sum, { items }) => sum + items, 0)
  }
  return {
    async readDisposition(_input, context) {
      const { principal } = context
      const [runs, next, lastRun, suspension, bases, waitingForMe] = await Promise.all([
        listDispositionRuns(centre.pool),
        nextRetentionRun(centre.pool),
        lastRetentionRun(centre.pool),
        readSuspension(centre),
        listBases(centre.pool),
        waitingFor(context),
      ])
      await auditLook(parts, 'list-dispositions', { details: { runs: runs.length } })
      const request = suspension?.request ?? null
      const may = holdsRole(principal, 'Retention Management') && principal.kind === 'person'
      const mayDecide = may && request?.askedBy.toLowerCase() !== principal.username.toLowerCase()
      return {
        runs: runs.map(shownRun),
        lastRun,
        nextRunAt: next === null ? null : new Date(next).toISOString(),
        suspension: suspension && {
          ...{ since: suspension.since, backup: suspension.backup, replayed: suspension.replayed },
          request: request && { ...request, mayDecide },
        },
        ...{ waitingForMe, bases },
      }
    },
    async readDispositionRun({ params }) {
      const { outcomes, ...run } = await readRetentionRun(centre.pool, BigInt(params.id))
      await auditLook(parts, 'list-dispositions', { target: `run ${params.id}` })
      return { ...shownRun(run), outcomes: [...outcomes] }
    },
    async askToResume({ body }, { principal }) {
      await askToResume(centre, body, principal.username)
      return { done: true }
    },
    async decideResumption({ body: { decision } }, { principal }) {
      if (decision === 'done' && principal.kind !== 'person')
        throw new AppError('approval-refused', 'Only a person may decide, not a token.')
      await decideResumption(centre, decision, principal.username)
      return { decision }
    },
  }
}

function shownRun({ id, ...run }: DispositionRun) {
  return { ...run, id: Number(id) }
}
