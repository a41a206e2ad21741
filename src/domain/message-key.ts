/**
 * Keys that are made of what the vendor says and of nothing else, so that everybody who meets the same
 * message, on whatever phone, on whatever day, comes to the same 16 bytes.
 */
import { hash } from 'node:crypto'
import type { Channel } from './message.ts'

/** WeCom and WeChat messages come out of one archive with one space of ids: a recall in one finds its original in the other. */
const familyOfChannel = {
  whatsapp: 'whatsapp',
  wechat: 'wecom',
  wecom: 'wecom',
} as const satisfies Record<Channel, string>

/** First byte of everything that is hashed here. A new encoding takes a new number; old keys never change. */
const encodingVersion = 1
const keyBytes = 16

const vendorIdPrefixes = prefixes('vendor-id')
const conversationPrefixes = prefixes('conversation')

/**
 * The key of the message that the vendor calls `vendorId`: the first 16 bytes of SHA-256 over
 * version ‖ 'vendor-id' ‖ channel family ‖ id, each text led by its length in bytes (32 bits, big endian).
 */
export function messageKeyOfVendorId(channel: Channel, vendorId: string): Uint8Array {
  return keyOf(vendorIdPrefixes[channel], vendorId)
}

/** The key of a conversation, from the id its messages carry. Same encoding, other domain ('conversation'). */
export function conversationKeyOf(channel: Channel, conversationId: string): Uint8Array {
  return keyOf(conversationPrefixes[channel], conversationId)
}

function keyOf(prefix: Buffer, id: string): Uint8Array {
  const idBytes = Buffer.byteLength(id)
  const input = Buffer.allocUnsafe(prefix.length + 4 + idBytes)
  input.set(prefix)
  input.writeUInt32BE(idBytes, prefix.length)
  input.write(id, prefix.length + 4)
  return hash('sha256', input, 'buffer').subarray(0, keyBytes)
}

function prefixes(purpose: string): Readonly<Record<Channel, Buffer>> {
  const of = (channel: Channel) =>
    Buffer.concat([
      Buffer.from([encodingVersion]),
      lengthPrefixed(purpose),
      lengthPrefixed(familyOfChannel[channel]),
    ])
  return { whatsapp: of('whatsapp'), wechat: of('wechat'), wecom: of('wecom') }
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
