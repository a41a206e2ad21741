/** Files of a folder and the folders below it, in an order that is the same each time. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../domain/errors.ts'

export interface ListedPath {
  /** Relative to the folder, with forward slashes. */
  readonly name: string
  readonly path: string
}

export interface FolderListing {
  readonly files: readonly ListedPath[]
  /** Links and other things that are no files, by name. */
  readonly others: readonly string[]
}

export const folderFilesMax = 200_000
const depthMax = 20

/** Hidden files, and those that are still being written by their name, are left out. */
export function isPassedOver(name: string): boolean {
  return /^\.|\.(?:part|partial|tmp|temp|filepart|crdownload)$|~$/i.test(name)
}

/** Throws AppError `bad-settings` for a folder with more than 200,000 files, or deeper than 20. */
export async function listFolder(folder: string): Promise<FolderListing> {
  const files: ListedPath[] = []
  const others: string[] = []
  const walk = async (below: string, depth: number): Promise<void> => {
    if (depth > depthMax) throw tooMuch(folder, `nests folders deeper than ${depthMax}`)
    const entries = await readdir(join(folder, below), { withFileTypes: true })
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      if (isPassedOver(entry.name)) continue
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) await walk(name, depth + 1)
      else if (entry.isFile()) files.push({ name, path: join(folder, name) })
      else others.push(name)
      if (files.length > folderFilesMax) throw tooMuch(folder, `holds more than ${folderFilesMax} files`)
    }
  }
  await walk('', 1)
  return { files, others }
}

function tooMuch(folder: string, what: string): AppError {
  return new AppError('bad-settings', `The folder ${folder} ${what}: move what was captured elsewhere.`)
}
