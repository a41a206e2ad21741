/**
 * Counts identical lines, so that two equal messages of one minute stay two. Lines are kept by local hour,
 * and only as long as an equal one can still come: pass one measured how far the file ever steps back (an
 * hour in autumn, more where a phone's clock was wrong), so nothing is forgotten too early and memory
 * stays flat.
 */
export interface Ordinals {
  /** How many equal (time, author, body) and equal (time, body) came before in the file. */
  next(
    localMillis: number,
    author: string,
    body: string,
  ): { readonly ordinal: number; readonly authorlessOrdinal: number }
}

const hourMillis = 3_600_000

/** Lines with one body in one local hour: the first as it is, more of them counted. */
interface Occurrences {
  readonly localMillis: number
  readonly author: string
  counts: Map<string, number> | null
}

export function createOrdinals(stepBackMillisMax: number): Ordinals {
  const hours = new Map<number, Map<string, Occurrences>>()
  let latest = Number.NEGATIVE_INFINITY

  const bodiesOf = (hour: number): Map<string, Occurrences> => {
    let bodies = hours.get(hour)
    if (bodies === undefined) {
      bodies = new Map()
      hours.set(hour, bodies)
      forget()
    }
    return bodies
  }
  const forget = (): void => {
    const oldest = Math.floor((latest - stepBackMillisMax) / hourMillis)
    for (const hour of hours.keys()) if (hour < oldest) hours.delete(hour)
  }

  return {
    next(localMillis, author, body) {
      if (localMillis > latest) latest = localMillis
      const bodies = bodiesOf(Math.floor(localMillis / hourMillis))
      const before = bodies.get(body)
      if (before !== undefined) return count(before, localMillis, author)
      bodies.set(body, { localMillis, author, counts: null })
      return { ordinal: 0, authorlessOrdinal: 0 }
    },
  }
}

function count(before: Occurrences, localMillis: number, author: string): ReturnType<Ordinals['next']> {
  before.counts ??= new Map([
    [`${before.localMillis}`, 1],
    [`${before.localMillis}:${before.author}`, 1],
  ])
  return {
    ordinal: countOne(before.counts, `${localMillis}:${author}`),
    authorlessOrdinal: countOne(before.counts, `${localMillis}`),
  }
}

function countOne(counts: Map<string, number>, key: string): number {
  const count = counts.get(key) ?? 0
  counts.set(key, count + 1)
  return count
}
