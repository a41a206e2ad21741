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

export function createOrdinals(stepBackMillisMax: number): Ordinals {
  const hours = new Map<number, Map<number, number>>()
  let latest = Number.NEGATIVE_INFINITY

  const counterOf = (hour: number): Map<number, number> => {
    let counter = hours.get(hour)
    if (counter === undefined) {
      counter = new Map()
      hours.set(hour, counter)
      forget()
    }
    return counter
  }
  const forget = (): void => {
    const oldest = Math.floor((latest - stepBackMillisMax) / hourMillis)
    for (const hour of hours.keys()) if (hour < oldest) hours.delete(hour)
  }

  return {
    next(localMillis, author, body) {
      if (localMillis > latest) latest = localMillis
      const counter = counterOf(Math.floor(localMillis / hourMillis))
      const authorless = fingerprint(localMillis % hourMillis, body)
      const whole = fingerprint(authorless, author)
      return { ordinal: count(counter, whole), authorlessOrdinal: count(counter, -1 - authorless) }
    },
  }
}

function count(counter: Map<number, number>, key: number): number {
  const before = counter.get(key) ?? 0
  counter.set(key, before + 1)
  return before
}

/**
 * 53 bits of a text. Two texts of one hour that fall together would only raise an ordinal, the same in
 * every capture of the file: nothing is lost and nothing doubled.
 */
function fingerprint(seed: number, text: string): number {
  let a = seed ^ 0x9e3779b9
  let b = (seed / 0x100000000) ^ 0x85ebca6b
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x5bd1e995) ^ (b >>> 13)
  }
  return ((a ^ (b >>> 15)) >>> 0) * 0x200000 + ((b ^ (a >>> 16)) & 0x1fffff)
}
