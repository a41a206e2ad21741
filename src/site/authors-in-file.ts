import type { CapturedRecord } from '../sources/source.ts'
import type { RecordKeyer } from './record-key.ts'

const remembered = new WeakMap<object, ReadonlySet<string>>()

/**
 * Tags (base64) of all authors the record's file names (`context.authors`); empty when the source does not say, or
 * not of all of them (`context.authorCount`): then nothing follows from a name that is missing.
 */
export function authorsInFile(keyer: RecordKeyer, record: CapturedRecord): ReadonlySet<string> {
  const known = remembered.get(record.context)
  if (known) return known
  const { authors, authorCount } = record.context
  const names = Array.isArray(authors) ? authors.filter((author) => typeof author === 'string') : []
  const isWhole = authorCount === undefined || authorCount === names.length
  const tags = new Set(isWhole ? names.map((name) => keyer.authorTag(record, name).toString('base64')) : [])
  remembered.set(record.context, tags)
  return tags
}
