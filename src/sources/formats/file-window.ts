/** A file read front to back through a window that holds only what is being looked at. */
import type { FileHandle } from 'node:fs/promises'

const readBytes = 256 * 1024

export interface FileWindow {
  /** What is at hand. A new buffer at each step: views handed out before stay valid. */
  readonly buffer: Buffer
  /** Offset in the file of the buffer's first byte. */
  readonly offset: number
  /** True when the buffer reaches the end of the file. */
  readonly ended: boolean
}

export const emptyWindow: FileWindow = { buffer: Buffer.alloc(0), offset: 0, ended: false }

/**
 * Drops the first `consumed` bytes and reads on. What is kept doubles at each step, so that an element longer
 * than the window costs a constant factor, not the square of its length.
 */
export async function advance(file: FileHandle, window: FileWindow, consumed: number): Promise<FileWindow> {
  const kept = window.buffer.subarray(consumed)
  const offset = window.offset + consumed
  const buffer = Buffer.allocUnsafeSlow(kept.length + Math.max(readBytes, kept.length))
  kept.copy(buffer)
  let filled = kept.length
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled)
    if (bytesRead === 0) return { buffer: buffer.subarray(0, filled), offset, ended: true }
    filled += bytesRead
  }
  return { buffer, offset, ended: false }
}
