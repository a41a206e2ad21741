import { dirname } from 'node:path'
import { makeFolder, syncFolder } from '../durable-file.ts'

/** Makes folders durably, each once, and shares the syncs of one folder between those who wait for it. */
export interface Folders {
  /** Makes the folder and those above it, each with its name on the disk. */
  make(folder: string): Promise<void>
  /** Answers after a sync of the folder that began after this call. */
  sync(folder: string): Promise<void>
}

/** Every folder asked for is `root` or below it. */
export function createFolders(root: string): Folders {
  const made = new Map<string, Promise<void>>()
  const waiting = new Map<string, { running: Promise<void>; next: Promise<void> | null }>()

  const sync = (folder: string): Promise<void> => {
    const turn = waiting.get(folder)
    if (turn !== undefined) {
      // A sync that runs already may have missed our file: all who come meanwhile share the one after it.
      turn.next ??= turn.running.catch(() => {}).then(() => begin(folder))
      return turn.next
    }
    return begin(folder)
  }
  const begin = (folder: string): Promise<void> => {
    const running = syncFolder(folder)
    const turn = { running, next: null }
    waiting.set(folder, turn)
    const done = (): void => {
      if (turn.next === null && waiting.get(folder) === turn) waiting.delete(folder)
    }
    running.then(done, done)
    return running
  }
  const makeOne = async (folder: string): Promise<void> => {
    if (folder === root) return makeFolder(root)
    await make(dirname(folder))
    await makeFolder(folder)
    // Also when it was there: another process may have made it a moment ago and not have synced it yet.
    await sync(dirname(folder))
  }
  const make = (folder: string): Promise<void> => {
    let making = made.get(folder)
    if (making === undefined) {
      making = makeOne(folder)
      made.set(folder, making)
      making.catch(() => made.delete(folder))
    }
    return making
  }
  return { make, sync }
}
