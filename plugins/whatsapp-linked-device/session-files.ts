/** The session as earlier versions kept it: one sealed file an entry, named by the SHA-256 of the entry's name. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface SessionFiles {
  /** What lies in the folder, by the hash of its name; empty where there is none. */
  readonly entries: ReadonlyMap<string, Buffer>
  /** The site has it: the folder goes. */
  remove(): void
}

const hashForm = /^[\da-f]{64}$/

export function readSessionFiles(folder: string): SessionFiles {
  return {
    entries: new Map(
      namesIn(folder)
        .filter((name) => hashForm.test(name))
        .map((name) => [name, readFileSync(join(folder, name))]),
    ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
