/** What a command writes: its result on standard output, all else on standard error. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { displayWidth } from './display-width.ts'

export interface Output {
  readonly json: boolean
  /** The one result of a command: JSON, or what `text` makes of it for a person. */
  document<Value>(value: Value, text: (value: Value) => string): Promise<void>
  /** A list: one JSON line an element, or a table with the columns named. */
  list<Row extends object>(rows: readonly Row[], columns: readonly Column<Row>[]): Promise<void>
  /** One element of a list that is written as it is found. */
  line<Value>(value: Value, text: (value: Value) => string): Promise<void>
  /** Bytes as they are. */
  bytes(chunks: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>
  /** For the person, never part of the result. */
  note(text: string): void
}

export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string | number
}

export function createOutput(options: {
  readonly json: boolean
  readonly out: Writable
  readonly notes: Writable
}): Output {
  const { json, out, notes } = options
  const write = async (chunk: string | Uint8Array) => {
    if (!out.write(chunk)) await once(out, 'drain')
  }
  return {
    json,
    document: (value, text) => write(json ? `${JSON.stringify(value)}\n` : `${text(value).trimEnd()}\n`),
    line: (value, text) => write(json ? `${JSON.stringify(value)}\n` : `${text(value)}\n`),
    async list(rows, columns) {
      if (json) for (const row of rows) await write(`${JSON.stringify(row)}\n`)
      else await write(rows.length === 0 ? 'None.\n' : tableText(rows, columns))
    },
    async bytes(chunks) {
      if (chunks instanceof Uint8Array) await write(chunks)
      else for await (const chunk of chunks) await write(chunk)
    },
    note: (text) => {
      notes.write(`${text}\n`)
    },
  }
}

/** Columns in line, numbers to the right. */
export function tableText<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => column.of(row)))
  const widths = columns.map(({ title }, place) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(String(row[place])))),
  )
  const lineOf = (row: readonly (string | number)[]) =>
    row
      .map((cell, place) => padded(cell, widths[place]!))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return `${[lineOf(columns.map(({ title }) => title)), rule, ...cells.map(lineOf)].join('\n')}\n`
}

function padded(cell: string | number, width: number): string {
  const blank = ' '.repeat(width - displayWidth(String(cell)))
  return typeof cell === 'number' ? `${blank}${cell}` : `${cell}${blank}`
}

/** `name: value` lines, values in one column. */
export function factsText(facts: Readonly<Record<string, string | number | null>>): string {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== '')
  const width = Math.max(0, ...known.map(([name]) => displayWidth(name)))
  return known.map(([name, value]) => `${name}${' '.repeat(width - displayWidth(name))}  ${value}`).join('\n')
}
