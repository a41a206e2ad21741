import { openCentre, type Platform } from '../app.ts'
import {
  type BackupParts,
  backUp,
  checkBackup,
  type ReplayParts,
  replayLog,
  restore,
  resumeDisposition,
} from '../backup/index.ts'
import { AppError } from '../domain/errors.ts'
import type { Context } from './context.ts'
import { factsText } from './output.ts'
import { createProgress } from './progress.ts'
import { shownTime } from './times.ts'

export interface RestoreCommandOptions {
  readonly set?: string
  readonly replay?: boolean
  readonly log?: string
  readonly dryRun?: boolean
  readonly resume?: boolean
  readonly withoutLog?: boolean
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
  options: RestoreCommandOptions,
): Promise<void> {
  const { set, by, approvedBy } = options
  const parts = await partsOf(platform)
  if (options.replay) return replay(context, parts, options)
  if (options.resume) {
    await resumeDisposition(parts, by ?? '', approvedBy ?? '', { withoutLog: options.withoutLog ?? false })
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
      'Nothing is disposed of until two people let it: "holdfast restore --replay" does again what a newer log tells of the',
      'time since the backup and says what is left to people, then "holdfast restore --resume --by A --approved-by B".',
    ].join('\n'),
  )
}

async function replay(
  { output }: Context,
  parts: BackupParts,
  { log, dryRun }: RestoreCommandOptions,
): Promise<void> {
  const progress = createProgress(output, 'replay')
  const done = await replayLog(
    { ...parts, placeHold: (hold) => placeAgain(parts, hold) },
    { folder: log, dryRun: dryRun ?? false, onProgress: (at, total) => progress.at(at, total, 'items') },
  ).finally(() => progress.end())
  await output.document(done, ({ backup: made, entries, holds, releases, dispositions, forPeople }) =>
    [
      factsText({
        'backup made at': shownTime(made),
        'entries since': entries,
        [dryRun ? 'holds to place again' : 'holds placed again']: holds.filter(({ name }) => name !== null)
          .length,
        'holds released since': releases,
        'items disposed of since': dispositions.logged,
        'of them back again': dispositions.backAgain,
        'disposed of again': dispositions.disposed,
        'kept now': dispositions.kept,
      }),
      '',
      ...(forPeople.length === 0 ? ['Nothing is left to people.'] : ['Left to people:', ...forPeople]),
    ].join('\n'),
  )
}

async function placeAgain(
  parts: BackupParts,
  { mailboxIds, ...hold }: Parameters<ReplayParts['placeHold']>[0],
): Promise<number> {
  const { placeHold } = await import('../compliance/holds/index.ts')
  const whole = { ...hold, query: null, owner: null, url: null, caseName: null, readers: [] }
  return placeHold(parts, whole, mailboxIds, { username: 'local-operator' })
}
