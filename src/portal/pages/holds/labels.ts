/** The texts of what the contract names by a word. */
import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'

export type Hold = Answer<'listHolds'>['items'][number]
export type WholeHold = Answer<'readHold'>
export type HoldRequest = Answer<'listHoldRequests'>['items'][number]

export const kindLabels: Readonly<Record<Hold['kind'], string>> = {
  litigation: 'holds:kind.litigation',
  query: 'holds:kind.query',
  case: 'holds:kind.case',
}

export const actLabels: Readonly<Record<HoldRequest['act'], string>> = {
  'release-hold': 'holds:act.release',
  'end-delay': 'holds:act.endDelay',
  purge: 'holds:act.purge',
}

export function stateOf(hold: Hold): { readonly label: string; readonly tone: Tone } {
  if (hold.releasedAt !== null) return { label: 'holds:state.released', tone: 'quiet' }
  if (hold.evaluating > 0) return { label: 'holds:state.evaluating', tone: 'busy' }
  return { label: 'holds:state.inForce', tone: 'good' }
}
