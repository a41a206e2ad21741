import type { Channel } from '../domain/message.ts'
import { conversationKeyOf } from '../domain/message-key.ts'

/**
 * The Message-ID of the message with this key: `<32 hex digits@domain>`. The same message gets the same one
 * whoever composes it, so replies, edits and recalls find their original.
 */
export function messageIdOf(messageKey: Uint8Array, domain: string): string {
  return `<${hexOf(messageKey)}@${domain}>`
}

/**
 * The address of a conversation itself: `conv-` and 16 hex digits under the domain. In angle brackets it is
 * also the root of the conversation's thread, a message that is never sent.
 */
export function conversationAddress(channel: Channel, conversationId: string, domain: string): string {
  return `conv-${hexOf(conversationKeyOf(channel, conversationId).subarray(0, 8))}@${domain}`
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}
