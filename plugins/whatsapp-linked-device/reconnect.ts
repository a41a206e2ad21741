/** What follows when WhatsApp closes the connection, by its code. */

export type Next =
  | { readonly what: 'connect'; readonly afterMs: number }
  | { readonly what: 'stop'; readonly why: string }

const first = 2_000
const last = 5 * 60_000

/** `failures` counts the closings since the connection was last open. */
export function afterClose(code: number | undefined, failures: number): Next {
  switch (code) {
    // The restart after pairing is part of it.
    case 515:
      return { what: 'connect', afterMs: 0 }
    case 401:
      return { what: 'stop', why: 'the phone unlinked the device; link it again' }
    case 403:
      return { what: 'stop', why: 'WhatsApp forbids the device; the number may be restricted' }
    case 411:
      return { what: 'stop', why: 'the phone asks for another kind of link; link it again' }
    case 440:
      return { what: 'stop', why: 'another device took this one’s place' }
    case 500:
      return { what: 'stop', why: 'the session is damaged; link the device again' }
    default:
      return { what: 'connect', afterMs: Math.min(first * 2 ** Math.min(failures, 10), last) }
  }
}

const dayMs = 24 * 60 * 60 * 1000
/** WhatsApp unlinks a device after 14 days without the phone. */
const warnedAfterDays = 10

/** Days since the phone was seen, where that is worth a warning; one a day. */
export function silentDays(lastSeen: number, now: number): number | null {
  const days = Math.floor((now - lastSeen) / dayMs)
  return days >= warnedAfterDays ? days : null
}
