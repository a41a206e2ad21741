/** What a policy would do, as it is kept with the policy. */
export interface Simulation {
  /** ISO time, UTC: as of when. */
  readonly asOf: string
  /** Items it would apply to. */
  readonly inScope: number
  /** It would dispose of these at the first run. */
  readonly disposed: number
  /** Its time is over for these, and something keeps them. */
  readonly keptByHold: number
  readonly keptByRetention: number
  /** Imported less than 90 days ago. */
  readonly tooYoung: number
  readonly byMailbox: readonly {
    readonly mailbox: string
    readonly inScope: number
    readonly disposed: number
  }[]
  /** Some of what it would dispose of; where it would dispose of nothing, some of what it would apply to. Oldest first. */
  readonly sample: readonly { readonly item: string; readonly mailbox: string; readonly sentAt: string }[]
  /** Of those that it would dispose of, by the month they were sent in. */
  readonly byMonth: readonly { readonly month: string; readonly disposed: number }[]
}
