/** Which alerts of a policy are shown; of its own address, so that one comes back to what one left. */
import type { Severity } from '../../../../domain/supervision-policy.ts'
import type { Input } from '../../../api/client.ts'

export const severities = ['high', 'medium', 'low'] as const satisfies readonly Severity[]
export const queueStates = ['pending', 'escalated', 'resolved'] as const
export type QueueState = (typeof queueStates)[number]
/** Late ones, and those raised so many days ago or more. */
export const ages = ['overdue', '1', '7', '30'] as const
export type Age = (typeof ages)[number]

export interface QueueFilter {
  readonly state?: QueueState
  readonly severity?: Severity
  readonly age?: Age
  /** Id of the rule. */
  readonly rule?: string
  /** Id of the sample that drew it. */
  readonly sample?: string
}

export function linkedQueue(search: Record<string, unknown>): QueueFilter {
  const state = queueStates.find((one) => one === search.state)
  const severity = severities.find((one) => one === search.severity)
  const age = ages.find((one) => one === String(search.age))
  const { rule, sample } = search
  return {
    ...(state && state !== 'pending' && { state }),
    ...(severity && { severity }),
    ...(age && { age }),
    ...(typeof rule === 'string' && /^[a-z0-9-]{1,60}$/.test(rule) && { rule }),
    ...(/^\d{1,18}$/.test(String(sample)) && { sample: String(sample) }),
  }
}

export function queueInput(policyId: number, { age, ...rest }: QueueFilter): Input<'readAlerts'> {
  const days = age === undefined || age === 'overdue' ? {} : { days: Number(age) }
  return {
    params: { id: policyId },
    query: { ...rest, ...(age === 'overdue' && { overdue: 'true' as const }), ...days },
  }
}
