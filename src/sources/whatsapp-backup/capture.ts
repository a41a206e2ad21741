/** Backups of phones become raw records: each the rows that make one message, exactly as they stand in the database. */
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { isAppError } from '../../domain/errors.ts'
import { normalisePhone, phoneMatchKey } from '../../domain/phone.ts'
import type {
  CapturedAttachment,
  CapturedGap,
  CapturedRecord,
  RecordContext,
  RegisteredUserFacts,
} from '../source.ts'
import type { Batch } from './batches.ts'
import { sortFiles } from './input-files.ts'
import type { MediaFolder } from './media-folder.ts'
import { prepareBackup } from './prepare.ts'
import { readDatabase } from './read-database.ts'
import { chatsRememberedMax, type ReadMedia } from './read-item.ts'
import type { WhatsappBackupSettings } from './settings.ts'
import { makeWorkFolder, removeWorkFolder } from './work-folder.ts'

type Captured = CapturedRecord | CapturedGap

/** Yields every record of the backups in order, and the gaps. Throws AppError for a file that is of another kind. */
export async function* captureBackups(
  files: readonly string[],
  settings: WhatsappBackupSettings,
  users: readonly RegisteredUserFacts[],
): AsyncGenerator<Captured> {
  const { backups, contacts, keyFile } = await sortFiles(files)
  const completed = {
    ...settings,
    contacts: settings.contacts ?? contacts,
    keyFile: settings.keyFile ?? keyFile,
  }
  for (const path of backups) {
    // One hop for each record: another generator in between costs more than decoding a message.
    for await (const some of captureBackup(path, completed, users)) for (const found of some) yield found
  }
}

/** The same of one backup, some at a time. */
export async function* captureBackup(
  path: string,
  settings: WhatsappBackupSettings,
  users: readonly RegisteredUserFacts[],
): AsyncGenerator<readonly Captured[]> {
  const work = await makeWorkFolder(settings.workFolder)
  try {
    const { order, media, gaps } = await prepareBackup(path, settings, work)
    yield gaps
    const name = basename(path)
    const file = fileCapture(name, settings.custodian, users, media)
    let yielded = false
    try {
      for await (const batch of readDatabase(order, name, settings)) {
        const found = await recordsOf(batch, file)
        yielded ||= found.length > 0
        yield found
      }
    } catch (error) {
      // What was read before is worth keeping; a backup of which nothing could be read is refused.
      if (!yielded || !isAppError(error, 'damaged-database')) throw error
      const gap: CapturedGap['gap'] = {
        reason: 'damaged-database',
        key: String(order.context.sha256),
        explanation: error.message,
      }
      yield [{ gap }]
    }
    yield file.withoutMedia()
  } finally {
    await removeWorkFolder(work)
  }
}

/** What the records of one file share while it is captured. */
interface FileCapture {
  /** Bytes of records so far: places count in the text that all records of the file make. */
  offset: number
  readonly contexts: Map<number, ChatFacts>
  custodianOf(context: RecordContext): string | undefined
  /** The message's file, or a gap that says why not. */
  attach(
    media: ReadMedia,
    messageId: string,
    custodian: string | undefined,
  ): Promise<CapturedAttachment | CapturedGap | null>
  withoutMedia(): CapturedGap[]
}

interface ChatFacts {
  readonly context: RecordContext
  readonly custodian: string | undefined
}

function fileCapture(
  name: string,
  given: string | undefined,
  users: readonly RegisteredUserFacts[],
  folder: MediaFolder | undefined,
): FileCapture {
  let notLookedFor = 0
  return {
    ...{ offset: 0, contexts: new Map() },
    custodianOf: ({ ownJid }) => given ?? registeredNumber(ownJid, users),
    async attach(media, messageId, custodian) {
      if (folder === undefined) {
        notLookedFor += 1
        return null
      }
      const found = await folder.find(media)
      if ('path' in found) return attachmentOf(media, found)
      return media.viewOnce ? null : mediaGap(media, messageId, found.problem, custodian)
    },
    withoutMedia() {
      if (notLookedFor === 0) return []
      const explanation = `${notLookedFor} messages of ${name} have files, and no media folder was given.`
      return [
        { gap: { reason: 'media-not-given', explanation, key: given ?? name, ...custodianPart(given) } },
      ]
    },
  }
}

/** The number as the registered user has it, where the phone's own jid is one of them. */
function registeredNumber(ownJid: unknown, users: readonly RegisteredUserFacts[]): string | undefined {
  if (typeof ownJid !== 'string' || !/^\d+@s\.whatsapp\.net$/.test(ownJid)) return undefined
  const number = normalisePhone(`+${ownJid.replace(/@.*$/, '')}`)
  if (number === null) return undefined
  return users.find(({ mobile }) => phoneMatchKey(mobile) === phoneMatchKey(number))?.mobile
}

async function recordsOf(batch: Batch, file: FileCapture): Promise<Captured[]> {
  keepContexts(batch, file)
  const captured: Captured[] = []
  const bytes = new Uint8Array(batch.bytes)
  let start = 0
  for (const [index, end] of batch.ends.entries()) {
    const { context, custodian } = file.contexts.get(batch.chats[index]!)!
    const media = batch.media[index]
    const found = media === undefined ? null : await file.attach(media, batch.messageIds[index]!, custodian)
    const refersTo = batch.refersTo[index]!
    const key = Number(batch.keys[index])
    captured.push({
      channel: 'whatsapp',
      bytes: bytes.subarray(start, end),
      place:
        Number.isSafeInteger(key) && key > 0 ? { offset: file.offset, index: key } : { offset: file.offset },
      ...{ context, identity: identityOf(batch, index, context, custodian) },
      ...custodianPart(custodian),
      attachments: found === null || 'gap' in found ? [] : [found],
      ...(refersTo === '' ? {} : { refersTo }),
    })
    if (found !== null && 'gap' in found) captured.push(found)
    file.offset += end - start
    start = end
  }
  const custodian = custodianPart(file.contexts.values().next().value?.custodian)
  for (const gap of batch.gaps) captured.push({ gap: { ...gap, ...custodian } })
  return captured
}

/** The reader forgets chats when it knows too many; those it may still name are among the last. */
function keepContexts({ contexts }: Batch, file: FileCapture): void {
  for (const { context, chat } of contexts) {
    file.contexts.set(chat, { context, custodian: file.custodianOf(context) })
  }
  for (const chat of file.contexts.keys()) {
    if (file.contexts.size <= 2 * chatsRememberedMax + contexts.length) break
    file.contexts.delete(chat)
  }
}

function identityOf(
  { messageIds, fingerprints }: Batch,
  index: number,
  { ownJid }: RecordContext,
  custodian: string | undefined,
): CapturedRecord['identity'] {
  const observer = custodian ?? (typeof ownJid === 'string' ? ownJid : '')
  const messageId = messageIds[index]!
  return messageId === ''
    ? { type: 'bytes', custodian: observer }
    : { type: 'vendor-id', messageId, observer, fingerprint: fingerprints[index]! }
}

function attachmentOf(
  { name, mediaType, path: reference }: ReadMedia,
  { path, bytes }: { readonly path: string; readonly bytes: number },
): CapturedAttachment {
  return { name, mediaType, reference, size: bytes, open: async () => createReadStream(path) }
}

const mediaProblems = {
  'media-lost': 'is not in the media folder',
  'media-damaged': 'is in the media folder with another content than was sent',
} as const

function mediaGap(
  { name }: ReadMedia,
  messageId: string,
  reason: keyof typeof mediaProblems,
  custodian: string | undefined,
): CapturedGap {
  const explanation = `The file ${name} of message ${messageId} ${mediaProblems[reason]}.`
  return { gap: { reason, explanation, key: messageId, ...custodianPart(custodian) } }
}

function custodianPart(custodian: string | undefined): { readonly custodian?: string } {
  return custodian === undefined ? {} : { custodian }
}
