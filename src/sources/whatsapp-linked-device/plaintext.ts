/**
 * What the plug-in had decrypted when it was stopped before the library told of it: the message's key and its protobuf.
 * It is the same message as the event that did not come, and has the same identity.
 */
import type { Raw } from '../formats/raw-json.ts'
import { bytesOf } from './event-line.ts'
import { readMessageContent } from './protocol.ts'

/** As an event has it; the message is empty where the bytes are none. */
export function messageOfPlaintext(raw: Raw): Raw {
  return {
    key: raw.key,
    messageTimestamp: raw.messageTimestamp,
    pushName: raw.pushName,
    message: contentOf(raw),
  }
}

function contentOf(raw: Raw): Record<string, unknown> {
  const bytes = bytesOf(raw.plaintext)
  try {
    return bytes === null ? {} : readMessageContent(bytes)
  } catch {
    return {}
  }
}
