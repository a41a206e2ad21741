/** How long each file of a message is, by the message's own words. */
import { isRaw, numberOf, parseObject, type Raw, textOf } from '../../formats/raw-json.ts'

const sizeKeys = ['filesize', 'voice_size', 'imagesize'] as const
const depthMax = 12

/** Bytes by sdkfileid; files whose length the message does not give are left out. */
export function mediaSizesOf(message: Raw): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  collect(message, sizes, 0)
  return sizes
}

function collect(value: unknown, sizes: Map<string, number>, depth: number): void {
  if (depth > depthMax) return
  if (Array.isArray(value)) for (const child of value) collect(child, sizes, depth + 1)
  // Items of forwarded chats hold JSON as text.
  else if (typeof value === 'string' && value.startsWith('{') && value.includes('sdkfileid')) {
    const parsed = parseObject(Buffer.from(value))
    if ('raw' in parsed) collect(parsed.raw, sizes, depth + 1)
  } else if (isRaw(value)) {
    noteSize(value, sizes)
    for (const child of Object.values(value)) collect(child, sizes, depth + 1)
  }
}

function noteSize(body: Raw, sizes: Map<string, number>): void {
  const fileId = textOf(body, 'sdkfileid')
  const size = sizeKeys.map((key) => numberOf(body, key)).find((bytes) => bytes !== undefined && bytes > 0)
  if (fileId !== '' && size !== undefined) sizes.set(fileId, size)
}
