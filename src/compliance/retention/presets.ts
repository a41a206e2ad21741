/**
 * Periods that rules of some places ask for, to begin a policy with. They are a start for a conversation with counsel,
 * not advice; each names its source.
 */
import type { RetentionAction } from './period.ts'

export interface Preset {
  readonly name: string
  readonly source: string
  readonly action: RetentionAction
  readonly years: number
}

export const presets: readonly Preset[] = [
  {
    name: 'SEC communications',
    source: '17 CFR 240.17a-4(b)(4): three years, the first two easily accessible',
    action: 'retain',
    years: 3,
  },
  { name: 'SEC books and records', source: '17 CFR 240.17a-4(a): six years', action: 'retain', years: 6 },
  {
    name: 'FINRA',
    source: 'FINRA Rule 4511(b): six years where no other period is set',
    action: 'retain',
    years: 6,
  },
  { name: 'CFTC', source: '17 CFR 1.31(b): five years from creation', action: 'retain', years: 5 },
  { name: 'MiFID II', source: 'Directive 2014/65/EU art. 16(7): five years', action: 'retain', years: 5 },
  {
    name: 'MiFID II on request',
    source: 'Directive 2014/65/EU art. 16(7): seven years where the authority asks',
    action: 'retain',
    years: 7,
  },
  {
    name: 'FCA',
    source: 'FCA SYSC 10A.1.15: five years, seven where the FCA asks',
    action: 'retain',
    years: 5,
  },
  { name: 'FCA on request', source: 'FCA SYSC 10A.1.15', action: 'retain', years: 7 },
]
