import type { PolicyInput } from '../../../domain/supervision-policy.ts'

export interface Template {
  readonly name: string
  /** Counts changes of its rules. */
  readonly version: number
  readonly description: string
  readonly rules: PolicyInput['rules']
  readonly directions?: PolicyInput['directions']
  readonly alert?: PolicyInput['alert']
  readonly review?: PolicyInput['review']
}
