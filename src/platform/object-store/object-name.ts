import { AppError } from '../../domain/errors.ts'

const namePart = /^[a-z0-9._-]+$/

/**
 * Refuses a name that the port does not allow. Parts neither begin nor end with a dot: `.` and `..` would
 * leave the folder, the local store keeps its unfinished files under a dot, and Azure drops a dot at the end.
 */
export function checkObjectName(name: string): void {
  const allowed =
    name.length <= 200 && name.split('/').every((part) => namePart.test(part) && !/^\.|\.$/.test(part))
  if (!allowed) throw new RangeError(`Not an object name: ${JSON.stringify(name)}`)
}

/** Refuses what no name can begin with; the empty prefix is the beginning of all. */
export function checkObjectPrefix(prefix: string): void {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  const rest = prefix.slice(folder.length)
  if (folder !== '') checkObjectName(folder.slice(0, -1))
  if (rest !== '' && (!namePart.test(rest) || rest.startsWith('.')))
    throw new RangeError(`Not the beginning of an object name: ${JSON.stringify(prefix)}`)
}

export interface ObjectRange {
  readonly offset: number
  readonly length?: number
}

/** Refuses a range that is not made of whole numbers from 0. */
export function checkRange(range: ObjectRange): void {
  const { offset, length = 0 } = range
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
    throw new RangeError(`Not a range: ${offset}, ${length}`)
}

/** What a get of an absent object throws, in every adapter. */
export function objectNotFound(name: string): AppError {
  return new AppError(
    'object-not-found',
    `The object store has no object ${name}. Restore it from a backup, or run "holdfast verify" to see what is affected.`,
    { details: { object: name } },
  )
}
