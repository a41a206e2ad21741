/** What two ways in that watch the same person both have, and what only one of them has. Pure. */

/** That a way in saw a message for somebody. */
export interface Sighting {
  readonly messageId: bigint
  /** Whose phone or account it was. */
  readonly personId: number
  readonly source: string
  /** Day of sending, UTC: `2026-03-20`. */
  readonly day: string
}

export interface ReconciledDay {
  readonly personId: number
  readonly day: string
  readonly here: string
  readonly there: string
  readonly matched: number
  /** Alike in all that can be compared, where one of the two has no ids; in neither of the next two. */
  readonly probable: number
  readonly onlyHere: readonly bigint[]
  readonly onlyThere: readonly bigint[]
}

/** What runs by itself first, then what a phone or a person hands over later. */
const order: readonly string[] = [
  ...['whatsapp-cloud', 'whatsapp-linked-device', 'wecom-archive', 'email-drop'],
  ...['whatsapp-backup', 'whatsapp-export', 'wechat-export'],
]

/**
 * By person, pair of ways in, and day, each in order. A pair is there for whoever both ways saw within the time; `links`
 * are the probable matches that the archive knows, each way round.
 */
export function reconcileSightings(
  sightings: readonly Sighting[],
  links: ReadonlyMap<bigint, ReadonlySet<bigint>>,
): ReconciledDay[] {
  const people = Map.groupBy(sightings, ({ personId }) => personId)
  return [...people].flatMap(([personId, seen]) => {
    const bySource = Map.groupBy(seen, ({ source }) => source)
    const sources = [...bySource.keys()].sort((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b))
    return pairsOf(sources).flatMap(([here, there]) =>
      daysOf(bySource.get(here)!, bySource.get(there)!, links).map((day) => ({
        personId,
        here,
        there,
        ...day,
      })),
    )
  })
}

function placeOf(source: string): number {
  const place = order.indexOf(source)
  return place < 0 ? order.length : place
}

function pairsOf(sources: readonly string[]): [string, string][] {
  return sources.flatMap((here, place) =>
    sources.slice(place + 1).map((there): [string, string] => [here, there]),
  )
}

function daysOf(
  here: readonly Sighting[],
  there: readonly Sighting[],
  links: ReadonlyMap<bigint, ReadonlySet<bigint>>,
): Omit<ReconciledDay, 'personId' | 'here' | 'there'>[] {
  const [hereIds, thereIds] = [idsOf(here), idsOf(there)]
  const dayOf = new Map([...here, ...there].map(({ messageId, day }) => [messageId, day]))
  const days = Map.groupBy(dayOf.keys(), (id) => dayOf.get(id)!)
  return [...days]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([day, ids]) => {
      const isLinked = (id: bigint, others: ReadonlySet<bigint>) =>
        [...(links.get(id) ?? [])].some((other) => others.has(other))
      const [notThere, notHere] = [
        ids.filter((id) => !thereIds.has(id)),
        ids.filter((id) => !hereIds.has(id)),
      ]
      const onlyHere = notThere.filter((id) => !isLinked(id, thereIds))
      return {
        ...{ day, matched: ids.length - notThere.length - notHere.length },
        probable: notThere.length - onlyHere.length,
        ...{ onlyHere, onlyThere: notHere.filter((id) => !isLinked(id, hereIds)) },
      }
    })
}

function idsOf(sightings: readonly Sighting[]): ReadonlySet<bigint> {
  return new Set(sightings.map(({ messageId }) => messageId))
}
