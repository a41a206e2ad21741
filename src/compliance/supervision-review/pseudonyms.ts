import { createHmac } from 'node:crypto'

/**
 * Names that stand for people where names are not shown: the same person is the same one within a policy, and another
 * one in the next policy, so that nobody adds up what he saw.
 */
export function createPseudonyms(key: Uint8Array, policyId: number): (person: string) => string {
  return (person) => {
    const digits =
      createHmac('sha256', key).update(`${policyId} ${person}`).digest().readUInt32BE(0) % 1_000_000
    return `Anon-${String(digits).padStart(6, '0')}`
  }
}
