import type { supervisionReviewEndpoints } from '../../api/endpoints/supervision-review.ts'
import type { MessageView } from '../../archive/index.ts'
import { messageViews, readConversation } from '../../archive/reading/index.ts'
import { policyNameOf } from '../../compliance/supervision/index.ts'
import {
  type AlertFacts,
  commitSample,
  createPseudonyms,
  decide,
  drawSample,
  evidencePack,
  importRelations,
  listRelations,
  listSamples,
  type Reviewer,
  readAlert,
  readQueue,
  reviewedPolicies,
  reviewReport,
  type Sample,
  seesNames,
} from '../../compliance/supervision-review/index.ts'
import type { CallContext, Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook, readingParts } from './reading.ts'

type ReviewHandlers = Handlers<typeof supervisionReviewEndpoints>

const severityCodes = { low: 1, medium: 2, high: 3 } as const
/** Messages before and after the one that was found. */
const contextMessages = 5
const textLengthMax = 20_000

export function supervisionReviewHandlers(parts: PortalParts): ReviewHandlers {
  const { centre } = parts
  const db = centre.pool
  const now = () => centre.clock.now()
  return {
    listReviews: async (_, context) => reviewedPolicies(db, reviewerOf(context), now()),
    async readAlerts({ params, query }, context) {
      const { severity, ...rest } = query
      const filter = { ...rest, policyId: params.id, severity: severity && severityCodes[severity] }
      const found = await readQueue(db, reviewerOf(context), { ...filter, limit: query.limit + 1 }, now())
      const items = found.slice(0, query.limit).map((alert) => ({ ...alert, rules: [...alert.rules] }))
      await auditLook(parts, 'view-alerts', {
        target: String(params.id),
        details: { alerts: items.map(({ id }) => id) },
      })
      return { items, next: found.length > query.limit ? items.at(-1)!.id : null }
    },
    async readAlert({ params }, context) {
      const reviewer = reviewerOf(context)
      const found = await readAlert(db, reviewer, BigInt(params.id), now())
      const namesShown = seesNames(reviewer)
      const messages = await shownMessages(parts, found, namesShown)
      await auditLook(parts, 'view-alerts', {
        target: params.id,
        details: { items: found.item ? [found.item.id] : [], namesShown },
      })
      const { messageId: _message, spans: _spans, item, ...facts } = found
      return {
        ...facts,
        rules: [...facts.rules],
        facts: { ...facts.facts },
        decisions: facts.decisions.map((one) => ({ ...one, details: { ...one.details } })),
        ...{ messages, namesShown, item: namesShown ? (item?.id ?? null) : null },
      }
    },
    async decideAlerts({ body }, context) {
      const reviewer = reviewerOf(context)
      const alerts = body.alerts.map(BigInt)
      return {
        changed: await decide(centre, { reviewer, by: reviewer.username, alerts, decision: body.decision }),
      }
    },
    readReviewReport: async ({ params, query }) => {
      const report = await reviewReport(db, params.id, Date.parse(query.from), Date.parse(query.to), now())
      return { ...report, rules: [...report.rules], reviewers: [...report.reviewers] }
    },
    async downloadEvidencePack({ params }) {
      const name = await policyNameOf(db, params.id)
      const pack = await evidencePack(centre, name, params.year)
      return {
        name: `supervision-evidence-${params.year}.json`,
        type: 'application/json',
        content: `${JSON.stringify(pack, null, 1)}\n`,
      }
    },
    listReviewSamples: async ({ params }) => (await listSamples(db, params.id)).map(shownSample),
    async commitReviewSample({ params, body }, { principal }) {
      const { percent, strata } = body
      const wanted = {
        policyId: params.id,
        from: Date.parse(body.from),
        to: Date.parse(body.to),
        percent,
        strata,
      }
      return shownSample(await commitSample(centre, wanted, principal.username))
    },
    drawReviewSample: async ({ params }, { principal }) =>
      shownSample(await drawSample(centre, BigInt(params.id), principal.username)),
    readReviewRelations: () => listRelations(db),
    async replaceReviewRelations({ body }) {
      return { relations: await importRelations(centre, body.csv) }
    },
  }
}

function reviewerOf({ principal }: CallContext): Reviewer {
  const { userId, username, roles } = principal
  return { userId, username, roles }
}

function shownSample(sample: Sample) {
  return { ...sample, strata: [...sample.strata], result: sample.result && [...sample.result] }
}

/**
 * The message of an alert; around it, for whoever sees names, the conversation. Whoever does not sees this message
 * alone: what stands around it is outside of what the policy found.
 */
async function shownMessages(parts: PortalParts, { item, policyId, spans }: AlertFacts, namesShown: boolean) {
  if (item === null) return null
  const reading = readingParts(parts)
  const options = { textLengthMax }
  const around = { ...options, before: contextMessages, after: contextMessages }
  const messages = namesShown
    ? (await readConversation(reading, item, around)).messages
    : await messageViews(reading, item.mailboxId, [item.messageId], options)
  const pseudonym = createPseudonyms(await parts.centre.vault.derive('supervision-pseudonyms'), policyId)
  return messages.map((message) => {
    const alerted = message.id === item.id
    return {
      ...{ sentAt: message.sentAt, kind: message.kind, event: message.event, text: message.text, alerted },
      sender: senderOf(message, namesShown ? null : pseudonym),
      highlights: alerted ? highlightsOf(message.text, spans) : [],
      attachments: message.attachments.map(({ name, type, bytes }) => ({ name, type, bytes })),
    }
  })
}

function senderOf({ sender }: MessageView, pseudonym: ((person: string) => string) | null): string | null {
  if (sender === null) return null
  if (pseudonym) return pseudonym(`${sender.type} ${sender.value}`)
  return sender.name ? `${sender.name} (${sender.value})` : sender.value
}

function highlightsOf(text: string, spans: AlertFacts['spans']): [number, number][] {
  return spans
    .filter(({ at, start, end }) => at === 'text' && start >= 0 && end <= text.length)
    .map(({ start, end }) => [start, end])
}
