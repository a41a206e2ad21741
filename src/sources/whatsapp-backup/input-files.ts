/** What the operator's files are: databases and backups to capture, and what goes with them. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { isBackupFolder } from './ios/backup-folder.ts'

export interface InputFiles {
  /** Databases, backups, and folders of iPhone backups, in the order given. */
  readonly backups: readonly string[]
  /** wa.db or an encrypted one, if it was among the files. */
  readonly contacts?: string
  readonly keyFile?: string
}

const contactsName = /^wa\.db(?:\.crypt1[245])?$/i
const keyName = /^(?:key|encrypted_backup\.key)$/i
/** They go with the database they are named after. */
const logName = /-(?:wal|shm|journal)$/i

/** Throws AppError `file-not-found`, or `not-a-message-file` where there is nothing to capture. */
export async function sortFiles(files: readonly string[]): Promise<InputFiles> {
  const found: { backups: string[]; contacts?: string; keyFile?: string } = { backups: [] }
  for (const path of files) {
    const name = basename(path)
    const facts = await stat(path).catch(() => undefined)
    if (facts === undefined)
      throw new AppError('file-not-found', `The file ${name} is not there or cannot be read.`)
    if (facts.isDirectory() && !(await isBackupFolder(path))) {
      throw new AppError(
        'not-a-message-file',
        `The folder ${name} is no iPhone backup (it has no Manifest.db): give the backup's own folder, or the file msgstore.db.`,
      )
    }
    if (contactsName.test(name)) found.contacts = path
    else if (keyName.test(name)) found.keyFile = path
    else if (!logName.test(name)) found.backups.push(path)
  }
  if (found.backups.length === 0 && files.length > 0) {
    throw new AppError(
      'not-a-message-file',
      'None of the files holds messages: give msgstore.db or a backup of it.',
    )
  }
  return found
}

const besideMax = 1_000

/** `wa.db`, or an encrypted one, in the folder of a database. */
export async function contactsBeside(path: string): Promise<string | undefined> {
  const folder = dirname(path)
  const names = (await readdir(folder).catch(() => [])).slice(0, besideMax)
  const name = names.filter((one) => contactsName.test(one)).sort((a, b) => a.length - b.length)[0]
  return name === undefined ? undefined : join(folder, name)
}
