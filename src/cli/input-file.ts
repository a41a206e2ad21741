import { readFile } from 'node:fs/promises'
import { AppError } from '../domain/errors.ts'

/** The bytes of a file the operator named; `what` says in the refusal what it should have been. */
export async function readInput(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read'
    throw new AppError('file-not-found', `${path} (${what}) ${why}.`, { cause })
  }
}
