/** A backup made ready for the reading thread: opened, its neighbours found, and what its records' contexts begin with. */
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { CapturedGap, Json } from '../source.ts'
import { openBackup } from './encryption/open-backup.ts'
import { contactsBeside } from './input-files.ts'
import { findDatabases } from './ios/backup-folder.ts'
import { type MediaFolder, openBackupMedia, openMediaFolder, sha256OfFile } from './media-folder.ts'
import type { ReadOrder } from './read-item.ts'
import type { WhatsappBackupSettings } from './settings.ts'
import { withItsLog } from './work-folder.ts'

export interface Prepared {
  readonly order: ReadOrder
  readonly media: MediaFolder | undefined
  readonly gaps: readonly CapturedGap[]
}

/** `work`: a folder for clear text. Throws AppError with what is wrong with the backup, its key, or the settings. */
export async function prepareBackup(
  path: string,
  settings: WhatsappBackupSettings,
  work: string,
): Promise<Prepared> {
  const facts = await stat(path)
  return facts.isDirectory() ? prepareFolder(path, settings, work) : prepareFile(path, settings, work)
}

async function prepareFolder(
  folder: string,
  settings: WhatsappBackupSettings,
  work: string,
): Promise<Prepared> {
  const { chats, ...others } = await findDatabases(folder)
  const { path, alone } = await withItsLog(chats, work)
  const context = { app: 'iphone', file: basename(folder), sha256: await sha256OfFile(chats) }
  const order: ReadOrder = { app: 'iphone', path, alone, ...others, ...custodianOf(settings), context }
  const media = settings.media === undefined ? openBackupMedia(folder) : openMediaFolder(settings.media)
  return { order, media: await media, gaps: [] }
}

async function prepareFile(path: string, settings: WhatsappBackupSettings, work: string): Promise<Prepared> {
  const name = basename(path)
  const limit = settings.unpackedBytesMax
  const opened = await openBackup(path, join(work, 'msgstore.db'), settings, limit)
  refuseOtherNumber(name, opened.numberEnds, settings.custodian)
  const { contacts, gaps } = await prepareContacts(path, settings, work)
  const readable = opened.path === path ? await withItsLog(path, work) : { path: opened.path, alone: true }
  const app = /chatstorage/i.test(name) ? 'iphone' : 'android'
  const context: { readonly [key: string]: Json } = {
    ...{ app, file: name, sha256: await sha256OfFile(path) },
    ...(opened.version === 'plain' ? {} : { encryption: opened.version }),
  }
  return {
    order: { app, ...readable, ...custodianOf(settings), ...(contacts ? { contacts } : {}), context },
    media: settings.media === undefined ? undefined : await openMediaFolder(settings.media),
    gaps,
  }
}

function custodianOf({ custodian }: WhatsappBackupSettings): { readonly custodian?: string } {
  return custodian === undefined ? {} : { custodian }
}

/** The head of a backup has the last two digits of the number it was made for: another person's is refused. */
function refuseOtherNumber(name: string, ends: string | undefined, custodian: string | undefined): void {
  if (ends === undefined || custodian === undefined || custodian.endsWith(ends)) return
  throw new AppError(
    'bad-settings',
    `The backup ${name} was made for a number that ends in ${ends}, and the custodian's ends in ${custodian.slice(-2)}: give the custodian whose phone it is.`,
    { details: { file: name } },
  )
}

/** Names are worth having, but no message is lost for want of them. */
async function prepareContacts(path: string, settings: WhatsappBackupSettings, work: string) {
  const beside = settings.contacts ?? (await contactsBeside(path))
  if (beside === undefined) return { gaps: [] }
  try {
    const opened = await openBackup(beside, join(work, 'wa.db'), settings, settings.unpackedBytesMax)
    return { contacts: opened.path, gaps: [] }
  } catch (error) {
    if (!isAppError(error) || settings.contacts !== undefined) throw error
    const gap: CapturedGap['gap'] = {
      reason: 'contacts-unreadable',
      key: basename(beside),
      explanation: `No names were read: ${error.message}`,
    }
    return { gaps: [{ gap }] }
  }
}
