/**
 * The keys that make capture idempotent. They are HMAC-SHA256 under a key of the account that only the site's
 * vault holds, so that the journal's clear rows do not betray short texts; 128 bits are kept.
 */
import { hash } from 'node:crypto'
import { messageKeyOfVendorId } from '../domain/message-key.ts'
import type { CapturedRecord, RecordIdentity } from '../sources/source.ts'

export interface RecordKeys {
  /** Unique per account: the same record captured again has the same key. */
  readonly recordKey: Buffer
  /** The same for every observation of one message; the centre's key against doubling. */
  readonly messageKey: Uint8Array
  /** Exports only. */
  readonly alignment?: Alignment
  /** Records with a vendor's id only. */
  readonly vendor?: VendorTags
}

/** The vendor's id of a message and what it says, to notice an id that was given twice. */
export interface VendorTags {
  readonly idTag: Buffer
  readonly fingerprintTag: Buffer
  /** The id by which other sources know the message, whatever the source. */
  readonly sharedIdTag: Buffer | null
}

/** What finds a record of an export again when its author, or its chat, is shown under another name. */
export interface Alignment {
  /** The record but for its author. */
  readonly authorlessKey: Buffer
  /** The record but for its author and chat. */
  readonly chatlessKey: Buffer
  readonly authorTag: Buffer
  /** The chat under the name it was first captured with. */
  readonly chatTag: Buffer
}

export interface RecordKeyer {
  /** `chatTag`: the chat a record of an export belongs to, where that is known under another name. */
  keysOf(record: CapturedRecord, chatTag?: Buffer): RecordKeys
  /** The keys of a known record that comes with more attachments than before: another record of the same message. */
  keysWithAttachments(keys: RecordKeys, attachments: number): RecordKeys
  /** The chat of a record of an export by its name; null for records that name no chat. */
  chatTag(record: CapturedRecord): Buffer | null
  /** The keys of a record whose vendor's id another message had before: its fingerprint becomes part of its id. */
  keysOfSecond(record: CapturedRecord): RecordKeys
  authorTag(record: CapturedRecord, author: string): Buffer
  gapKey(reason: string, key: string): Buffer
  /** The vendor's id of a message as a record of `source` has it. */
  vendorIdTag(source: string, messageId: string): Buffer
  /** The vendor's id of a message, whatever the source. */
  messageTag(messageId: string): Buffer
}

type ContentIdentity = Extract<RecordIdentity, { type: 'content' }>
type VendorIdentity = Extract<RecordIdentity, { type: 'vendor-id' }>

const keyBytes = 16
const tagBytes = 8

export function createRecordKeyer(accountKey: Uint8Array, source: string): RecordKeyer {
  const keyed = createKeyedHash(accountKey)

  const authorTag = ({ identity }: CapturedRecord, author: string) =>
    keyed('author', source, identity.type === 'content' ? identity.custodian : '', author).subarray(
      0,
      tagBytes,
    )

  const chatTag = ({ identity }: CapturedRecord) =>
    identity.type === 'content'
      ? keyed('chat', source, identity.custodian, identity.chat).subarray(0, tagBytes)
      : null

  const contentKeys = (record: CapturedRecord, identity: ContentIdentity, chat: Buffer): RecordKeys => {
    const { custodian, localTime, author, body } = identity
    const scope = [source, custodian, chat.toString('hex')]
    const recordKey = keyed('content', ...scope, localTime, author, body, String(identity.ordinal)).subarray(
      0,
      keyBytes,
    )
    const others = String(identity.authorlessOrdinal)
    return {
      recordKey,
      messageKey: recordKey,
      alignment: {
        authorlessKey: keyed('authorless', ...scope, localTime, body, others).subarray(0, keyBytes),
        chatlessKey: keyed('chatless', source, custodian, localTime, body, others).subarray(0, tagBytes),
        authorTag: authorTag(record, author),
        chatTag: chat,
      },
    }
  }

  const vendorIdTag = (ofSource: string, messageId: string) =>
    keyed('vendor-id-tag', ofSource, messageId).subarray(0, keyBytes)

  const messageTag = (messageId: string) => keyed('message-tag', messageId).subarray(0, keyBytes)

  /** `second` tells a message apart from the one that had its id first. */
  const vendorKeys = (record: CapturedRecord, identity: VendorIdentity, second = ''): RecordKeys => {
    const { messageId, observer, fingerprint, sharedId } = identity
    return {
      recordKey: keyed('vendor-id', source, `${messageId}${second}`, observer).subarray(0, keyBytes),
      messageKey: messageKeyOfVendorId(record.channel, `${sharedId ?? messageId}${second}`),
      vendor: {
        idTag: vendorIdTag(source, messageId),
        fingerprintTag: keyed('fingerprint', fingerprint).subarray(0, tagBytes),
        sharedIdTag: sharedId === undefined ? null : messageTag(sharedId),
      },
    }
  }

  return {
    authorTag,
    chatTag,
    keysOfSecond(record) {
      if (record.identity.type !== 'vendor-id') throw new Error('only a vendor gives ids twice')
      return vendorKeys(record, record.identity, `#${record.identity.fingerprint}`)
    },
    keysWithAttachments: ({ recordKey, messageKey, vendor }, attachments) => ({
      recordKey: keyed('with-attachments', recordKey.toString('hex'), String(attachments)).subarray(
        0,
        keyBytes,
      ),
      messageKey,
      ...(vendor ? { vendor } : {}),
    }),
    gapKey: (reason, key) => keyed('gap', source, reason, key).subarray(0, keyBytes),
    messageTag,
    vendorIdTag,
    keysOf(record, chat = chatTag(record) ?? undefined) {
      const { identity } = record
      if (identity.type === 'vendor-id') {
        return vendorKeys(record, identity)
      }
      if (identity.type === 'bytes') {
        const digest = hash('sha256', record.bytes, 'hex')
        const recordKey = keyed('bytes', source, identity.custodian, digest).subarray(0, keyBytes)
        return { recordKey, messageKey: recordKey }
      }
      return contentKeys(record, identity, chat!)
    },
  }
}

/**
 * HMAC-SHA256 (RFC 2104) over length-prefixed parts, made of two one-shot hashes: Node's `createHmac` costs
 * several times more per call, and a capture makes four keys a record.
 */
export function createKeyedHash(key: Uint8Array): (...parts: readonly string[]) => Buffer {
  const blockBytes = 64
  const padded = Buffer.alloc(blockBytes)
  padded.set(key.byteLength > blockBytes ? hash('sha256', key, 'buffer') : key)
  const inner = padded.map((byte) => byte ^ 0x36)
  const outer = padded.map((byte) => byte ^ 0x5c)
  return (...parts) => {
    const message = Buffer.from(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''))
    return hash(
      'sha256',
      Buffer.concat([outer, hash('sha256', Buffer.concat([inner, message]), 'buffer')]),
      'buffer',
    )
  }
}
