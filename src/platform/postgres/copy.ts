import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { Client } from './pool.ts'

/**
 * Sends rows through COPY, the fastest way in. `statement` is `COPY table (columns) FROM STDIN` (text
 * format; see `copyLine`) or `… WITH (FORMAT binary)`; `buffers` are pieces of that format, cut anywhere,
 * best 64 KiB and more. Nothing is read ahead of what the server takes. Answers the number of rows. An error
 * of the source or the server fails the statement, so the caller's transaction rolls back.
 */
export async function copyRows(
  client: Client,
  statement: string,
  buffers: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<number> {
  const copy = client.query(copyFrom(statement))
  await pipeline(Readable.from(buffers, { objectMode: true, highWaterMark: 2 }), copy)
  return copy.rowCount ?? 0
}

export type CopyValue = string | number | bigint | boolean | Date | Uint8Array | null | undefined

/** One row in COPY's text format, line end included. Bytes are for bytea columns; JSON is given as text. */
export function copyLine(values: readonly CopyValue[]): string {
  let line = ''
  for (let index = 0; index < values.length; index++) {
    if (index > 0) line += '\t'
    line += copyField(values[index])
  }
  return `${line}\n`
}

function copyField(value: CopyValue): string {
  if (value === null || value === undefined) return '\\N'
  if (typeof value === 'string') return mustEscape.test(value) ? value.replace(escaped, escapeOf) : value
  if (value instanceof Uint8Array)
    return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`
  if (value instanceof Date) return value.toISOString()
  return String(value)
}

const mustEscape = /[\\\t\n\r]/
const escaped = /[\\\t\n\r]/g
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escapeOf(character: string): string {
  return escapes[character]!
}
