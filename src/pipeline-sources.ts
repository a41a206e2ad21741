/** The sources this program is made with. The only list of them. */
import type { RawRecord } from './domain/record.ts'
import type { DecodeResult, Source } from './sources/source.ts'
import { wechatExport } from './sources/wechat-export/index.ts'
import { wecomArchive } from './sources/wecom-archive/index.ts'
import { whatsappExport } from './sources/whatsapp-export/index.ts'

export const sources: readonly Source[] = [
  whatsappExport as Source,
  wecomArchive as Source,
  wechatExport as Source,
]

const byName = new Map(sources.map((source) => [source.name, source]))

/** Decodes with the source that captured the record; a record of a source this program lacks is kept undecoded. */
export function decodeRecord(sourceName: string, record: RawRecord): DecodeResult {
  const source = byName.get(sourceName)
  if (source) return source.decode(record)
  const explanation = `This program has no source named "${sourceName}"; install the release that captured the record.`
  return { decoded: false, reason: 'undecodable', explanation }
}
