/** E-mails from files that an operator gives: EML, folders of them, zips, mboxes, with or without manifests. */
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { CapturedGap, CapturedRecord, RegisteredUserFacts } from '../source.ts'
import { captureFile, type Drop, type DroppedFile, readWhole, unreadable } from './files/capture-file.ts'
import { listFolder } from './files/folder.ts'
import { gapOf } from './files/gaps.ts'
import { type Listing, listingOf, missingFrom } from './files/listing.ts'
import { isManifestName, type Manifest, manifestBytesMax, readManifest } from './files/manifest.ts'
import type { ReadingSettings } from './settings.ts'

type Found = CapturedRecord | CapturedGap

/** Throws AppError `file-not-found`, `not-a-message-file`, or one of an unsafe zip, for a file that was named. */
export async function* captureFiles(
  files: readonly string[],
  settings: ReadingSettings,
  registeredUsers: readonly RegisteredUserFacts[],
): AsyncIterable<Found> {
  for (const path of files) {
    const given = { settings, registeredUsers }
    if (await isFolder(path)) yield* captureFolder(path, given)
    else if (!isManifestName(basename(path))) yield* captureNamed(path, files, given)
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    const file = basename(path)
    throw new AppError('file-not-found', `${file} cannot be read: check its path.`, {
      cause,
      details: { file },
    })
  }
}

type Given = Pick<Drop, 'settings' | 'registeredUsers'>

/** A file by itself counts with the manifests that were given with it or lie beside it under its own name. */
async function* captureNamed(path: string, files: readonly string[], given: Given): AsyncIterable<Found> {
  const name = basename(path)
  const stem = join(dirname(path), name.replace(/\.[^.]+$/, ''))
  const beside = [
    `${path}.manifest.csv`,
    `${path}.manifest.json`,
    `${stem}.manifest.csv`,
    `${stem}.manifest.json`,
  ]
  const candidates = [...files.filter((one) => isManifestName(basename(one))), ...beside, `${stem}.mf`]
  const { listing, gaps } = await readListing(
    await existing(candidates).then((paths) => paths.map((one) => ({ name: basename(one), path: one }))),
  )
  yield* gaps
  let isFirst = true
  for await (const found of captureFile({ ...given, listing }, { name, path })) {
    if (isFirst && 'gap' in found && found.gap.reason === 'not-an-email') throw notAMessageFile(name)
    isFirst = false
    yield found
  }
}

function notAMessageFile(file: string): AppError {
  return new AppError(
    'not-a-message-file',
    `${file} is no e-mail, zip or mbox: have it exported as EML, or choose another source.`,
    { details: { file } },
  )
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const there: string[] = []
  for (const path of new Set(paths)) {
    const facts = await stat(path).catch(() => null)
    if (facts?.isFile()) there.push(path)
  }
  return there
}

async function* captureFolder(folder: string, given: Given): AsyncIterable<Found> {
  const { files, others } = await listFolder(folder)
  for (const name of others) yield notFollowed(name)
  const { listing, gaps } = await readListing(files.filter(({ name }) => isManifestName(name)))
  yield* gaps
  const emails = files.filter(({ name }) => !isManifestName(name))
  yield* missingFrom(
    listing,
    emails.map(({ name }) => name),
  )
  for (const file of emails) yield* captureSafely({ ...given, listing }, file)
}

export function notFollowed(name: string): CapturedGap {
  return gapOf(
    'file-refused',
    name,
    `${name} is a link or no file, and was not followed: bring what it stands for.`,
  )
}

/** A zip that is refused must not keep the rest of its folder from being captured. */
export async function* captureSafely(drop: Drop, file: DroppedFile): AsyncIterable<Found> {
  try {
    yield* captureFile(drop, file)
  } catch (error) {
    if (!isAppError(error)) throw error
    yield gapOf('file-refused', file.name, error.message)
  }
}

/** Manifests count for the folder they lie in. */
export async function readListing(
  manifests: readonly DroppedFile[],
): Promise<{ readonly listing: Listing; readonly gaps: readonly CapturedGap[] }> {
  const read: { manifest: Manifest; folder: string }[] = []
  const gaps: CapturedGap[] = []
  for (const { name, path } of manifests) {
    const bytes = await readWhole(path, manifestBytesMax)
    const manifest = bytes === null ? null : readManifest(name, bytes)
    if (manifest) read.push({ manifest, folder: name.slice(0, name.lastIndexOf('/') + 1) })
    else gaps.push(unreadable(name))
  }
  return { listing: listingOf(read), gaps }
}
