/** The message within a message: WhatsApp wraps what vanishes, what is seen once, what was sent by another device. */
import { isRaw, type Raw } from '../formats/raw-json.ts'

const wrappers = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'deviceSentMessage',
  'associatedChildMessage',
  'groupStatusMessage',
  'groupStatusMessageV2',
  'botInvokeMessage',
  'lottieStickerMessage',
] as const

const depthMax = 8

export interface Content {
  readonly message: Raw
  /** The wrappers that were taken off, outermost first. */
  readonly wrapped: readonly string[]
}

export function contentOf(value: unknown): Content {
  let message: Raw = isRaw(value) ? value : {}
  const wrapped: string[] = []
  while (wrapped.length < depthMax) {
    const name = wrappers.find((one) => isRaw(message[one]))
    const inner = name === undefined ? undefined : (message[name] as Raw).message
    if (name === undefined || !isRaw(inner)) break
    wrapped.push(name)
    message = inner
  }
  return { message, wrapped }
}

/** Names of fields that say nothing by themselves. */
const accompanying: ReadonlySet<string> = new Set([
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
])

/** The field that holds what is said, or null where there is none. */
export function contentName(message: Raw): string | null {
  return (
    Object.keys(message).find(
      (name) => !accompanying.has(name) && message[name] !== null && message[name] !== undefined,
    ) ?? null
  )
}
