/** Rows of the archive become records: the decrypted message as it is, or the sealed one where it cannot be opened. */
import { hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { isRaw, type ParsedObject, type Raw, textOf } from '../../formats/raw-json.ts'
import type { CapturedGap, CapturedRecord, RecordContext } from '../../source.ts'
import type { Media } from '../body.ts'
import { conversationIn, identityOf, mediaNamedIn } from '../capture.ts'
import { addressedIds, channelOf } from '../participants.ts'
import type { ChatRow } from './chat-page.ts'
import { mediaSizesOf } from './media-sizes.ts'

/** What the records of one page share. */
export interface PageParts {
  contextOf(raw: Raw | undefined): RecordContext
  /** Normalised identity of a registered user by WeCom userid in lower case. */
  readonly custodians: ReadonlyMap<string, string>
  fetch(media: Media, expectedBytes: number | undefined, messageId: string): Promise<Readable>
}

/** The bytes are the decrypted JSON exactly, control characters and all; identities are those of the file route. */
export function openedRecord(
  row: ChatRow,
  bytes: Buffer,
  parsed: ParsedObject,
  page: PageParts,
): CapturedRecord {
  try {
    return 'raw' in parsed ? readRecord(row, bytes, parsed.raw, page) : unreadRecord(row, bytes, page)
  } catch (error) {
    // Nested too deep to be walked: one message must not stop all that come after it.
    if (!(error instanceof RangeError)) throw error
    return unreadRecord(row, bytes, page)
  }
}

function readRecord(row: ChatRow, bytes: Buffer, raw: Raw, page: PageParts): CapturedRecord {
  const custodian = custodianOf(raw, page.custodians)
  const media = mediaNamedIn({ bytes, parsed: { raw }, offset: 0 })
  const sizes = media.length === 0 ? new Map<string, number>() : mediaSizesOf(raw)
  const refersTo = recalledId(raw)
  return {
    ...unreadRecord(row, bytes, page),
    channel: channelOf(raw),
    context: page.contextOf(raw),
    identity: identityOf(raw, ''),
    ...(custodian === undefined ? {} : { custodian }),
    ...conversationIn(raw),
    attachments: media.map((named) => ({
      name: named.name,
      mediaType: named.mediaType,
      reference: named.reference,
      open: () => page.fetch(named, sizes.get(named.reference), row.messageId),
    })),
    ...(refersTo === '' ? {} : { refersTo }),
  }
}

function unreadRecord(row: ChatRow, bytes: Buffer, page: PageParts): CapturedRecord {
  return {
    channel: 'wecom',
    bytes,
    place: { offset: 0, index: row.index },
    context: page.contextOf(undefined),
    identity: identityOf(undefined, ''),
    attachments: [],
  }
}

/** The row as WeCom sent it. Its id is not the message's: that one is still to come, perhaps. */
export function sealedRecord(row: ChatRow, page: PageParts): CapturedRecord {
  const bytes = row.exact()
  const digest = hash('sha256', bytes, 'hex').slice(0, 32)
  return {
    channel: 'wecom',
    bytes,
    place: { offset: 0, index: row.index },
    context: page.contextOf(undefined),
    identity: {
      type: 'vendor-id',
      messageId: `sealed/${row.messageId === '' ? digest : row.messageId}`,
      observer: '',
      fingerprint: digest.slice(0, 16),
    },
    attachments: [],
  }
}

/** Closes by itself when the message is captured by any way in. */
export function unopenedGap(row: ChatRow, why: string): CapturedGap {
  const named = row.messageId === '' ? '' : ` ${row.messageId}`
  return {
    gap: {
      reason: 'undecryptable',
      key: `${row.messageId}/${row.seq ?? row.index}`,
      explanation: `Message${named} (seq ${row.seq ?? 'unknown'}) could not be decrypted: ${why}. It is kept as WeCom sent it.`,
      ...(row.messageId === '' ? {} : { messageId: row.messageId }),
    },
  }
}

/** The sender where registered, else the first registered one of those addressed. */
function custodianOf(raw: Raw, custodians: ReadonlyMap<string, string>): string | undefined {
  if (custodians.size === 0) return undefined
  for (const id of [textOf(raw, 'from'), textOf(raw, 'user'), ...addressedIds(raw)]) {
    const custodian = custodians.get(id.toLowerCase())
    if (custodian !== undefined) return custodian
  }
  return undefined
}

function recalledId(raw: Raw): string {
  return isRaw(raw.revoke) ? textOf(raw.revoke, 'pre_msgid') : ''
}
