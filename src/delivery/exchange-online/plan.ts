/** What of an item is put beside its text: its attachments as files, and the e-mail itself as another. */
import type { LeftOut } from '../delivery.ts'
import type { OutgoingAttachment, OutgoingItem } from '../outgoing-item.ts'
import { reducedEmail, smallestEmail } from '../reduced-email.ts'
import { fileBytesMax } from './settings.ts'

/** From "3 MB" on a file needs an upload session. Graph refuses one for less, and does not say how it counts. */
export const sessionBytesMin = 3_000_000

export interface PlannedFile {
  readonly name: string
  readonly type: string
  readonly bytes: number
  /** Checked against its hash as it is read (`content-damaged`). */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>
}

export interface Plan {
  readonly files: readonly PlannedFile[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * All attachments that fit, the largest left out first where they do not fit together; and the e-mail, byte for byte
 * where there is room for both, else without the attachments that lie beside it already.
 */
export function planOf(item: OutgoingItem, bytesMax: number = fileBytesMax): Plan {
  const beside = new Set(item.attachments.filter(({ bytes }) => bytes <= bytesMax))
  const largestFirst = [...beside].sort((one, other) => other.bytes - one.bytes)
  for (const attachment of largestFirst) if (total(beside) > bytesMax) beside.delete(attachment)
  return planWith(item, beside, bytesMax)
}

/** Without the attachments that need an upload session; null where it has none. */
export function smallerPlan(item: OutgoingItem): Plan | null {
  const small = item.attachments.filter(({ bytes }) => bytes < sessionBytesMin)
  return small.length === item.attachments.length ? null : planWith(item, new Set(small), 0)
}

function total(attachments: Iterable<OutgoingAttachment>): number {
  return [...attachments].reduce((sum, { bytes }) => sum + bytes, 0)
}

function planWith(item: OutgoingItem, beside: ReadonlySet<OutgoingAttachment>, bytesMax: number): Plan {
  const files = [...beside].map(({ place, name, type, bytes }) => ({
    ...{ name: fileNameOf(name), type, bytes },
    open: async () => (await item.attachment(place)).content,
  }))
  const leftOut = item.attachments.filter((attachment) => !beside.has(attachment))
  return {
    files: [...files, emailFile(item, bytesMax - total(beside))],
    leftOut: leftOut.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
  }
}

function emailFile(item: OutgoingItem, room: number): PlannedFile {
  const named = { name: `${item.id}.eml`, type: 'message/rfc822' }
  const whole = { ...named, bytes: item.emailBytes, open: () => item.email() }
  if (item.emailBytes <= Math.max(room, sessionBytesMin - 1)) return whole
  const large = item.holes.filter(({ place }) => (bytesOf(item, place) ?? 0) >= sessionBytesMin)
  const without = large.length > 0 && reducedEmail(item, new Set(large.map(({ place }) => place)))
  const reduced = without && without.bytes <= room ? without : (smallestEmail(item) ?? without)
  return reduced ? { ...named, bytes: reduced.bytes, open: () => reduced.stream() } : whole
}

function bytesOf({ attachments }: OutgoingItem, wanted: number): number | undefined {
  return attachments.find(({ place }) => place === wanted)?.bytes
}

/** As Exchange keeps it: no control characters, at most 255 UTF-16 units. */
function fileNameOf(name: string): string {
  const clean = name.replace(/\p{Cc}/gu, '').slice(0, 255)
  return clean.trim() === '' ? 'attachment' : clean.toWellFormed()
}
