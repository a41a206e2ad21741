/** Which message of one archive is which of the other: by text, time and people. Pure. */
import type { OtherMessage } from './other-message.ts'

export interface OwnMessage extends OtherMessage {
  /** The later reading of a time that is ambiguous, ms since 1970 UTC; else as `at`. */
  readonly latest: number
}

export interface Matching {
  readonly matched: number
  readonly onlyHere: readonly OwnMessage[]
  readonly onlyThere: readonly OtherMessage[]
}

const bucketMs = 60_000

/**
 * Each message matches one of the other side at the most. The same text first, the nearest in time; then messages whose
 * text the other archive wrapped in words of its own, or did not tell, where both name somebody in common. Times may
 * differ by `toleranceMs`; an ambiguous time counts in both of its readings.
 */
export function matchMessages(
  own: readonly OwnMessage[],
  others: readonly OtherMessage[],
  toleranceMs: number,
): Matching {
  const index = bucketsOf(own)
  const taken = new Set<OwnMessage>()
  let left = others
  for (const fits of [sameText, wrappedText]) {
    left = left.filter((other) => {
      const found = nearest(candidatesOf(index, other.at, toleranceMs), other, taken, fits)
      if (found) taken.add(found)
      return !found
    })
  }
  return { matched: taken.size, onlyHere: own.filter((one) => !taken.has(one)), onlyThere: left }
}

function sameText(one: OwnMessage, other: OtherMessage): boolean {
  return other.textHash !== null && one.textHash === other.textHash && mayBeSamePeople(one, other)
}

function wrappedText(one: OwnMessage, other: OtherMessage): boolean {
  if (!haveInCommon(one, other)) return false
  if (other.textHash === null) return true
  return other.text !== null && one.text !== null && one.text !== '' && other.text.includes(one.text)
}

function mayBeSamePeople(one: OwnMessage, other: OtherMessage): boolean {
  return other.participants.size === 0 || one.participants.size === 0 || haveInCommon(one, other)
}

function haveInCommon(one: OwnMessage, other: OtherMessage): boolean {
  for (const person of other.participants) if (one.participants.has(person)) return true
  return false
}

function nearest(
  candidates: Iterable<OwnMessage>,
  other: OtherMessage,
  taken: ReadonlySet<OwnMessage>,
  fits: typeof sameText,
): OwnMessage | null {
  let best: OwnMessage | null = null
  for (const one of candidates) {
    if (taken.has(one) || !fits(one, other)) continue
    if (best === null || distance(one, other) < distance(best, other)) best = one
  }
  return best
}

function distance({ at, latest }: OwnMessage, other: OtherMessage): number {
  return Math.min(Math.abs(at - other.at), Math.abs(latest - other.at))
}

function bucketsOf(own: readonly OwnMessage[]): Map<number, OwnMessage[]> {
  const index = new Map<number, OwnMessage[]>()
  for (const one of own)
    for (const time of new Set([one.at, one.latest])) {
      const bucket = Math.floor(time / bucketMs)
      const there = index.get(bucket)
      if (there) there.push(one)
      else index.set(bucket, [one])
    }
  return index
}

function* candidatesOf(
  index: ReadonlyMap<number, readonly OwnMessage[]>,
  at: number,
  toleranceMs: number,
): Generator<OwnMessage> {
  const last = Math.floor((at + toleranceMs) / bucketMs)
  for (let bucket = Math.floor((at - toleranceMs) / bucketMs); bucket <= last; bucket += 1)
    for (const one of index.get(bucket) ?? [])
      if (Math.min(Math.abs(one.at - at), Math.abs(one.latest - at)) <= toleranceMs) yield one
}
