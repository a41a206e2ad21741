/** The manifests of one drop against the files that are there. */
import type { RecordContext } from '../../../domain/record.ts'
import type { CapturedGap } from '../../source.ts'
import { contextName } from '../context.ts'
import { gapOf } from './gaps.ts'
import type { ListedFile, Manifest } from './manifest.ts'

export interface Listing {
  readonly manifests: readonly Manifest[]
  readonly byName: ReadonlyMap<string, { readonly listed: ListedFile; readonly manifest: string }>
}

/** `folder` of each manifest, `''` or ending with a slash, is what its names are relative to. */
export function listingOf(
  manifests: readonly { readonly manifest: Manifest; readonly folder: string }[],
): Listing {
  const byName = new Map<string, { listed: ListedFile; manifest: string }>()
  for (const { manifest, folder } of manifests) {
    for (const listed of manifest.files) {
      byName.set(keyOf(folder + listed.name), { listed, manifest: manifest.name })
    }
  }
  return { manifests: manifests.map(({ manifest }) => manifest), byName }
}

export const noListing: Listing = { manifests: [], byName: new Map() }

function keyOf(name: string): string {
  return name.normalize('NFC')
}

export interface Checked {
  /** For the record's context. */
  readonly context: RecordContext
  readonly gaps: readonly CapturedGap[]
}

/** What the manifests say of a file that is there. Where there are manifests, an unlisted file is marked as such. */
export function checkListed(listing: Listing, name: string, sha256: string): Checked {
  if (listing.manifests.length === 0) return { context: {}, gaps: [] }
  const found = listing.byName.get(keyOf(name))
  if (!found) return { context: { manifest: { listed: false } }, gaps: [] }
  const { listed, manifest } = found
  const state = listed.sha256 === undefined ? 'not-given' : listed.sha256 === sha256 ? 'matches' : 'differs'
  const { messageId, participants, time } = listed
  const facts = {
    ...{ listed: true, file: contextName(manifest), sha256: state },
    ...(messageId === undefined ? {} : { messageId: contextName(messageId) }),
    ...(participants === undefined ? {} : { participants }),
    ...(time === undefined ? {} : { time }),
  }
  return { context: { manifest: facts }, gaps: state === 'differs' ? [mismatch(name, manifest, sha256)] : [] }
}

function mismatch(name: string, manifest: string, sha256: string): CapturedGap {
  return gapOf(
    'manifest-hash-mismatch',
    `${manifest}/${name}/${sha256}`,
    `${name} is not the file that ${manifest} lists: its SHA-256 is ${sha256}. It was captured as it is; ask the sender for the right one.`,
  )
}

/**
 * Files that a manifest lists and that are not there, and counts that are wrong. A manifest that is the only one of a zip
 * counts all of its files.
 */
export function* missingFrom(
  listing: Listing,
  present: Iterable<string>,
  { isZip = false } = {},
): Iterable<CapturedGap> {
  const there = new Set([...present].map(keyOf))
  for (const [name, { listed, manifest }] of listing.byName) {
    if (!there.has(name)) yield missing(name, manifest, listed)
  }
  const isWhole = isZip && listing.manifests.length === 1
  for (const { name, count, files } of listing.manifests) {
    const emails = isWhole ? there.size : files.length
    if (count === undefined || (count === emails && files.length === count)) continue
    yield gapOf(
      'manifest-count-mismatch',
      `${name}/${count}/${files.length}/${emails}`,
      `${name} speaks of ${count} files and lists ${files.length}${isWhole ? `; ${emails} came` : ''}: ask the sender which is right.`,
    )
  }
}

export function missingKey(manifest: string, name: string): string {
  return `${manifest}/${name}`
}

function missing(name: string, manifest: string, { messageId }: ListedFile): CapturedGap {
  return gapOf(
    'manifest-missing-file',
    missingKey(manifest, name),
    `${manifest} lists ${name}, which did not come: ask the sender for it.`,
    messageId === undefined ? {} : { messageId },
  )
}
