/** The plug-in's journal: events as JSON lines in numbered files, on disk before anything else happens with them. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Phones } from './phones.ts'

export interface Journal {
  /** Returns when the line is flushed to the disk. `phones` stand beside the event, where there are any. */
  append(event: string, data: unknown, phones?: Phones): void
  /** The oldest file that was not handed over, with the lines that are in it now; null when all were. */
  oldest(): { readonly name: string; readonly body: Buffer; readonly isOpen: boolean } | null
  /** The file was acknowledged as it was read: it is deleted, or, still open, a new one begins first. */
  acknowledged(name: string, bytes: number): void
  close(): void
}

const fileBytesMax = 4 * 1024 * 1024
const counterWidth = 12

/** `now` in milliseconds since 1970. The sequence goes on where the last file left it. */
export function openJournal(folder: string, now: () => number): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let sequence = lastSequence(folder)
  let current = openFile(folder, sequence + 1)
  const startNext = () => {
    closeSync(current.descriptor)
    current = openFile(folder, sequence + 1)
  }
  return {
    append(event, data, phones = {}) {
      sequence += 1
      const beside = Object.keys(phones).length === 0 ? {} : { phones }
      const line = Buffer.from(
        `${JSON.stringify({ sequence, at: now(), event, data, ...beside }, withBase64)}\n`,
      )
      writeSync(current.descriptor, line)
      fsyncSync(current.descriptor)
      current.bytes += line.byteLength
      if (current.bytes >= fileBytesMax) startNext()
    },
    oldest() {
      for (const name of names(folder)) {
        const body = wholeLines(readFileSync(join(folder, name)))
        if (body.byteLength > 0) return { name, body, isOpen: name === current.name }
      }
      return null
    },
    acknowledged(name, bytes) {
      if (name === current.name) {
        // More may have come since it was read: the site takes the whole file again, and knows what it has.
        if (current.bytes > bytes) return
        startNext()
      }
      // The number of the last event must outlive its file.
      writeCounter(folder, sequence)
      rmSync(join(folder, name), { force: true })
    },
    close: () => closeSync(current.descriptor),
  }
}

/** A line that a crash cut off is not told: its event was not on disk, so the library had not gone on with it. */
function wholeLines(content: Buffer): Buffer {
  return content.subarray(0, content.lastIndexOf(0x0a) + 1)
}

function openFile(folder: string, first: number) {
  const name = `${String(first).padStart(counterWidth, '0')}.jsonl`
  return { name, descriptor: openSync(join(folder, name), 'a', 0o600), bytes: 0 }
}

function names(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
}

function lastSequence(folder: string): number {
  const counter = readdirSync(folder).includes('sequence')
    ? Number(readFileSync(join(folder, 'sequence'), 'utf8'))
    : 0
  const inFiles = names(folder).map((name) => {
    const lines = wholeLines(readFileSync(join(folder, name)))
      .toString('utf8')
      .trimEnd()
      .split('\n')
    const last = lines.at(-1) ?? ''
    return last === '' ? 0 : Number((JSON.parse(last) as { sequence: number }).sequence)
  })
  return Math.max(counter, ...inFiles, 0)
}

function writeCounter(folder: string, sequence: number): void {
  const descriptor = openSync(join(folder, 'sequence'), 'w', 0o600)
  writeSync(descriptor, String(sequence))
  fsyncSync(descriptor)
  closeSync(descriptor)
}

interface ProtocolClass {
  toObject?(message: unknown, options: object): unknown
}

/**
 * Bytes as `{"type":"Buffer","data":"base64"}`, numbers of the protocol as numbers. Both have a `toJSON` of their own that
 * writes them otherwise, and was called before the replacer is: so it looks at what stood there.
 */
function withBase64(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key]
  const protocol = (original as { constructor?: ProtocolClass } | null | undefined)?.constructor
  if (typeof protocol?.toObject === 'function') return protocol.toObject(original, { longs: String })
  if (original instanceof Uint8Array)
    return { type: 'Buffer', data: Buffer.from(original).toString('base64') }
  return typeof value === 'bigint' ? String(value) : value
}
