/** Test support: captures files as the site does and decodes them as the centre does. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Message } from '../../domain/message.ts'
import type { CapturedGap, CapturedRecord, RecordAttachment, RegisteredUserFacts } from '../source.ts'
import { whatsappExport } from './index.ts'

export interface Captured {
  readonly messages: Message[]
  readonly records: CapturedRecord[]
  readonly gaps: CapturedGap['gap'][]
}

export async function captureFiles(
  files: readonly string[],
  settings: Record<string, unknown> = {},
  registeredUsers: readonly RegisteredUserFacts[] = [],
): Promise<Captured> {
  const captured: Captured = { messages: [], records: [], gaps: [] }
  const parsed = whatsappExport.settings.parse(settings)
  for await (const found of whatsappExport.capture({ files, settings: parsed, registeredUsers })) {
    if ('gap' in found) {
      captured.gaps.push(found.gap)
      continue
    }
    captured.records.push(found)
    captured.messages.push(await decodeStored(found))
  }
  return captured
}

/** The context goes through JSON, as it does on its way to the centre. */
async function decodeStored(record: CapturedRecord): Promise<Message> {
  const attachments: RecordAttachment[] = []
  for (const { name, mediaType, reference, open } of record.attachments) {
    const content = await buffer(await open())
    const sha256 = createHash('sha256').update(content).digest('hex')
    attachments.push({ name, mediaType, reference, bytes: content.length, sha256 })
  }
  const context = JSON.parse(JSON.stringify(record.context))
  const result = whatsappExport.decode({ ...record, context, attachments })
  if (!result.decoded) throw new Error(result.explanation)
  return result.message
}

export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'whatsapp-export-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Captures one text under a file name. */
export function captureText(
  text: string | Uint8Array,
  settings: Record<string, unknown> = {},
  name = 'chat.txt',
  registeredUsers: readonly RegisteredUserFacts[] = [],
): Promise<Captured> {
  return withFolder(async (folder) => {
    await writeFile(join(folder, name), text)
    return captureFiles([join(folder, name)], settings, registeredUsers)
  })
}
