/** The texts of what the contract names by a word. */
import type { Answer } from '../../../api/client.ts'
import type { Tone } from '../../../components/status.tsx'

export type Activations = Answer<'listActivations'>
export type UserActivation = Activations['users'][number]
export type Exclusion = Answer<'listExclusions'>[number]
export type Notice = Answer<'listNotices'>[number]
type ShownAnswer = NonNullable<UserActivation['capture']>
type State = UserActivation['ways'][number]['state']

export interface Label {
  readonly label: string
  readonly tone: Tone
}

export const invitationLabels: Readonly<
  Record<NonNullable<UserActivation['invitation']>['state'] | 'none', Label>
> = {
  open: { label: 'activation:invitation.open', tone: 'warning' },
  expired: { label: 'activation:invitation.expired', tone: 'quiet' },
  completed: { label: 'activation:invitation.completed', tone: 'good' },
  none: { label: 'activation:invitation.none', tone: 'quiet' },
}

export const answerLabels: Readonly<Record<ShownAnswer['answer'], Label>> = {
  given: { label: 'activation:consent.given', tone: 'good' },
  refused: { label: 'activation:consent.refused', tone: 'bad' },
  withdrawn: { label: 'activation:consent.withdrawn', tone: 'bad' },
}

export const stateLabels: Readonly<Record<State, Label>> = {
  invited: { label: 'activation:state.invited', tone: 'quiet' },
  consented: { label: 'activation:state.consented', tone: 'quiet' },
  refused: { label: 'activation:state.refused', tone: 'bad' },
  active: { label: 'activation:state.active', tone: 'good' },
  silent: { label: 'activation:state.silent', tone: 'warning' },
  broken: { label: 'activation:state.broken', tone: 'bad' },
  left: { label: 'activation:state.left', tone: 'quiet' },
}

export const exclusionLabels: Readonly<Record<Exclusion['state'], Label>> = {
  proposed: { label: 'activation:exclusion.proposed', tone: 'warning' },
  approved: { label: 'activation:exclusion.approved', tone: 'good' },
  refused: { label: 'activation:exclusion.refused', tone: 'quiet' },
  ended: { label: 'activation:exclusion.ended', tone: 'quiet' },
}
