/** The folder of an iPhone backup: which of its nameless files are WhatsApp's. */
import { hash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../../domain/errors.ts'
import { readStart } from '../encryption/read-start.ts'
import { packingOf } from '../encryption/unpack.ts'

const domain = 'AppDomainGroup-group.net.whatsapp.WhatsApp.shared'

export interface IosDatabases {
  readonly chats: string
  readonly contacts?: string
  readonly calls?: string
  readonly lids?: string
}

/** Whether a folder is an iPhone backup, told by its list of files. */
export async function isBackupFolder(folder: string): Promise<boolean> {
  return isFile(join(folder, 'Manifest.db'))
}

/**
 * Throws AppError `encrypted-backup` (the list of files is no database then) or `not-a-message-file` where WhatsApp's
 * databases are not in it, as when WhatsApp keeps an end-to-end encrypted backup of its own.
 */
export async function findDatabases(folder: string): Promise<IosDatabases> {
  const name = basename(folder)
  if (packingOf(await readStart(join(folder, 'Manifest.db'), 16)) !== 'sqlite') {
    throw new AppError(
      'encrypted-backup',
      `The iPhone backup ${name} is encrypted: make one in Finder or iTunes with "Encrypt local backup" switched off, and capture that.`,
    )
  }
  const chats = fileInBackup(folder, 'ChatStorage.sqlite')
  if (!(await isFile(chats))) {
    throw new AppError(
      'not-a-message-file',
      `The iPhone backup ${name} has no ChatStorage.sqlite of WhatsApp: switch WhatsApp's end-to-end encrypted backup off on the phone, and make the backup again.`,
    )
  }
  // The contents of an encrypted backup are encrypted one by one, even where its list was opened.
  if (packingOf(await readStart(chats, 16)) !== 'sqlite') {
    throw new AppError(
      'encrypted-backup',
      `The files in the iPhone backup ${name} are encrypted: make one with "Encrypt local backup" switched off.`,
    )
  }
  const [contacts, calls, lids] = await Promise.all(
    ['ContactsV2.sqlite', 'CallHistory.sqlite', 'LID.sqlite'].map(async (path) => {
      const found = fileInBackup(folder, path)
      return (await isFile(found)) ? found : undefined
    }),
  )
  return { chats, ...(contacts ? { contacts } : {}), ...(calls ? { calls } : {}), ...(lids ? { lids } : {}) }
}

/** `path` as WhatsApp knows it (`Message/Media/…/a.jpg`) → where the backup keeps it. */
export function fileInBackup(folder: string, path: string): string {
  const id = hash('sha1', `${domain}-${path}`)
  return join(folder, id.slice(0, 2), id)
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}
