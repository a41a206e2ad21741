/** Test support: captures files as the site does and decodes them as the centre does. */

import { hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { Message } from '../../domain/message.ts'
import type { RawRecord, RecordAttachment } from '../../domain/record.ts'
import type { CapturedGap, CapturedRecord, DecodeResult, RegisteredUserFacts } from '../source.ts'
import { emailDrop } from './index.ts'

export interface Captured {
  readonly records: CapturedRecord[]
  readonly raw: RawRecord[]
  readonly results: DecodeResult[]
  readonly gaps: CapturedGap['gap'][]
  /** Contents of attachments, by name. */
  readonly contents: Map<string, Buffer>
}

export async function captureFiles(
  files: readonly string[],
  settings: Record<string, unknown> = {},
  registeredUsers: readonly RegisteredUserFacts[] = [],
): Promise<Captured> {
  const parsed = emailDrop.settings.parse(settings)
  const found = await Array.fromAsync(emailDrop.capture({ files, settings: parsed, registeredUsers }))
  return collect(found)
}

export async function collect(found: Iterable<CapturedRecord | CapturedGap>): Promise<Captured> {
  const captured: Captured = { records: [], raw: [], results: [], gaps: [], contents: new Map() }
  for (const one of found) {
    if ('gap' in one) captured.gaps.push(one.gap)
    else {
      const raw = await stored(one, captured.contents)
      captured.records.push(one)
      captured.raw.push(raw)
      captured.results.push(emailDrop.decode(raw))
    }
  }
  return captured
}

async function stored(record: CapturedRecord, contents: Map<string, Buffer>): Promise<RawRecord> {
  const attachments: RecordAttachment[] = []
  for (const { name, mediaType, reference, open } of record.attachments) {
    const content = await buffer(await open())
    contents.set(name, content)
    const facts = { bytes: content.length, sha256: hash('sha256', content) }
    attachments.push({ name, mediaType, reference, ...facts })
  }
  const { channel, bytes, place, context } = record
  return { channel, bytes, place, context: JSON.parse(JSON.stringify(context)), attachments }
}

export function messagesOf({ results }: Captured): Message[] {
  return results.map((result) => {
    if (!result.decoded) throw new Error(result.explanation)
    return result.message
  })
}

/** The one message of an e-mail that is captured from a file of its own. */
export async function readOne(bytes: Uint8Array, settings: Record<string, unknown> = {}): Promise<Message> {
  return messagesOf(await captureBytes({ 'one.eml': bytes }, settings))[0]!
}

/** Captures files of these names from a folder. */
export function captureBytes(
  files: Readonly<Record<string, Uint8Array | string>>,
  settings: Record<string, unknown> = {},
  registeredUsers: readonly RegisteredUserFacts[] = [],
): Promise<Captured> {
  return withFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    return captureFiles([folder], settings, registeredUsers)
  })
}

export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'email-drop-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export async function writeZip(
  path: string,
  entries: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}
