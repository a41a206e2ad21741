/** The texts of what the contract names by a word. */
import type { Answer, Input } from '../../../api/client.ts'
import type { Tone } from '../../../components/status.tsx'
import type { Age, QueueState } from './queue-filter.ts'

export type Review = Answer<'listReviews'>[number]
export type QueuedAlert = Answer<'readAlerts'>['items'][number]
export type Alert = Answer<'readAlert'>
export type Sample = Answer<'listReviewSamples'>[number]
export type Report = Answer<'readReviewReport'>
export type Decision = Input<'decideAlerts'>['body']['decision']
export type Act = Decision['act']

export const actLabels: Readonly<Record<Act, string>> = {
  resolve: 'review:act.resolve',
  reopen: 'review:act.reopen',
  tag: 'review:act.tag',
  comment: 'review:act.comment',
  escalate: 'review:act.escalate',
  'escalate-case': 'review:act.escalateCase',
  notify: 'review:act.notify',
  'second-look': 'review:act.secondLook',
}

/** As the history tells them. */
export const doneLabels: Readonly<Record<string, string>> = {
  resolve: 'review:done.resolve',
  reopen: 'review:done.reopen',
  tag: 'review:done.tag',
  comment: 'review:done.comment',
  escalate: 'review:done.escalate',
  'escalate-case': 'review:done.escalateCase',
  notify: 'review:done.notify',
  'second-look': 'review:done.secondLook',
}

/** The tags that every installation has; others are words of the firm's own. */
export const tagLabels: Readonly<Record<string, { readonly label: string; readonly tone: Tone }>> = {
  compliant: { label: 'review:tag.compliant', tone: 'good' },
  'non-compliant': { label: 'review:tag.nonCompliant', tone: 'bad' },
  questionable: { label: 'review:tag.questionable', tone: 'warning' },
}

export const stateLabels: Readonly<Record<QueueState, string>> = {
  pending: 'review:state.pending',
  escalated: 'review:state.escalated',
  resolved: 'review:state.resolved',
}

export const ageLabels: Readonly<Record<Age, string>> = {
  overdue: 'review:age.overdue',
  '1': 'review:age.day',
  '7': 'review:age.week',
  '30': 'review:age.month',
}

export const stratumLabels: Readonly<Record<Sample['strata'][number], string>> = {
  channel: 'review:stratum.channel',
  department: 'review:stratum.department',
  direction: 'review:stratum.direction',
}

export const relationLabels: Readonly<Record<Answer<'readReviewRelations'>[number]['relation'], string>> = {
  supervisor: 'review:relation.supervisor',
  compensation: 'review:relation.compensation',
}
