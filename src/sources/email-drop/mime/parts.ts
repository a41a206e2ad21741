/** The tree of a message's parts (RFC 2046). */
import { firstField, type HeaderField, readHeaders } from './headers.ts'
import { readParameters } from './parameters.ts'

export interface Part {
  /** `1` for the whole, `1.2` for its second part … */
  readonly path: string
  readonly fields: readonly HeaderField[]
  /** Lower case, for example `text/plain`. */
  readonly mediaType: string
  readonly charset: string
  /** Lower case. */
  readonly encoding: string
  readonly isAttached: boolean
  /** `''` where none is given. */
  readonly fileName: string
  /** As it is in the message, still encoded. */
  readonly body: Buffer
  /** Of a multipart; none where it could not be taken apart. */
  readonly children: readonly Part[]
}

export interface PartTree {
  readonly root: Part
  /** What could not be taken apart, in sentences. */
  readonly notes: readonly string[]
}

const depthMax = 30
const partsMax = 1_000

interface Budget {
  parts: number
  readonly notes: Set<string>
}

export function readParts(message: Buffer): PartTree {
  const budget: Budget = { parts: partsMax, notes: new Set() }
  const root = readPart(message, '1', 1, 'text/plain', budget)
  return { root, notes: [...budget.notes] }
}

function readPart(bytes: Buffer, path: string, depth: number, typeDefault: string, budget: Budget): Part {
  const { fields, bodyStart, isCut } = readHeaders(bytes)
  if (isCut) budget.notes.add('The e-mail has more header fields than are read; the rest is in the original.')
  const type = readParameters(firstField(fields, 'content-type'))
  const disposition = readParameters(firstField(fields, 'content-disposition'))
  const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type.value) ? type.value : typeDefault
  const body = bytes.subarray(bodyStart)
  const part: Part = {
    ...{ path, fields, mediaType, body },
    charset: type.parameters.get('charset') ?? '',
    encoding: readParameters(firstField(fields, 'content-transfer-encoding')).value,
    isAttached: disposition.value === 'attachment',
    fileName: disposition.parameters.get('filename') ?? type.parameters.get('name') ?? '',
    children: [],
  }
  const boundary = type.parameters.get('boundary') ?? ''
  if (!mediaType.startsWith('multipart/') || boundary === '') return part
  if (depth >= depthMax) {
    budget.notes.add(`The e-mail nests deeper than ${depthMax} parts; what lies deeper is kept as one file.`)
    return part
  }
  const childType = mediaType === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
  const children = [...readChildren(body, boundary, path, depth, childType, budget)]
  return { ...part, children }
}

function* readChildren(
  body: Buffer,
  boundary: string,
  path: string,
  depth: number,
  typeDefault: string,
  budget: Budget,
): Iterable<Part> {
  let index = 0
  for (const { start, end } of pieces(body, boundary)) {
    index++
    budget.parts--
    if (budget.parts <= 0) {
      budget.notes.add(`The e-mail has more than ${partsMax} parts; the rest is kept as one file.`)
      yield remainder(body.subarray(start), `${path}.${index}`)
      return
    }
    yield readPart(body.subarray(start, end), `${path}.${index}`, depth + 1, typeDefault, budget)
  }
}

function remainder(body: Buffer, path: string): Part {
  return {
    ...{ path, body, fields: [], mediaType: 'application/octet-stream', charset: '', encoding: '' },
    ...{ isAttached: true, fileName: '', children: [] },
  }
}

/** Where the parts lie between their delimiter lines; a last one without its end goes to the end. */
function* pieces(body: Buffer, boundary: string): Iterable<{ start: number; end: number }> {
  const marker = Buffer.from(`--${boundary}`, 'utf8')
  let start = -1
  for (let at = body.indexOf(marker); at !== -1; at = body.indexOf(marker, at + marker.length)) {
    const line = delimiterLine(body, at, at + marker.length)
    if (line === null) continue
    if (start !== -1) yield { start, end: Math.max(start, beforeNewline(body, at)) }
    if (line.isLast) return
    start = line.end
  }
  if (start !== -1) yield { start, end: body.length }
}

/** Null where the marker only begins a longer boundary, or stands within a line. */
function delimiterLine(body: Buffer, at: number, after: number): { end: number; isLast: boolean } | null {
  if (at > 0 && body[at - 1] !== 10) return null
  const isLast = body[after] === 45 && body[after + 1] === 45
  const newline = body.indexOf(10, after)
  const end = newline === -1 ? body.length : newline
  if (isLast) return { end, isLast }
  // A long line cannot be a delimiter, and is not looked through.
  const isBlank = end - after < 200 && body.toString('latin1', after, end).trim() === ''
  return isBlank ? { end: newline === -1 ? end : end + 1, isLast } : null
}

function beforeNewline(body: Buffer, at: number): number {
  if (at === 0) return 0
  return body[at - 2] === 13 ? at - 2 : at - 1
}
