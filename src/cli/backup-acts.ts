import { openCentre, type Platform } from '../app.ts'
import { type BackupParts, backUp, checkBackup, restore, resumeDisposition } from '../backup/index.ts'
import { AppError } from '../domain/errors.ts'
import type { Context } from './context.ts'
import { factsText } from './output.ts'
import { createProgress } from './progress.ts'

export interface RestoreCommandOptions {
  readonly set?: string
  readonly resume?: boolean
  readonly by?: string
  readonly approvedBy?: string
}

async function partsOf(platform: Platform): Promise<BackupParts> {
  return { ...(await openCentre(platform)), ownerUrl: platform.database.ownerUrl }
}

export async function backup(context: Context, platform: Platform, folder: string): Promise<void> {
  const progress = createProgress(context.output, 'backup')
  const made = await backUp(await partsOf(platform), {
    folder,
    onProgress: (copied, total) => progress.at(copied, total, 'objects'),
  }).finally(() => progress.end())
  await context.output.document(made, ({ set, tables, rows, objects, objectsKept, bytes }) =>
    [
      factsText({ backup: set, tables, rows, objects, 'of them there already': objectsKept, bytes }),
      '',
      'The keys are not in it. Without them it cannot be read: keep a copy of "keys" elsewhere (holdfast keys backup).',
    ].join('\n'),
  )
}

/** Throws `backup-refused` where a byte differs. */
export async function check({ output }: Context, platform: Platform, folder: string): Promise<void> {
  const found = await checkBackup(await partsOf(platform), folder)
  const { set, files, bytes, problems } = found
  await output.document(found, () =>
    [factsText({ backup: set, files, bytes, problems: problems.length }), ...problems].join('\n'),
  )
  if (problems.length > 0)
    throw new AppError(
      'backup-refused',
      `The backup ${set} is damaged in ${problems.length} files; make a new one elsewhere.`,
    )
}

export async function restoreFrom(
  context: Context,
  platform: Platform,
  folder: string | undefined,
  { set, resume, by, approvedBy }: RestoreCommandOptions,
): Promise<void> {
  const parts = await partsOf(platform)
  if (resume) {
    await resumeDisposition(parts, by ?? '', approvedBy ?? '')
    return context.output.document({ resumed: true }, () => 'Dispositions go on.')
  }
  if (folder === undefined)
    throw new AppError('bad-settings', 'Name the folder of the backups, or give --resume.')
  const progress = createProgress(context.output, 'restore')
  const done = await restore(parts, {
    folder,
    ...(set === undefined ? {} : { set }),
    onProgress: (restored, total) => progress.at(restored, total, 'objects'),
  }).finally(() => progress.end())
  await context.output.document(done, ({ set: name, at, tables, rows, objects }) =>
    [
      factsText({ backup: name, 'made at': at, tables, rows, objects }),
      '',
      'Nothing is disposed of until two people let it: place the holds that were placed since the backup, run what was',
      'disposed of since, then "holdfast restore --resume --by A --approved-by B".',
    ].join('\n'),
  )
}
