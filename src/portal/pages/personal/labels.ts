import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'

export type PersonalMessage = Answer<'listPersonal'>[number]
export type Proposed = NonNullable<PersonalMessage['proposal']>['to']

export const stateLabels: Readonly<Record<PersonalMessage['state'], { label: string; tone: Tone }>> = {
  hidden: { label: 'personal:state.hidden', tone: 'warning' },
  released: { label: 'personal:state.released', tone: 'good' },
  deleted: { label: 'personal:state.deleted', tone: 'quiet' },
}

export const proposedLabels: Readonly<Record<Proposed, string>> = {
  release: 'personal:proposed.release',
  delete: 'personal:proposed.delete',
}
