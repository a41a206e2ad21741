/** Captures files as a site does and decodes what comes, for tests. */

import { hash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { Message } from '../../domain/message.ts'
import type { CapturedGap, CapturedRecord, RawRecord, RegisteredUserFacts } from '../source.ts'
import { whatsappBackup } from './index.ts'

export interface Seen {
  readonly records: readonly CapturedRecord[]
  readonly messages: readonly Message[]
  readonly gaps: readonly CapturedGap['gap'][]
}

export async function captureAll(
  files: readonly string[],
  settings: unknown = {},
  registeredUsers: readonly RegisteredUserFacts[] = [],
): Promise<Seen> {
  const records: CapturedRecord[] = []
  const messages: Message[] = []
  const gaps: CapturedGap['gap'][] = []
  const given = { files, settings: whatsappBackup.settings.parse(settings), registeredUsers }
  for await (const found of whatsappBackup.capture(given)) {
    if ('gap' in found) gaps.push(found.gap)
    else {
      records.push(found)
      messages.push(decoded(await stored(found)))
    }
  }
  return { records, messages, gaps }
}

export function decoded(record: RawRecord): Message {
  const result = whatsappBackup.decode(record)
  if (!result.decoded) throw new Error(result.explanation)
  return result.message
}

async function stored({ attachments, ...record }: CapturedRecord): Promise<RawRecord> {
  const kept = []
  for (const { name, mediaType, reference, open } of attachments) {
    const content = await buffer(await open())
    kept.push({ name, mediaType, reference, bytes: content.byteLength, sha256: hash('sha256', content) })
  }
  const { channel, bytes, place, context, custodian } = record
  return {
    channel,
    bytes,
    place,
    context,
    attachments: kept,
    ...(custodian === undefined ? {} : { custodian }),
  }
}

export function rowOf({ bytes }: { readonly bytes: Uint8Array }): { table: string; row: { _id: number } } {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as { table: string; row: { _id: number } }
}
