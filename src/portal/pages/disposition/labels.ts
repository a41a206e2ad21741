/** The texts of what the contract names by a word. */
import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'

export type Disposition = Answer<'readDisposition'>
export type Run = Disposition['runs'][number]
export type ReviewItem = Answer<'listReviewItems'>['items'][number]
export type Decision = Answer<'listDispositionDecisions'>['items'][number]
export type DisposedItem = Answer<'listDisposed'>['items'][number]

export const actLabels: Readonly<Record<Decision['act'], string>> = {
  approve: 'disposition:act.approve',
  extend: 'disposition:act.extend',
  relabel: 'disposition:act.relabel',
}

export const stateLabels: Readonly<Record<DisposedItem['state'], string>> = {
  disposed: 'disposition:state.disposed',
  'kept-by-hold': 'disposition:state.keptByHold',
  'kept-by-retention': 'disposition:state.keptByRetention',
  absent: 'disposition:state.absent',
  waiting: 'disposition:state.waiting',
}

export const basisLabels: Readonly<Record<DisposedItem['basisKind'], string>> = {
  label: 'disposition:basis.label',
  policy: 'disposition:basis.policy',
  purge: 'disposition:basis.purge',
}

export const reasonLabels: Readonly<Record<Run['reason'], string>> = {
  retention: 'disposition:runReason.retention',
  purge: 'disposition:runReason.purge',
}

export function runStateOf({ state, finalAt }: Run): { readonly label: string; readonly tone: Tone } {
  if (state === 'filling') return { label: 'disposition:runState.filling', tone: 'quiet' }
  if (state === 'running') return { label: 'disposition:runState.running', tone: 'busy' }
  if (state === 'cancelled') return { label: 'disposition:runState.nothing', tone: 'quiet' }
  return finalAt === null
    ? { label: 'disposition:runState.logical', tone: 'good' }
    : { label: 'disposition:runState.final', tone: 'good' }
}
