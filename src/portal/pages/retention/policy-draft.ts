/** What the form of a policy holds, and what is sent of it. */
import type { InputOf } from '../../api/client.ts'
import { linesOf } from '../../components/lines.ts'
import { type PeriodDraft, periodDraftOf, periodOf } from './period.tsx'
import type { Policy } from './words.ts'

export interface PolicyDraft {
  readonly action: Policy['action']
  readonly period: PeriodDraft
  readonly starts: Policy['starts']
  readonly scope: Policy['scope']
  /** Addresses, one a line. */
  readonly mailboxes: string
  /** A number as a form has it; empty: none chosen. */
  readonly adaptiveScope: string
  readonly early: boolean
  readonly basis: string
}

export const emptyPolicy: PolicyDraft = {
  ...{ action: 'retain', period: { count: '5', unit: 'years' }, starts: 'created', scope: 'all' },
  ...{ mailboxes: '', adaptiveScope: '', early: false, basis: '' },
}

export function policyDraftOf(policy: Policy): PolicyDraft {
  const { action, starts, scope, early, basis, adaptiveScope } = policy
  return {
    ...{ action, starts, scope, early, basis, period: periodDraftOf(policy.period) },
    mailboxes: policy.namedMailboxes.map(({ address }) => address).join('\n'),
    adaptiveScope: adaptiveScope === null ? '' : String(adaptiveScope.id),
  }
}

/** Undefined while something is missing. */
export function settingsOf(draft: PolicyDraft): InputOf<'editRetentionPolicy'>['body'] | undefined {
  const { action, starts, scope, early, basis } = draft
  const period = periodOf(draft.period)
  const mailboxes = scope === 'adaptive' ? [] : linesOf(draft.mailboxes)
  const adaptiveScope =
    scope === 'adaptive' && draft.adaptiveScope !== '' ? Number(draft.adaptiveScope) : null
  if (period === undefined || (period === null && action !== 'retain')) return undefined
  if (scope === 'static' && mailboxes.length === 0) return undefined
  if (scope === 'adaptive' && adaptiveScope === null) return undefined
  return { action, period, starts, scope, mailboxes, adaptiveScope, early, basis: basis.trim() }
}
