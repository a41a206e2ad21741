/** The header fields of a message or a part (RFC 5322, with the licence that old and broken mailers need). */
import { decodeRaw } from './words.ts'

export interface HeaderField {
  /** Lower case. */
  readonly name: string
  /** Unfolded, encoded words as they are. */
  readonly value: string
}

export interface HeaderBlock {
  readonly fields: readonly HeaderField[]
  /** Where the body begins. */
  readonly bodyStart: number
  /** Fields were left unread because there were too many, or too much of them. */
  readonly isCut: boolean
}

const fieldsMax = 2_000
const headerBytesMax = 1024 * 1024
const lineFeed = 10
const carriageReturn = 13

/** Fields up to the first empty line; a line that is no field is passed over. */
export function readHeaders(bytes: Buffer): HeaderBlock {
  const fields: { name: string; lines: Buffer[] }[] = []
  let at = 0
  let isCut = false
  while (at < bytes.length) {
    const newline = bytes.indexOf(lineFeed, at)
    const next = newline === -1 ? bytes.length : newline + 1
    const line = bytes.subarray(at, endOfLine(bytes, at, newline === -1 ? bytes.length : newline))
    at = next
    if (line.length === 0) break
    if (at > headerBytesMax) isCut = true
    if (!isCut) addLine(fields, line)
    if (fields.length > fieldsMax) isCut = true
  }
  return { fields: fields.map(fieldOf), bodyStart: at, isCut }
}

/** The first field of the name, or `''`. */
export function firstField(fields: readonly HeaderField[], name: string): string {
  return fields.find((field) => field.name === name)?.value ?? ''
}

export function fieldsNamed(fields: readonly HeaderField[], name: string): readonly string[] {
  return fields.filter((field) => field.name === name).map(({ value }) => value)
}

function endOfLine(bytes: Buffer, start: number, end: number): number {
  return end > start && bytes[end - 1] === carriageReturn ? end - 1 : end
}

function addLine(fields: { name: string; lines: Buffer[] }[], line: Buffer): void {
  const isFolded = line[0] === 32 || line[0] === 9
  if (isFolded) {
    fields.at(-1)?.lines.push(line)
    return
  }
  const colon = line.indexOf(58)
  const name = colon > 0 && colon < 200 ? line.toString('latin1', 0, colon).trimEnd() : ''
  if (/^[!-9;-~]+$/.test(name)) fields.push({ name: name.toLowerCase(), lines: [line.subarray(colon + 1)] })
}

function fieldOf({ name, lines }: { name: string; lines: Buffer[] }): HeaderField {
  return { name, value: decodeRaw(Buffer.concat(lines)).replaceAll('\0', '\ufffd').trim() }
}
