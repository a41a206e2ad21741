/** What is new, by the way that the settings name. */
import type { Json } from '../../../domain/record.ts'
import type { Pulled, RouteGiven } from '../../live-source.ts'
import type { FileTree } from './file-tree.ts'
import { pullMailbox } from './imap.ts'
import { createLocalTree } from './local-tree.ts'
import { pullFiles } from './pull-files.ts'
import type { EmailDropRouteSettings, EmailDropSecret, FolderWay, SftpWay } from './route-settings.ts'
import { openSftpTree } from './sftp-tree.ts'

export type EmailDropGiven = RouteGiven<EmailDropRouteSettings, EmailDropSecret>

/** Nothing where the route listens: what comes is kept and split. */
export async function* pullEmails(
  given: EmailDropGiven & { readonly cursor: Json | null },
): AsyncIterable<Pulled> {
  const { settings } = given
  if (settings.way === 'imap') yield* pullMailbox({ ...given, settings })
  else if (settings.way !== 'smtp') yield* pullTree(given, settings)
}

async function* pullTree(
  given: EmailDropGiven & { readonly cursor: Json | null },
  settings: FolderWay | SftpWay,
): AsyncIterable<Pulled> {
  const tree = await openTree(given, settings)
  try {
    yield* pullFiles({ ...given, settings }, tree)
  } finally {
    await tree.close()
  }
}

export async function openTree(given: EmailDropGiven, settings: FolderWay | SftpWay): Promise<FileTree> {
  return settings.way === 'folder' ? createLocalTree(settings.folder) : openSftpTree({ ...given, settings })
}
