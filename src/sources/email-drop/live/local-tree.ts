/** A folder of this machine. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, isAppError } from '../../../domain/errors.ts'
import { listFolder } from '../files/folder.ts'
import type { FileTree, TreeFile } from './file-tree.ts'

export function createLocalTree(folder: string): FileTree {
  return {
    async list() {
      const listing = await listFolder(folder).catch((cause) => {
        throw isAppError(cause) ? cause : unreadable(folder, cause)
      })
      const files: TreeFile[] = []
      for (const { name, path } of listing.files) {
        const facts = await factsOf(path)
        if (facts) files.push({ name, ...facts })
      }
      return { files, others: listing.others }
    },
    async take({ name, bytes, modifiedMs }) {
      const path = join(folder, name)
      const facts = await factsOf(path)
      const isSame = facts?.bytes === bytes && facts.modifiedMs === modifiedMs
      return isSame ? { path, done: async () => {} } : null
    },
    close: async () => {},
  }
}

/** Null where the file is gone meanwhile. */
async function factsOf(path: string): Promise<Omit<TreeFile, 'name'> | null> {
  try {
    const { size, mtimeMs } = await stat(path)
    return { bytes: size, modifiedMs: Math.floor(mtimeMs) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function unreadable(folder: string, cause: unknown): AppError {
  return new AppError(
    'file-not-found',
    `The folder ${folder} cannot be read: check its path and its rights.`,
    { cause },
  )
}
