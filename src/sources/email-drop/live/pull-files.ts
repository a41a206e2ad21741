/** New files of a folder, once they stand still. Nothing is moved: the cursor remembers what was taken. */
import { hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../../domain/errors.ts'
import type { Json } from '../../../domain/record.ts'
import type { Pulled } from '../../live-source.ts'
import type { RegisteredUserFacts } from '../../source.ts'
import { captureSafely, notFollowed, readListing } from '../capture.ts'
import type { DroppedFile } from '../files/capture-file.ts'
import { gapOf } from '../files/gaps.ts'
import { type Listing, missingFrom } from '../files/listing.ts'
import { isManifestName } from '../files/manifest.ts'
import type { ReadingSettings } from '../settings.ts'
import type { FileTree, TreeFile } from './file-tree.ts'

export interface FilesGiven {
  readonly settings: ReadingSettings & { readonly quietSeconds: number }
  readonly registeredUsers: readonly RegisteredUserFacts[]
  readonly signal: AbortSignal
  readonly cursor: Json | null
}

/** Keys of files that were taken and are still there; gaps of manifests that are open. */
const cursorSchema = z
  .object({ seen: z.array(z.string()), missing: z.array(z.string()) })
  .catch({ seen: [], missing: [] })

/** Beyond this the cursor would be too large to write down with each commit. */
const filesMax = 100_000
const filesPerCursor = 50
const manifestsMax = 1_000
const missingMax = 5_000

/** Two looks, with the quiet time between: what is the same in both is not being written. Ends when all of it is taken. */
export async function* pullFiles(given: FilesGiven, tree: FileTree): AsyncIterable<Pulled> {
  const cursor = cursorSchema.parse(given.cursor)
  const seen = new Set(cursor.seen)
  const first = await tree.list()
  const fresh = new Set(first.files.map(keyOf).filter((key) => !seen.has(key)))
  const others = new Map(first.others.map((name) => [keyOf({ name, bytes: -1, modifiedMs: -1 }), name]))
  const untold = [...others].filter(([key]) => !seen.has(key))
  if (fresh.size === 0 && untold.length === 0) return
  for (const [, name] of untold) yield notFollowed(name)
  await delay(given.settings.quietSeconds * 1000, undefined, { signal: given.signal })
  const { files } = await tree.list()
  if (files.length > filesMax) throw tooMany(files.length)
  const settled = files.filter((file) => seen.has(keyOf(file)) || fresh.has(keyOf(file)))
  yield* take({ given, tree, files, settled, seen, fresh, others, missing: cursor.missing })
}

function tooMany(count: number): AppError {
  return new AppError(
    'bad-settings',
    `The folder holds ${count} files, more than ${filesMax}: move those that were captured elsewhere.`,
  )
}

/** A file that is written again under its name is another one. */
function keyOf({ name, bytes, modifiedMs }: TreeFile): string {
  return hash('sha256', `${name}\0${bytes}\0${modifiedMs}`, 'base64url').slice(0, 12)
}

interface Taking {
  readonly given: FilesGiven
  readonly tree: FileTree
  /** All that are there now. */
  readonly files: readonly TreeFile[]
  /** Those of them that stand still. */
  readonly settled: readonly TreeFile[]
  readonly seen: ReadonlySet<string>
  readonly fresh: ReadonlySet<string>
  /** Links and what else was told instead of taken, by key. */
  readonly others: ReadonlyMap<string, string>
  readonly missing: readonly string[]
}

async function* take(taking: Taking): AsyncIterable<Pulled> {
  const { given, tree, files, settled, seen } = taking
  const held = await takeManifests(taking)
  try {
    const { listing, gaps } = await readListing(held.manifests)
    yield* gaps
    const missing = new Set<string>()
    yield* compare(taking, listing, missing)
    const there = new Set(files.map(keyOf))
    const done = new Set([...[...seen].filter((key) => there.has(key)), ...taking.others.keys()])
    const drop = { ...given, listing }
    const lost: TreeFile[] = []
    let count = 0
    for (const file of settled.filter((one) => isWanted(one, listing, taking))) {
      given.signal.throwIfAborted()
      const isTaken = isManifestName(file.name) || (yield* takeOne(tree, drop, file))
      if (isTaken) done.add(keyOf(file))
      else lost.push(file)
      if (++count % filesPerCursor === 0) yield cursorOf(done, taking.missing)
    }
    yield* goneOf(tree, lost)
    yield cursorOf(done, missing)
  } finally {
    await held.done()
  }
}

function cursorOf(seen: ReadonlySet<string>, missing: Iterable<string>): Pulled {
  return { cursor: { seen: [...seen], missing: [...missing].slice(0, missingMax) } }
}

/** A new file, or one that came before the manifest which gives its hash: the same e-mail is journalled once. */
function isWanted(file: TreeFile, listing: Listing, { fresh, settled }: Taking): boolean {
  if (fresh.has(keyOf(file))) return true
  const found = listing.byName.get(file.name.normalize('NFC'))
  if (found?.listed.sha256 === undefined) return false
  return settled.some((one) => one.name === found.manifest && fresh.has(keyOf(one)))
}

/** False where the file is gone or is being written again; the latter is another file for the next pull. */
async function* takeOne(
  tree: FileTree,
  drop: Parameters<typeof captureSafely>[0],
  file: TreeFile,
): AsyncGenerator<Pulled, boolean> {
  const taken = await tree.take(file)
  if (taken === null) return false
  try {
    yield* captureSafely(drop, { name: file.name, path: taken.path })
    return true
  } finally {
    await taken.done()
  }
}

async function* goneOf(tree: FileTree, lost: readonly TreeFile[]): AsyncIterable<Pulled> {
  if (lost.length === 0) return
  const names = new Set((await tree.list()).files.map(({ name }) => name))
  for (const { name, modifiedMs } of lost) {
    if (names.has(name)) continue
    const sentence = `${name} was taken away before it could be read: have it laid down again.`
    yield gapOf('file-gone', `${name}/${modifiedMs}`, sentence)
  }
}

/** Manifests of the folders in which something is new. */
async function takeManifests({
  tree,
  settled,
  fresh,
}: Taking): Promise<{ readonly manifests: readonly DroppedFile[]; done(): Promise<void> }> {
  const folders = new Set(settled.filter((file) => fresh.has(keyOf(file))).map(({ name }) => folderOf(name)))
  const wanted = settled.filter(
    ({ name }) => isManifestName(name) && [...folders].some((folder) => folder.startsWith(folderOf(name))),
  )
  const manifests: DroppedFile[] = []
  const releases: (() => Promise<void>)[] = []
  for (const file of wanted.slice(-manifestsMax)) {
    const taken = await tree.take(file)
    if (!taken) continue
    manifests.push({ name: file.name, path: taken.path })
    releases.push(taken.done)
  }
  return {
    manifests,
    done: async () => {
      for (const release of releases) await release()
    },
  }
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}

/** Opens gaps for listed files that are not there at all, and closes those whose file has come. */
async function* compare(taking: Taking, listing: Listing, missing: Set<string>): AsyncIterable<Pulled> {
  const present = taking.files.map(({ name }) => name).filter((name) => !isManifestName(name))
  for (const found of missingFrom(listing, present)) {
    if (found.gap.reason === 'manifest-missing-file') missing.add(found.gap.key!)
    yield found
  }
  const read = listing.manifests.map(({ name }) => `${name}/`)
  for (const key of taking.missing) {
    if (missing.has(key)) continue
    if (read.some((name) => key.startsWith(name)))
      yield { closed: { reason: 'manifest-missing-file', key, by: 'The file has come.' } }
    else missing.add(key)
  }
}
