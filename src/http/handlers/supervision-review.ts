import type { supervisionReviewEndpoints } from '../../api/endpoints/supervision-review.ts'
import { parseItemId } from '../../archive/index.ts'
import { type MessageView, messageViews, readConversation } from '../../archive/reading/index.ts'
import { policyNameOf } from '../../compliance/supervision/index.ts'
import {
  type AlertFacts,
  type AlertItem,
  addressesOf,
  barredMessages,
  commitSample,
  createPseudonyms,
  decide,
  drawSample,
  evidencePack,
  hideNames,
  importRelations,
  listRelations,
  listSamples,
  peopleOf,
  type QueuedAlert,
  type Reviewer,
  readAlert,
  readQueue,
  readsReportOf,
  reviewedPolicies,
  reviewReport,
  type Sample,
  seesNames,
} from '../../compliance/supervision-review/index.ts'
import { AppError } from '../../domain/errors.ts'
import { createMailer } from '../../platform/mail/mailer.ts'
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
  const { mail } = parts.config
  const sendNotice = mail === null ? undefined : createMailer(mail).send
  const refuseUnread = async (context: CallContext, policyId: number) => {
    if (!(await readsReportOf(db, reviewerOf(context), policyId)))
      throw new AppError('not-found', `There is no policy ${policyId} whose report you may read.`)
  }
  return {
    listReviews: async (_, context) =>
      (await reviewedPolicies(db, reviewerOf(context), now())).map((one) => ({
        ...one,
        rules: [...one.rules],
      })),
    async readAlerts({ params, query }, context) {
      const reviewer = reviewerOf(context)
      const { severity, overdue, cursor: after, limit, ...rest } = query
      const filter = { ...rest, after, overdue: overdue === 'true', policyId: params.id }
      const found = await readQueue(
        db,
        reviewer,
        { ...filter, severity: severity && severityCodes[severity], limit: limit + 1 },
        now(),
      )
      const alerts = found.slice(0, limit)
      await auditLook(parts, 'view-alerts', {
        target: String(params.id),
        details: { alerts: alerts.map(({ id }) => id), namesShown: seesNames(reviewer) },
      })
      const messages = await queuedMessages(parts, params.id, alerts, seesNames(reviewer))
      const items = alerts.map(({ item, spans: _spans, ...alert }) => ({
        ...alert,
        rules: [...alert.rules],
        message: (item && messages.get(item.id)) ?? null,
      }))
      return { items, next: found.length > limit ? alerts.at(-1)!.id : null }
    },
    async readAlert({ params }, context) {
      const reviewer = reviewerOf(context)
      const found = await readAlert(db, reviewer, BigInt(params.id), now())
      const namesShown = seesNames(reviewer)
      const messages = await shownMessages(parts, found, reviewer)
      await auditLook(parts, 'view-alerts', {
        target: params.id,
        details: { items: found.item ? [found.item.id] : [], namesShown },
      })
      const { spans: _spans, item, ...facts } = found
      const addresses = namesShown && item && sendNotice ? await addressesOf(db, item.messageId) : []
      return {
        ...{
          ...facts,
          rules: [...facts.rules],
          near: [...facts.near],
          colleagues: [...facts.colleagues],
          addresses,
        },
        facts: factsOf(facts.facts),
        decisions: namesShown
          ? facts.decisions.map((one) => ({ ...one, details: { ...one.details } }))
          : await namelessDecisions(parts, found),
        ...{ messages, namesShown, item: namesShown ? (item?.id ?? null) : null },
      }
    },
    async decideAlerts({ body }, context) {
      const reviewer = reviewerOf(context)
      const { decision } = body
      const options = { reviewer, by: reviewer.username, alerts: body.alerts.map(BigInt), send: sendNotice }
      return { changed: await decide(centre, { ...options, decision }) }
    },
    readReviewReport: async ({ params, query }, context) => {
      await refuseUnread(context, params.id)
      const report = await reviewReport(db, params.id, Date.parse(query.from), Date.parse(query.to), now())
      return { ...report, rules: [...report.rules], reviewers: [...report.reviewers] }
    },
    async downloadEvidencePack({ params }, context) {
      await refuseUnread(context, params.id)
      const name = await policyNameOf(db, params.id)
      const pack = await evidencePack(centre, name, params.year)
      return {
        name: `supervision-evidence-${params.year}.json`,
        type: 'application/json',
        content: `${JSON.stringify(pack, null, 1)}\n`,
      }
    },
    async listReviewSamples({ params }, context) {
      await refuseUnread(context, params.id)
      return (await listSamples(db, params.id)).map(shownSample)
    },
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

/** As the contract has them: lists that may be changed, and no more than it names. */
function factsOf({ channels, unseenReply, gaps, capturedBy }: AlertFacts['facts']) {
  return {
    ...(channels && { channels: [...channels] }),
    ...(unseenReply && { unseenReply }),
    ...(gaps && { gaps: [...gaps] }),
    ...(capturedBy && { capturedBy: [...capturedBy] }),
  }
}

type Naming = (message: MessageView) => string | null

/** How senders are called: by name and number, or by a pseudonym that stays the same within the policy. */
async function namingOf({ centre }: PortalParts, policyId: number, namesShown: boolean): Promise<Naming> {
  if (namesShown)
    return ({ sender }) => sender && (sender.name ? `${sender.name} (${sender.value})` : sender.value)
  const pseudonym = createPseudonyms(await centre.vault.derive('supervision-pseudonyms'), policyId)
  return ({ sender }) => sender && pseudonym(`${sender.type} ${sender.value}`)
}

/** Decisions for whoever sees no names: a letter's address is one, and reviewers who do see them may have written some. */
async function namelessDecisions({ centre }: PortalParts, { decisions, item, policyId }: AlertFacts) {
  const people = item ? await peopleOf(centre.pool, item.messageId) : []
  const pseudonym = createPseudonyms(await centre.vault.derive('supervision-pseudonyms'), policyId)
  // Of a message that is gone nobody knows any more whose names are in it.
  const nameless = (text: string) => (item ? hideNames(text, people, pseudonym) : '')
  return decisions.map(({ comment, details, ...one }) => ({
    ...one,
    comment: nameless(comment),
    details:
      one.act === 'notify'
        ? {}
        : Object.fromEntries(Object.entries(details).map(([name, text]) => [name, nameless(text)])),
  }))
}

/** What a queue shows of its messages, by item. */
async function queuedMessages(
  parts: PortalParts,
  policyId: number,
  alerts: readonly QueuedAlert[],
  namesShown: boolean,
) {
  const nameOf = await namingOf(parts, policyId, namesShown)
  const spans = new Map(alerts.flatMap(({ item, spans: found }) => (item ? [[item.id, found]] : [])))
  const byMailbox = Map.groupBy(
    alerts.flatMap(({ item }) => item ?? []),
    ({ mailboxId }) => mailboxId,
  )
  const views = await Promise.all(
    [...byMailbox].map(([mailboxId, items]) =>
      messageViews(
        readingParts(parts),
        mailboxId,
        items.map(({ messageId }) => messageId),
        { textLengthMax },
      ),
    ),
  )
  return new Map(
    views.flat().map((message) => {
      const { id, kind, text, attachments } = message
      const { excerpt, highlights } = excerptOf(text, highlightsOf(text, spans.get(id) ?? []))
      return [id, { sender: nameOf(message), kind, excerpt, highlights, attachments: attachments.length }]
    }),
  )
}

const excerptBefore = 40
const excerptLengthMax = 240

/** A line of the text that begins a little before what was found first. */
function excerptOf(text: string, highlights: readonly [number, number][]) {
  const found = highlights[0]?.[0] ?? 0
  const start = found <= excerptBefore ? 0 : startOfCharacter(text, found - excerptBefore)
  const end = startOfCharacter(text, Math.min(text.length, start + excerptLengthMax))
  const [before, after] = [start > 0 ? '…' : '', end < text.length ? '…' : '']
  const shift = start - before.length
  return {
    // Line breaks take as much room as the spaces they become, so places stay.
    excerpt: before + text.slice(start, end).replaceAll(/[\r\n\t]/g, ' ') + after,
    highlights: highlights
      .filter(([from, to]) => from >= start && to <= end)
      .map(([from, to]): [number, number] => [from - shift, to - shift]),
  }
}

function startOfCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}

/**
 * The message of an alert; around it, for whoever sees names, the conversation, without messages that he may not see.
 * Whoever does not sees this message alone: what stands around it is outside of what the policy found.
 */
async function shownMessages(
  parts: PortalParts,
  { item, policyId, spans }: Pick<AlertFacts, 'item' | 'policyId' | 'spans'>,
  reviewer: Reviewer,
) {
  if (item === null) return null
  const namesShown = seesNames(reviewer)
  const messages = namesShown
    ? await conversationAround(parts, item, reviewer)
    : await messageViews(readingParts(parts), item.mailboxId, [item.messageId], { textLengthMax })
  const nameOf = await namingOf(parts, policyId, namesShown)
  return messages.map((message) => {
    const { id, sentAt, kind, event, text, textTruncated, attachments } = message
    const alerted = id === item.id
    return {
      ...{ sentAt, kind, event, text, textTruncated, alerted },
      sender: nameOf(message),
      highlights: alerted ? highlightsOf(text, spans) : [],
      attachments: attachments.map(({ name, type, bytes }) => ({ name, type, bytes })),
    }
  })
}

/** People come into a group and leave it: what stands around a message may be the reviewer's own. */
async function conversationAround(parts: PortalParts, item: AlertItem, reviewer: Reviewer) {
  const around = { textLengthMax, before: contextMessages, after: contextMessages }
  const { messages } = await readConversation(readingParts(parts), item, around)
  const idOf = ({ id }: MessageView) => parseItemId(id).messageId
  const barred = await barredMessages(parts.centre.pool, reviewer, messages.map(idOf))
  return messages.filter((message) => !barred.has(idOf(message)))
}

function highlightsOf(text: string, spans: AlertFacts['spans']): [number, number][] {
  return spans
    .filter(({ at, start, end }) => at === 'text' && start >= 0 && end <= text.length)
    .map(({ start, end }): [number, number] => [start, end])
    .sort(([a], [b]) => a - b)
}
