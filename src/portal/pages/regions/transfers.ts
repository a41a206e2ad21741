import type { Answer } from '../../api/client.ts'

export type Regions = Answer<'readRegions'>
export type Basis = Regions['bases'][number]

export interface Transfer {
  readonly from: string
  readonly to: string
  /** What was recorded and has not ended; it may be for a later time. */
  readonly basis: Basis | null
}

/** Every way from a region that connectors take from to another one that has mailboxes. */
export function transfersOf({ regions, bases }: Regions): Transfer[] {
  const sources = regions.filter(({ connectors }) => connectors.length > 0)
  const places = regions.filter(({ mailboxes }) => mailboxes > 0)
  return sources.flatMap(({ name: from }) =>
    places
      .filter(({ name }) => name !== from)
      .map(({ name: to }) => ({
        from,
        to,
        basis: bases.find((one) => one.from === from && one.to === to && one.ended === null) ?? null,
      })),
  )
}
