/**
 * The memory of large arrays that may pass to another thread instead of being copied: what fills its buffer
 * alone. Whoever hands it over must not read it afterwards.
 */
export function memoryToHandOver(arrays: readonly Uint8Array[]): ArrayBuffer[] {
  return arrays.flatMap(({ buffer, byteLength }) =>
    byteLength >= largeBytes && byteLength * 2 > buffer.byteLength && buffer instanceof ArrayBuffer
      ? [buffer]
      : [],
  )
}

/** Below this Node may cut arrays out of a buffer that others share. */
const largeBytes = 64 * 1024
