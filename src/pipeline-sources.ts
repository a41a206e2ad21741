/** The sources this program is made with, and decoding by whichever captured a record. */
import type { RawRecord } from './domain/record.ts'
import { sources } from './source-registry.generated.ts'
import type { DecodeResult } from './sources/source.ts'

export { sources }

const byName = new Map(sources.map((source) => [source.name, source]))

/** Decodes with the source that captured the record; a record of a source this program lacks is kept undecoded. */
export function decodeRecord(sourceName: string, record: RawRecord): DecodeResult {
  const source = byName.get(sourceName)
  if (source) return source.decode(record)
  const explanation = `This program has no source named "${sourceName}"; install the release that captured the record.`
  return { decoded: false, reason: 'undecodable', explanation }
}
