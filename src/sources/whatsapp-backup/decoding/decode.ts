/** A record of a backup becomes a message of ours. Pure: the same record gives the same message. */
import { parseLosslessJson } from '../../formats/lossless-json.ts'
import type { DecodeResult, RawRecord } from '../../source.ts'
import { tellAddOn } from './android-add-on.ts'
import { tellAndroidMessage } from './android-message.ts'
import { tellOlderMessage } from './android-older.ts'
import { tellAndroidCall, tellIosCall } from './calls.ts'
import { tellIosMessage } from './ios-message.ts'
import { messageOf } from './message.ts'
import { type Parties, partiesOf } from './parties.ts'
import { isRaw, type Raw } from './raw.ts'
import { tellReceipt } from './receipt.ts'
import type { Told } from './told.ts'

const readers: ReadonlyMap<unknown, (record: Raw, parties: Parties) => Told> = new Map([
  ['message', tellAndroidMessage],
  ['messages', tellOlderMessage],
  ['message_add_on', tellAddOn],
  ['call_log', tellAndroidCall],
  ['receipt_user', tellReceipt],
  ['ZWAMESSAGE', tellIosMessage],
  ['ZWACDCALLEVENT', tellIosCall],
])

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Never throws: what cannot be read answers `decoded: false` and says why and where. */
export function decodeRecord(record: RawRecord): DecodeResult {
  const raw = parse(record.bytes)
  if (raw === null) return undecodable(record, 'it is not the JSON that capture writes')
  const reader = readers.get(raw.table)
  if (reader === undefined || !isRaw(raw.row)) return undecodable(record, 'it names no table that is read')
  const parties = partiesOf(record.context)
  return { decoded: true, message: messageOf(reader(raw, parties), record, raw, parties) }
}

function parse(bytes: Uint8Array): Raw | null {
  try {
    const value = parseLosslessJson(decoder.decode(bytes))
    return isRaw(value) ? value : null
  } catch {
    return null
  }
}

function undecodable({ place }: RawRecord, problem: string): DecodeResult {
  const row = place.index === undefined ? '' : ` of row ${place.index}`
  return {
    decoded: false,
    reason: 'undecodable',
    explanation: `The record${row} at byte ${place.offset} cannot be read: ${problem}.`,
  }
}
