/** How a registered user moves between the states of a way in: a table, and nothing else decides it. */
import type { ActivationState } from '../../domain/activation.ts'

export const activationEvents = [
  'invite',
  'consent',
  'refuse',
  'capture',
  'fall-silent',
  'break',
  'leave',
] as const
export type ActivationEvent = (typeof activationEvents)[number]

type Moves = Readonly<Record<ActivationEvent, ActivationState | null>>

/**
 * Null: nothing changes. Whoever is captured stays so when he is invited again, to read a new notice for example; one
 * whose device fell away is asked anew and, as his consent is kept, waits for his next record once he has connected.
 */
const moves: Readonly<Record<ActivationState | 'none', Moves>> = {
  none: {
    ...{ invite: 'invited', consent: 'consented', refuse: 'refused', capture: 'active' },
    ...{ 'fall-silent': null, break: null, leave: 'left' },
  },
  invited: {
    ...{ invite: null, consent: 'consented', refuse: 'refused', capture: 'active' },
    ...{ 'fall-silent': null, break: null, leave: 'left' },
  },
  consented: {
    ...{ invite: null, consent: null, refuse: 'refused', capture: 'active' },
    ...{ 'fall-silent': 'silent', break: 'broken', leave: 'left' },
  },
  // A record from before the refusal may come after it: that does not undo it.
  refused: {
    ...{ invite: 'invited', consent: 'consented', refuse: null, capture: null },
    ...{ 'fall-silent': null, break: null, leave: 'left' },
  },
  active: {
    ...{ invite: null, consent: null, refuse: 'refused', capture: null },
    ...{ 'fall-silent': 'silent', break: 'broken', leave: 'left' },
  },
  silent: {
    ...{ invite: 'invited', consent: 'consented', refuse: 'refused', capture: 'active' },
    ...{ 'fall-silent': null, break: 'broken', leave: 'left' },
  },
  broken: {
    ...{ invite: 'invited', consent: 'consented', refuse: 'refused', capture: 'active' },
    ...{ 'fall-silent': null, break: null, leave: 'left' },
  },
  left: {
    ...{ invite: null, consent: null, refuse: null, capture: null },
    ...{ 'fall-silent': null, break: null, leave: null },
  },
}

/** The state after an event; null where nothing changes. `state` is null for a way in that the user never took. */
export function stateAfter(state: ActivationState | null, event: ActivationEvent): ActivationState | null {
  return moves[state ?? 'none'][event]
}
