import { describe, expect, it } from 'vitest'
import { type ActivationState, activationStates } from '../../domain/activation.ts'
import { type ActivationEvent, activationEvents, stateAfter } from './rules.ts'

function stateOver(...events: readonly ActivationEvent[]): ActivationState | null {
  return events.reduce<ActivationState | null>((state, event) => stateAfter(state, event) ?? state, null)
}

describe('how a user stands on a way in', () => {
  it('goes from the invitation over the consent to the first record', () => {
    expect(stateOver('invite')).toBe('invited')
    expect(stateOver('invite', 'consent')).toBe('consented')
    expect(stateOver('invite', 'consent', 'capture')).toBe('active')
  })

  it('is active for whoever is captured without being asked, and stays so when he is asked later', () => {
    expect(stateOver('capture', 'invite')).toBe('active')
    expect(stateOver('capture', 'invite', 'consent')).toBe('active')
  })

  it('is refused until there is a consent, whatever still comes from before', () => {
    expect(stateOver('capture', 'refuse', 'capture')).toBe('refused')
    expect(stateOver('capture', 'refuse', 'consent', 'capture')).toBe('active')
    expect(stateOver('invite', 'refuse', 'fall-silent')).toBe('refused')
  })

  it('is silent or broken only for who took part, and ends with the next record', () => {
    expect(stateOver('invite', 'fall-silent')).toBe('invited')
    expect(stateOver('invite', 'break')).toBe('invited')
    expect(stateOver('capture', 'fall-silent')).toBe('silent')
    expect(stateOver('capture', 'fall-silent', 'break')).toBe('broken')
    expect(stateOver('capture', 'break', 'fall-silent')).toBe('broken')
    expect(stateOver('capture', 'break', 'capture')).toBe('active')
  })

  it('asks anew whoever has to connect again, and then waits for his next record', () => {
    expect(stateOver('capture', 'break', 'invite')).toBe('invited')
    expect(stateOver('capture', 'break', 'invite', 'consent')).toBe('consented')
  })

  it.each(activationEvents)('never comes back from having left: %s', (event) => {
    expect(stateAfter('left', event)).toBeNull()
  })

  it.each(activationStates)('lets everybody leave: %s', (state) => {
    expect(stateAfter(state, 'leave')).toBe(state === 'left' ? null : 'left')
  })

  it('never answers the state that already is', () => {
    for (const state of activationStates)
      for (const event of activationEvents) expect(stateAfter(state, event)).not.toBe(state)
  })
})
