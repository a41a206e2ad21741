/** A policy as its form holds it: texts and ticks. */
import type { Channel } from '../../../../domain/message.ts'
import type {
  Condition,
  Direction,
  InformationTypeName,
  PolicyInput,
  Severity,
  SupervisionPolicy,
} from '../../../../domain/supervision-policy.ts'

export const conditionKinds = [
  ...['words', 'near', 'dictionary', 'information', 'pattern', 'attachment', 'sharedNumber', 'unseenReply'],
  ...['everything', 'advanced'],
] as const as readonly ConditionKind[]
export type ConditionKind =
  | 'words'
  | 'near'
  | 'dictionary'
  | 'information'
  | 'pattern'
  | 'attachment'
  | 'sharedNumber'
  | 'unseenReply'
  | 'everything'
  | 'advanced'

export interface RuleDraft {
  /** For the form alone: rules may be moved and removed. */
  readonly key: number
  readonly id: string
  readonly title: string
  readonly severity: Severity
  readonly kind: ConditionKind
  /** Words, names of a dictionary, a pattern, extensions, JSON: by the kind. */
  readonly text: string
  /** The second words of `near`; names of attachments. */
  readonly other: string
  /** Words between, of `near`; megabytes, of an attachment. */
  readonly number: string
  readonly type: InformationTypeName
  /** Words that make it no match. */
  readonly unless: string
  /** A condition of `unless` that is not of words: kept as it is. */
  readonly unlessKept: Condition | null
  readonly reviewPercent: string
}

export interface PolicyDraft {
  readonly description: string
  readonly everyone: boolean
  readonly mailboxes: string
  readonly departments: string
  readonly exceptMailboxes: string
  readonly exceptDepartments: string
  readonly directions: readonly Direction[]
  readonly channels: readonly Channel[]
  readonly rules: readonly RuleDraft[]
  readonly disclaimers: string
  readonly phrases: string
  readonly senders: string
  readonly reviewerUsers: string
  readonly reviewerGroups: string
  readonly threshold: string
  readonly windowMinutes: string
  readonly percent: string
  readonly unflaggedPercent: string
}

/** What the parts of the form work with. */
export interface DraftProps {
  readonly draft: PolicyDraft
  readonly change: (part: Partial<PolicyDraft>) => void
}

export function newRule(key: number): RuleDraft {
  return {
    ...{
      key,
      id: `rule-${key}`,
      title: '',
      severity: 'medium',
      kind: 'words',
      text: '',
      other: '',
      number: '',
    },
    ...{ type: 'payment-card', unless: '', unlessKept: null, reviewPercent: '' },
  }
}

export function draftOf(policy: SupervisionPolicy): PolicyDraft {
  const { supervised, exclude, reviewers, alert, review } = policy
  return {
    description: policy.description,
    everyone: supervised.everyone ?? false,
    mailboxes: lines(supervised.mailboxes),
    departments: lines(supervised.departments),
    exceptMailboxes: lines(supervised.except?.mailboxes),
    exceptDepartments: lines(supervised.except?.departments),
    directions: policy.directions,
    channels: policy.channels,
    rules: policy.rules.map((rule, place) => ({ ...ruleDraft(rule, place + 1) })),
    disclaimers: lines(exclude.disclaimers),
    phrases: lines(exclude.phrases),
    senders: lines(exclude.senders),
    reviewerUsers: lines(reviewers.users),
    reviewerGroups: lines(reviewers.groups),
    threshold: String(alert.threshold),
    windowMinutes: String(alert.windowMinutes),
    percent: String(review.percent),
    unflaggedPercent: String(review.unflaggedPercent),
  }
}

function ruleDraft(rule: SupervisionPolicy['rules'][number], key: number): RuleDraft {
  const { id, title = '', severity, when, unless, reviewPercent } = rule
  return {
    ...newRule(key),
    ...{ id, title, severity },
    ...conditionDraft(when),
    unless: unless && 'words' in unless ? lines(unless.words) : '',
    unlessKept: unless && !('words' in unless) ? unless : null,
    reviewPercent: reviewPercent === undefined ? '' : String(reviewPercent),
  }
}

function conditionDraft(when: Condition): Partial<RuleDraft> & Pick<RuleDraft, 'kind'> {
  if ('words' in when) return { kind: 'words', text: lines(when.words) }
  if ('dictionary' in when) return { kind: 'dictionary', text: when.dictionary }
  if ('pattern' in when) return { kind: 'pattern', text: when.pattern }
  if ('sharedNumber' in when) return { kind: 'sharedNumber' }
  if ('unseenReply' in when) return { kind: 'unseenReply' }
  if ('everything' in when) return { kind: 'everything' }
  if ('near' in when) {
    const { first, second, within } = when.near
    return { kind: 'near', text: lines(first), other: lines(second), number: String(within) }
  }
  if ('information' in when && when.information.countMin === 1 && when.information.confidenceMin === 75)
    return { kind: 'information', type: when.information.type }
  if ('attachment' in when) {
    const { names, types, bytesMin } = when.attachment
    if (bytesMin === undefined || bytesMin % megabyte === 0) {
      const number = bytesMin === undefined ? '' : String(bytesMin / megabyte)
      return { kind: 'attachment', text: lines(types), other: lines(names), number }
    }
  }
  return { kind: 'advanced', text: JSON.stringify(when, null, 2) }
}

const megabyte = 1_000_000

/** Throws a SyntaxError where the JSON of an advanced condition is none. */
export function documentOf(policy: SupervisionPolicy, draft: PolicyDraft): PolicyInput {
  const except = {
    ...some('mailboxes', listOf(draft.exceptMailboxes)),
    ...some('departments', listOf(draft.exceptDepartments)),
  }
  return {
    ...policy,
    description: draft.description,
    supervised: {
      ...(draft.everyone
        ? { everyone: true }
        : {
            ...some('mailboxes', listOf(draft.mailboxes)),
            ...some('departments', listOf(draft.departments)),
          }),
      ...(Object.keys(except).length > 0 ? { except } : {}),
    },
    directions: [...draft.directions],
    channels: [...draft.channels],
    rules: draft.rules.map(ruleOf),
    exclude: {
      disclaimers: listOf(draft.disclaimers),
      phrases: listOf(draft.phrases),
      senders: listOf(draft.senders),
    },
    reviewers: { users: listOf(draft.reviewerUsers), groups: listOf(draft.reviewerGroups) },
    alert: { threshold: Number(draft.threshold), windowMinutes: Number(draft.windowMinutes) },
    review: {
      ...policy.review,
      percent: Number(draft.percent),
      unflaggedPercent: Number(draft.unflaggedPercent),
    },
  }
}

function ruleOf(rule: RuleDraft): PolicyInput['rules'][number] {
  const unless = listOf(rule.unless)
  const kept = unless.length > 0 ? { words: unless } : rule.unlessKept
  return {
    id: rule.id.trim(),
    ...(rule.title.trim() === '' ? {} : { title: rule.title.trim() }),
    severity: rule.severity,
    when: conditionOf(rule),
    ...(kept ? { unless: kept } : {}),
    ...(rule.reviewPercent.trim() === '' ? {} : { reviewPercent: Number(rule.reviewPercent) }),
  }
}

function conditionOf({ kind, text, other, number, type }: RuleDraft): Condition {
  switch (kind) {
    case 'words':
      return { words: listOf(text) }
    case 'dictionary':
      return { dictionary: text.trim() }
    case 'pattern':
      return { pattern: text }
    case 'sharedNumber':
      return { sharedNumber: true }
    case 'unseenReply':
      return { unseenReply: true }
    case 'everything':
      return { everything: true }
    case 'near':
      return { near: { first: listOf(text), second: listOf(other), within: Number(number) } }
    case 'information':
      return { information: { type, confidenceMin: 75, countMin: 1 } }
    case 'attachment':
      return {
        attachment: {
          ...some('types', listOf(text)),
          ...some('names', listOf(other)),
          ...(number.trim() === '' ? {} : { bytesMin: Number(number) * megabyte }),
        },
      }
    case 'advanced':
      return JSON.parse(text) as Condition
  }
}

function lines(list: readonly string[] | undefined): string {
  return (list ?? []).join('\n')
}

function listOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function some<Name extends string>(name: Name, list: string[]): { [key in Name]?: string[] } {
  return list.length > 0 ? ({ [name]: list } as { [key in Name]?: string[] }) : {}
}
