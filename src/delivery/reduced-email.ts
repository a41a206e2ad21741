/**
 * The e-mail of an item without some of its large attachments, for destinations that do not take it whole. Each
 * attachment left out is replaced, its part's head included, by a short text that says where it is; all else stays
 * byte for byte.
 */
import type { LeftOut } from './delivery.ts'
import type { OutgoingAttachment, OutgoingItem } from './outgoing-item.ts'

export interface ReducedEmail {
  readonly bytes: number
  readonly leftOut: readonly LeftOut[]
  /** Reads the item's whole e-mail, so damage of what is left out shows as well (`content-damaged`). */
  stream(): Promise<AsyncIterable<Uint8Array>>
}

/** The e-mail with the fewest large attachments left out, the largest first, that fits; null where none does. */
export function reducedToFit(item: OutgoingItem, bytesMax: number): ReducedEmail | null {
  const places = item.holes.map(({ place }) => place)
  const largestFirst = places.sort((a, b) => attachmentOf(item, b).bytes - attachmentOf(item, a).bytes)
  for (let count = 1; count <= largestFirst.length; count++) {
    const reduced = reducedEmail(item, new Set(largestFirst.slice(0, count)))
    if (reduced.bytes <= bytesMax) return reduced
  }
  return null
}

/** Without any of its large attachments; null where it has none. Those within the skeleton stay. */
export function smallestEmail(item: OutgoingItem): ReducedEmail | null {
  return item.holes.length === 0 ? null : reducedEmail(item, new Set(item.holes.map(({ place }) => place)))
}

/** What a copy of so many bytes is without; nothing for one that is whole, or that is none of ours. */
export function leftOutAt(
  item: OutgoingItem,
  bytes: number | undefined,
  bytesMax: number,
): readonly LeftOut[] {
  if (bytes === item.emailBytes) return []
  const reduced = [reducedToFit(item, bytesMax), smallestEmail(item)].find((one) => one?.bytes === bytes)
  return reduced?.leftOut ?? []
}

/** The e-mail without the attachments of `places`, which must be those of holes. */
export function reducedEmail(item: OutgoingItem, places: ReadonlySet<number>): ReducedEmail {
  const cuts = cutsOf(item, places)
  return {
    bytes: cuts.reduce(
      (bytes, { from, to, instead }) => bytes - (to - from) + instead.length,
      item.emailBytes,
    ),
    leftOut: cuts.map(({ attachment: { name, bytes, sha256 } }) => ({ name, bytes, sha256 })),
    stream: async () => withCuts(await item.email(), cuts),
  }
}

/** A range of the whole e-mail, and what stands there instead. */
interface Cut {
  readonly from: number
  readonly to: number
  readonly instead: Uint8Array
  readonly attachment: OutgoingAttachment
}

function cutsOf(item: OutgoingItem, places: ReadonlySet<number>): Cut[] {
  const skeleton = Buffer.from(item.skeleton.buffer, item.skeleton.byteOffset, item.skeleton.byteLength)
  const delimiter = Buffer.from(`\r\n--${boundaryOf(skeleton)}\r\n`)
  const cuts: Cut[] = []
  let filled = 0
  for (const { offset, place } of item.holes) {
    const attachment = attachmentOf(item, place)
    const length = base64LinesLength(attachment.bytes)
    if (places.has(place)) {
      const delimiterAt = skeleton.lastIndexOf(delimiter, offset - delimiter.length)
      if (delimiterAt < 0) throw new Error(`${item.id}: attachment ${place} stands in no part of its own`)
      cuts.push({
        from: filled + delimiterAt + delimiter.length,
        to: filled + offset + length,
        instead: noteOf(attachment),
        attachment,
      })
    }
    filled += length
  }
  return cuts
}

function boundaryOf(skeleton: Buffer): string {
  const head = skeleton.toString('latin1', 0, skeleton.indexOf('\r\n\r\n'))
  const boundary = /^Content-Type: multipart\/mixed; boundary=(\S+)$/m.exec(head)?.[1]
  if (boundary === undefined) throw new Error('an e-mail with attachments is not multipart/mixed')
  return boundary
}

function attachmentOf(item: OutgoingItem, place: number): OutgoingAttachment {
  const attachment = item.attachments.find((one) => one.place === place)
  if (!attachment) throw new Error(`${item.id} has no attachment ${place}`)
  return attachment
}

/** Base64 lines of 76 characters with CRLF between them, as the e-mail has its attachments. */
function base64LinesLength(bytes: number): number {
  const characters = Math.ceil(bytes / 3) * 4
  return characters === 0 ? 0 : characters + 2 * (Math.ceil(characters / 76) - 1)
}

/** The whole part. A name may hold any character, hence base64. */
function noteOf({ name, bytes, sha256 }: OutgoingAttachment): Buffer {
  const text = [
    'This attachment is kept in Holdfast: it was too large for this copy of the e-mail.',
    `Name: ${name}`,
    `Bytes: ${bytes}`,
    `SHA-256: ${sha256}`,
    '',
  ].join('\r\n')
  const lines = Buffer.from(text)
    .toString('base64')
    .match(/.{1,76}/g)!
  return Buffer.from(
    `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines.join('\r\n')}`,
  )
}

/** Chunk by chunk: what is cut is read and dropped. */
async function* withCuts(
  email: AsyncIterable<Uint8Array>,
  cuts: readonly Cut[],
): AsyncGenerator<Uint8Array, void, void> {
  let next = 0
  let at = 0
  for await (const chunk of email) {
    const end = at + chunk.length
    for (let from = at; from < end; ) {
      const cut = cuts[next]
      if (cut === undefined || cut.from >= end) {
        yield chunk.subarray(from - at)
        break
      }
      if (from < cut.from) yield chunk.subarray(from - at, cut.from - at)
      if (cut.to > end) break
      yield cut.instead
      from = cut.to
      next += 1
    }
    at = end
  }
}
