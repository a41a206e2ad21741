import { createHash } from 'node:crypto'
import type { RecordPlace } from '../../domain/record.ts'
import type { BlockRecord } from '../content-block.ts'

export interface RawView {
  readonly source: string
  /** Where it was in its file, in words. */
  readonly place: string | null
  readonly bytes: number
  readonly sha256: string
  readonly form: 'text' | 'hexadecimal'
  readonly content: string
  readonly truncated: boolean
}

const shownBytesMax = 64 * 1024
/** Bytes a line of hexadecimal shows. */
const hexLineBytes = 32

/** The record as captured, to be read: as text where it is UTF-8, else as hexadecimal; the first 64 KiB. */
export function rawView({ source, raw }: BlockRecord): RawView {
  const bytes = Buffer.from(raw.bytes.buffer, raw.bytes.byteOffset, raw.bytes.byteLength)
  const shown = bytes.subarray(0, shownBytesMax)
  const truncated = bytes.length > shown.length
  const text = asText(shown, truncated)
  return {
    source,
    place: placeText(raw.place),
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    form: text === null ? 'hexadecimal' : 'text',
    content: text ?? hexadecimal(shown),
    truncated,
  }
}

/** Null for what is not UTF-8. A character that is cut in two at the end is left out. */
function asText(bytes: Buffer, isCut: boolean): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut })
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

function hexadecimal(bytes: Buffer): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += hexLineBytes) {
    const pairs = bytes.toString('hex', at, at + hexLineBytes).match(/../g) ?? []
    lines.push(pairs.join(' '))
  }
  return lines.join('\n')
}

function placeText({ offset, line, index }: RecordPlace): string | null {
  const parts = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(index === undefined ? [] : [`element ${index}`]),
    `byte ${offset}`,
  ]
  return parts.join(', ')
}
