/** Test support: captures files as the site does and decodes them as the centre does. */
import { hash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Message } from '../../domain/message.ts'
import type { CapturedGap, CapturedRecord, RecordAttachment, RegisteredUserFacts } from '../source.ts'
import { wechatExport } from './index.ts'

export interface Captured {
  readonly messages: Message[]
  /** Explanations of records that could not be decoded. */
  readonly undecodable: string[]
  readonly records: CapturedRecord[]
  readonly gaps: CapturedGap['gap'][]
}

export const custodian = '+447700900001'
export const ada: RegisteredUserFacts = {
  name: 'Ada Ferrars',
  mobile: custodian,
  email: 'ada@firm.example',
}

/** Writes the files (names may have folders) and captures the first of them. */
export async function captureFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  settings: Record<string, unknown> = {},
): Promise<Captured> {
  const folder = await mkdtemp(join(tmpdir(), 'wechat-export-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), content)
    }
    return await capturePath(join(folder, Object.keys(files)[0]!), settings)
  } finally {
    await rm(folder, { recursive: true })
  }
}

export async function capturePath(path: string, settings: Record<string, unknown> = {}): Promise<Captured> {
  const captured: Captured = { messages: [], undecodable: [], records: [], gaps: [] }
  const parsed = wechatExport.settings.parse({ custodian, ...settings })
  const input = { files: [path], settings: parsed, registeredUsers: [ada] }
  for await (const found of wechatExport.capture(input)) {
    if ('gap' in found) {
      captured.gaps.push(found.gap)
      continue
    }
    captured.records.push(found)
    const result = await decodeStored(found)
    if (result.decoded) captured.messages.push(result.message)
    else captured.undecodable.push(result.explanation)
  }
  return captured
}

/** The context goes through JSON, as it does on its way to the centre. */
async function decodeStored(record: CapturedRecord) {
  const attachments: RecordAttachment[] = []
  for (const { name, mediaType, reference, open } of record.attachments) {
    const content = await buffer(await open())
    const sha256 = hash('sha256', content)
    attachments.push({ name, mediaType, reference, bytes: content.length, sha256 })
  }
  const context = JSON.parse(JSON.stringify(record.context))
  return wechatExport.decode({ ...record, context, attachments })
}
