/** Backup and restore of everything but the keys. */
import type { Command } from 'commander'
import type { RestoreCommandOptions } from './backup-acts.ts'
import { act, withPlatform } from './context.ts'

export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('copy everything but the keys into a folder, while everything goes on')
    .argument('<dir>', 'a folder with earlier backups gets only what is new')
    .option('--verify', 'copy nothing: read every byte of the last backup there')
    .action(
      act((context, options: { verify?: boolean }, folder: string) =>
        withPlatform(context, async (platform) => {
          const acts = await import('./backup-acts.ts')
          await (options.verify
            ? acts.check(context, platform, folder)
            : acts.backup(context, platform, folder))
        }),
      ),
    )
  program
    .command('restore')
    .description('a backup into an empty data folder that has the keys; dispositions wait afterwards')
    .argument('[dir]')
    .option('--set <name>', 'not the last backup but this one')
    .option(
      '--replay',
      'do again what a newer log tells of the time since the backup: holds and dispositions',
    )
    .option('--log <dir>', 'a copy of the newer object store, or the objects of a newer backup')
    .option('--dry-run', 'with --replay: only say what it tells')
    .option(
      '--resume',
      'let dispositions go on, when the log was replayed and what it left to people is done',
    )
    .option('--without-log', 'with --resume: there is no newer log any more')
    .option('--by <name>', 'who says so')
    .option('--approved-by <name>', 'the second person')
    .action(
      act((context, options: RestoreCommandOptions, folder?: string) =>
        withPlatform(context, async (platform) =>
          (await import('./backup-acts.ts')).restoreFrom(context, platform, folder, options),
        ),
      ),
    )
}
