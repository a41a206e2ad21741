/** One file of a drop: an e-mail, a zip of e-mails, or an mbox. */
import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { RecordContext } from '../../../domain/record.ts'
import type { CapturedGap, CapturedRecord, RegisteredUserFacts } from '../../source.ts'
import { contextName, readingOf } from '../context.ts'
import { emailRecord, unreadRecord } from '../record.ts'
import { emailBytesMax, type ReadingSettings } from '../settings.ts'
import { emptyFile, gapOf, notAnEmail, tooLarge } from './gaps.ts'
import { checkListed, type Listing, listingOf, missingFrom, noListing } from './listing.ts'
import { isManifestName, type Manifest, manifestBytesMax, readManifest } from './manifest.ts'
import { readMbox } from './mbox.ts'
import { type OpenZip, openZip, type ZipLimits, zipLimits } from './zip.ts'

export type FoundInFile = CapturedRecord | CapturedGap

export interface Drop {
  readonly settings: ReadingSettings
  readonly registeredUsers: readonly RegisteredUserFacts[]
  /** What the manifests beside the files say. */
  readonly listing: Listing
  readonly zip?: ZipLimits
}

export interface DroppedFile {
  /** As the listing and messages name it. */
  readonly name: string
  readonly path: string
}

/** Throws AppError for an unsafe or damaged zip; everything else that is wrong is a gap. */
export async function* captureFile(drop: Drop, file: DroppedFile): AsyncIterable<FoundInFile> {
  const { size } = await stat(file.path)
  if (size === 0) yield emptyFile(file.name)
  const kind = size === 0 ? 'nothing' : kindOf(file.name, await firstBytes(file.path))
  if (kind === 'zip') yield* captureZip(drop, file)
  else if (kind === 'mbox') yield* captureMbox(drop, file)
  else if (kind === 'email') yield* captureSingle(drop, file, size)
  else if (kind === 'other') yield notAnEmail(file.name)
}

type Kind = 'zip' | 'mbox' | 'email' | 'other'

function kindOf(name: string, start: Buffer): Kind {
  if (start.length >= 4 && start.readUInt16BE(0) === 0x504b && start[2]! < 8) return 'zip'
  if (/\.zip$/i.test(name)) return 'zip'
  if (start.toString('latin1', 0, 5) === 'From ') return 'mbox'
  // The container of Outlook's .msg, pictures and PDFs: a byte that no header has.
  return start.includes(0) && !/\.eml$/i.test(name) ? 'other' : 'email'
}

async function firstBytes(path: string): Promise<Buffer> {
  await using handle = await open(path)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0)
  return buffer.subarray(0, bytesRead)
}

async function* captureSingle(drop: Drop, file: DroppedFile, size: number): AsyncIterable<FoundInFile> {
  const bytesMax = emailBytesMax(drop.settings)
  const bytes = size > bytesMax ? null : await readWhole(file.path, bytesMax)
  if (bytes === null) yield tooLarge(file.name, bytesMax, size)
  else yield* found(drop, drop.listing, file.name, bytes, { file: contextName(file.name) })
}

/** Null where the file has grown beyond the limit meanwhile. */
export async function readWhole(path: string, bytesMax: number): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The record of one file, and what its manifest has against it. */
function* found(
  drop: Drop,
  listing: Listing,
  name: string,
  bytes: Buffer,
  where: RecordContext,
): Iterable<FoundInFile> {
  const sha256 = hash('sha256', bytes)
  const { context, gaps } = checkListed(listing, name, sha256)
  yield* gaps
  const { settings, registeredUsers } = drop
  const origin = {
    ...{ settings, registeredUsers, place: { offset: 0 } },
    context: { ...where, sha256, ...context, ...readingOf(settings) },
  }
  const record = emailRecord(bytes, origin)
  if (record) yield record
  // What a manifest lists, or is named so, is an e-mail of the sender's: its bytes are kept even if they are damaged.
  else if (listing.byName.has(name) || /\.eml$/i.test(name)) yield unreadRecord(bytes, origin)
  else yield notAnEmail(name)
}

async function* captureMbox(drop: Drop, file: DroppedFile): AsyncIterable<FoundInFile> {
  const { settings, registeredUsers, listing } = drop
  const bytesMax = emailBytesMax(settings)
  const sha256 = await hashFile(file.path)
  const { context, gaps } = checkListed(listing, file.name, sha256)
  yield* gaps
  const shared = { file: contextName(file.name), sha256, mbox: true, ...context, ...readingOf(settings) }
  for await (const { bytes, offset, index } of readMbox(file.path, bytesMax)) {
    const origin = { settings, registeredUsers, context: shared, place: { offset, index } }
    if (bytes === null) yield tooLarge(`${file.name}, e-mail ${index}`, bytesMax)
    else if (bytes.length > 0) yield emailRecord(bytes, origin) ?? unreadRecord(bytes, origin)
    else yield emptyFile(`${file.name}, e-mail ${index}`)
  }
}

async function hashFile(path: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(path)) digest.update(chunk)
  return digest.digest('hex')
}

async function* captureZip(drop: Drop, file: DroppedFile): AsyncIterable<FoundInFile> {
  const zip = await openZip(file.path, file.name, drop.zip ?? zipLimits)
  try {
    const { context, gaps } =
      drop.listing.manifests.length === 0
        ? checkListed(noListing, '', '')
        : checkListed(drop.listing, file.name, await hashFile(file.path))
    yield* gaps
    const zipped = context.manifest === undefined ? {} : { zipManifest: context.manifest }
    yield* captureEntries(drop, file, zip, zipped)
  } finally {
    zip.close()
  }
}

async function* captureEntries(
  drop: Drop,
  file: DroppedFile,
  zip: OpenZip,
  zipped: RecordContext,
): AsyncIterable<FoundInFile> {
  const { listing, gaps } = await listingInside(zip, file)
  yield* gaps
  const present = zip.entries.map(({ fileName }) => fileName)
  // Names in gaps say which zip: two zips may hold files of one name.
  yield* missingFrom(
    listing,
    present.filter((name) => !isManifestName(name)),
    { isZip: true },
  )
  const bytesMax = emailBytesMax(drop.settings)
  for (const entry of zip.entries) {
    const name = entry.fileName
    if (isManifestName(name)) continue
    const shown = `${file.name}/${name}`
    const bytes = await zip.read(entry, bytesMax)
    if (bytes === null) yield tooLarge(shown, bytesMax, entry.uncompressedSize)
    else if (bytes.length === 0) yield emptyFile(shown)
    else if (kindOf(name, bytes.subarray(0, 512)) !== 'email') yield notAnEmail(shown)
    else {
      const where = { file: contextName(file.name), entry: contextName(name), ...zipped }
      yield* found(drop, listing, name, bytes, where)
    }
  }
}

async function listingInside(
  zip: OpenZip,
  file: DroppedFile,
): Promise<{ readonly listing: Listing; readonly gaps: readonly CapturedGap[] }> {
  const read: { manifest: Manifest; folder: string }[] = []
  const gaps: CapturedGap[] = []
  for (const entry of zip.entries.filter(({ fileName }) => isManifestName(fileName))) {
    const name = `${file.name}/${entry.fileName}`
    const bytes = await zip.read(entry, manifestBytesMax)
    const manifest = bytes === null ? null : readManifest(name, bytes)
    const folder = entry.fileName.slice(0, entry.fileName.lastIndexOf('/') + 1)
    if (manifest) read.push({ manifest, folder })
    else gaps.push(unreadable(name))
  }
  return { listing: listingOf(read), gaps }
}

export function unreadable(name: string): CapturedGap {
  return gapOf(
    'manifest-unreadable',
    name,
    `The manifest ${name} cannot be read, so that the files could not be checked against it: look at it and bring it again.`,
  )
}
