/** Manifests: which files a drop has, and with what hash. CSV, JSON, or the `.mf` that TeleMessage puts into its zips. */
import { parse } from 'csv-parse/sync'
import { z } from 'zod'

export interface ListedFile {
  /** As written, with forward slashes, relative to the manifest. */
  readonly name: string
  /** Lower-case hex. */
  readonly sha256?: string
  readonly messageId?: string
  readonly participants?: string
  readonly time?: string
}

export interface Manifest {
  /** Name of the manifest, for messages. */
  readonly name: string
  readonly files: readonly ListedFile[]
  /** How many e-mails it says there are, where it says so. */
  readonly count?: number
}

export const manifestBytesMax = 64 * 1024 * 1024
const filesMax = 1_000_000

export function isManifestName(name: string): boolean {
  return /(?:^|[/.])manifest\.(?:csv|json|txt)$|\.mf$/i.test(name)
}

/** Null where it cannot be read as what its name says it is. */
export function readManifest(name: string, bytes: Buffer): Manifest | null {
  try {
    const text = new TextDecoder('utf-8').decode(bytes)
    if (/\.json$/i.test(name)) return manifestOf(name, jsonRows(JSON.parse(text)))
    if (/\.csv$/i.test(name)) return manifestOf(name, csvRows(text))
    return lineManifest(name, text)
  } catch {
    return null
  }
}

type Row = Readonly<Record<string, string>>

/** Headings by which vendors and our own exports call a column, without spaces and marks. */
const headings: Readonly<Record<keyof ListedFile, readonly string[]>> = {
  name: ['file', 'filename', 'name', 'path', 'filepath'],
  sha256: ['sha256', 'hash', 'sha256hash', 'filehash', 'checksum'],
  messageId: ['messageid', 'id', 'emailmessageid', 'internetmessageid'],
  participants: ['participants', 'recipients', 'emailparticipants'],
  time: ['time', 'date', 'sent', 'sentat', 'timestamp', 'datetime'],
}

function manifestOf(name: string, rows: readonly Row[]): Manifest | null {
  const files = rows.slice(0, filesMax).flatMap((row) => {
    const listed = listedOf(row)
    return listed === null ? [] : [listed]
  })
  return files.length === 0 && rows.length > 0 ? null : { name, files }
}

function listedOf(row: Row): ListedFile | null {
  const keyed = new Map(Object.entries(row).map(([key, value]) => [plain(key), value.trim()]))
  const find = (column: keyof ListedFile) =>
    headings[column].map((heading) => keyed.get(heading)).find((value) => value !== undefined && value !== '')
  const name = find('name')?.replaceAll('\\', '/').replace(/^\.\//, '')
  if (name === undefined) return null
  const sha256 = find('sha256')
    ?.toLowerCase()
    .replace(/^sha-?256:/, '')
  const [messageId, participants, time] = [find('messageId'), find('participants'), find('time')]
  return {
    name,
    ...(sha256 !== undefined && /^[\da-f]{64}$/.test(sha256) ? { sha256 } : {}),
    ...(messageId === undefined ? {} : { messageId: messageId.replace(/^<|>$/g, '') }),
    ...(participants === undefined ? {} : { participants: participants.slice(0, 4_000) }),
    ...(time === undefined ? {} : { time: time.slice(0, 100) }),
  }
}

function plain(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z\d]/g, '')
}

const jsonRow = z.record(z.string(), z.unknown())
const jsonManifest = z.union([
  z.array(jsonRow),
  z.object({ files: z.array(jsonRow) }).transform(({ files }) => files),
])

function jsonRows(json: unknown): readonly Row[] {
  return jsonManifest.parse(json).map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([key, value]): [string, string][] => {
        if (Array.isArray(value)) return [[key, value.filter((one) => typeof one === 'string').join(', ')]]
        return typeof value === 'string' || typeof value === 'number' ? [[key, String(value)]] : []
      }),
    ),
  )
}

function csvRows(text: string): readonly Row[] {
  const head = text.slice(0, text.search(/\r?\n|$/))
  const delimiter = [',', ';', '\t'].find((one) => head.includes(one)) ?? ','
  return parse(text, {
    ...{ bom: true, columns: true, delimiter, relax_column_count: true },
    ...{ skip_empty_lines: true, to: filesMax },
  }) as Row[]
}

/** `Count: 3` and one file name a line, with or without more behind it. */
function lineManifest(name: string, text: string): Manifest {
  const files = new Map<string, ListedFile>()
  let count: number | undefined
  for (const line of text.split(/\r?\n/, filesMax)) {
    const counted = /^\s*count\s*[:=]\s*(\d{1,9})\s*$/i.exec(line)
    if (counted) count = Number(counted[1])
    const file = /(?:^|[\s,;:="'])([^\s,;:="'][^,;="']*?\.(?:eml|mbox|zip))(?=$|[\s,;"'])/i.exec(line)?.[1]
    if (file === undefined) continue
    const sha256 = /\b[\da-f]{64}\b/i.exec(line)?.[0].toLowerCase()
    const path = file.replaceAll('\\', '/')
    files.set(path, { name: path, ...(sha256 === undefined ? {} : { sha256 }) })
  }
  return { name, files: [...files.values()], ...(count === undefined ? {} : { count }) }
}
