/** Looks at messages by compiled policies. Pure: reading, patterns and writing are done around it. */

import type { Direction, Severity } from '../../domain/supervision-policy.ts'
import { canonical } from './canonical.ts'
import type { CompiledPolicies, CompiledPolicy, CompiledRule } from './compile.ts'
import {
  answer,
  type MatchSpan,
  type PatternHit,
  placer,
  spansMax,
  type TermHit,
  type View,
} from './conditions.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type LookedMessage, supervisedEvents } from './message.ts'
import { namedChannels } from './named-channels.ts'
import { blankSpans, type TextSpan } from './quotes.ts'

/** Mailboxes of the groups that conditions name, by their places; null: everybody's. */
export type ResolvedPeople = readonly (ReadonlySet<number> | null)[]

export interface Finding {
  readonly messageId: bigint
  readonly policyId: number
  readonly version: number
  readonly rule: string
  readonly severity: Severity
  readonly directions: readonly Direction[]
  /** Of the supervised people in it. */
  readonly mailboxIds: readonly number[]
  readonly spans: readonly MatchSpan[]
  readonly facts: { readonly channels?: readonly string[]; readonly unseenReply?: true }
  readonly fingerprint: bigint | null
}

export interface Scope {
  readonly directions: readonly Direction[]
  readonly mailboxIds: readonly number[]
}

export interface LookAnswer {
  readonly findings: readonly Finding[]
  /** Places of the policies that it is in scope of. */
  readonly inScope: readonly number[]
}

export interface Looker {
  readonly compiled: CompiledPolicies
  /** Whether any policy would ask a pattern of it. */
  wantsPatterns(message: LookedMessage): boolean
  look(message: LookedMessage, patternHits: readonly PatternHit[]): LookAnswer
}

const noHits: readonly TermHit[] = []

export interface LookerOptions {
  /** False: findings without one, for who only counts them. Default true. */
  readonly fingerprints?: boolean
}

export function createLooker(
  compiled: CompiledPolicies,
  people: ResolvedPeople,
  { fingerprints = true }: LookerOptions = {},
): Looker {
  const slots = createSlots(compiled)
  const includes = (group: number, mailboxId: number) => people[group]?.has(mailboxId) ?? true
  const scope = (policy: CompiledPolicy, message: LookedMessage) => scopeOf(policy, message, includes)
  return {
    compiled,
    wantsPatterns: (message) =>
      compiled.policies.some((policy) => policy.usesPatterns && scope(policy, message) !== null),
    look(message, patternHits) {
      const inScope: number[] = []
      const findings: Finding[] = []
      let shared: LookedView | null = null
      const fingerprint = once(() =>
        fingerprints ? fingerprintOf(message.texts.map(({ text }) => text)) : null,
      )
      for (const [place, policy] of compiled.policies.entries()) {
        const found = scope(policy, message)
        if (found === null) continue
        inScope.push(place)
        shared ??= viewOf(message, message.texts, patternHits, slots, includes)
        const view = withoutAllowed(policy, shared, slots)
        for (const { rule, spans } of matchesOf(policy, view))
          findings.push({
            ...{ messageId: message.id, policyId: policy.policyId, version: policy.version, ...found },
            ...{ rule: rule.id, severity: rule.severity, spans },
            ...{ facts: view.facts(), fingerprint: fingerprint() },
          })
      }
      return { findings, inScope }
    },
  }
}

type Slots = ReturnType<typeof createSlots>

function createSlots({ search, slotsOfTerm, slots }: CompiledPolicies) {
  return {
    /** Hits by slot, of one message's texts, and the digits of each. */
    fill(texts: LookedMessage['texts']) {
      let filled: Map<number, TermHit[]> | null = null
      const digits = texts.map(({ text }, place) => {
        const { units, length, digits: count } = canonical(text)
        if (slots === 0) return count
        search.scan(units, length, (term, start, end) => {
          filled ??= new Map()
          for (const slot of slotsOfTerm[term]!) {
            const hits = filled.get(slot)
            if (hits) hits.push({ text: place, start, end })
            else filled.set(slot, [{ text: place, start, end }])
          }
        })
        return count
      })
      return { digits, slot: (slot: number) => filled?.get(slot) ?? noHits }
    },
  }
}

interface LookedView extends View {
  facts(): Finding['facts']
}

function viewOf(
  message: LookedMessage,
  texts: LookedMessage['texts'],
  patternHits: readonly PatternHit[],
  slots: Slots,
  includes: View['includes'],
): LookedView {
  const { digits, slot } = slots.fill(texts)
  const facts = once(() => factsOf(message, texts))
  return { message, texts, digits, slot, patternHits, placed: placer(texts), includes, facts }
}

/** Disclaimers and allowed phrases are taken out of the texts, and the rest is looked at anew. */
function withoutAllowed({ allowed }: CompiledPolicy, view: LookedView, slots: Slots): LookedView {
  const hits = allowed === null ? noHits : view.slot(allowed)
  if (hits.length === 0) return view
  const spans = hits.map(({ text, start, end }) => {
    const { starts, ends } = view.placed(text)
    return { text, start: starts[start]!, end: ends[end - 1]! }
  })
  const byText = Map.groupBy(spans, (span) => span.text)
  const texts = view.texts.map(({ at, text }, place) => ({
    at,
    text: blankSpans(text, byText.get(place) ?? []),
  }))
  const isAllowed = (hit: PatternHit) =>
    spans.some((span) => view.texts[span.text]!.at === hit.at && overlap(span, hit))
  const patternHits = view.patternHits.filter((hit) => !isAllowed(hit))
  return viewOf(view.message, texts, patternHits, slots, view.includes)
}

function overlap(one: TextSpan, other: TextSpan): boolean {
  return one.start < other.end && other.start < one.end
}

function matchesOf({ rules }: CompiledPolicy, view: View) {
  return rules.flatMap((compiled) => {
    const spans = spansOfRule(compiled, view)
    if (spans === null) return []
    const sorted = [...spans].sort((a, b) => a.start - b.start || a.end - b.end)
    return [{ rule: compiled.rule, spans: sorted.slice(0, spansMax) }]
  })
}

function spansOfRule({ when, unless }: CompiledRule, view: View): readonly MatchSpan[] | null {
  const spans = answer(when, view)
  if (spans === null || (unless && answer(unless, view) !== null)) return null
  return spans
}

function factsOf({ unseenReply }: LookedMessage, texts: LookedMessage['texts']): Finding['facts'] {
  const channels = namedChannels(texts.map(({ text }) => text))
  return { ...(channels.length > 0 ? { channels } : {}), ...(unseenReply ? { unseenReply: true } : {}) }
}

/** Made when it is first asked for: most messages have no finding. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Null: the policy does not look at this message. */
function scopeOf(
  { policy, supervised, except }: CompiledPolicy,
  message: LookedMessage,
  includes: View['includes'],
): Scope | null {
  if (!supervisedEvents.has(message.event) || !policy.channels.includes(message.channel)) return null
  if (message.senderIdentity !== null && policy.exclude.senders.includes(message.senderIdentity)) return null
  const isSupervised = (mailboxId: number) =>
    includes(supervised, mailboxId) && (except === null || !includes(except, mailboxId))
  const { senderMailboxId: sender } = message
  const recipients = message.recipientMailboxIds.filter(isSupervised)
  const sends = sender !== null && isSupervised(sender)
  const directions: Direction[] = []
  if (recipients.length > 0) directions.push('inbound')
  if (sends) directions.push('outbound')
  if (sends && recipients.length > 0) directions.push('internal')
  if (!directions.some((direction) => policy.directions.includes(direction))) return null
  return { directions, mailboxIds: sends ? [sender, ...recipients] : recipients }
}
