/** Dispositions: what was destroyed, and making it final. */
import type { Command } from 'commander'
import { act, withPlatform } from './context.ts'

export function addDispositionCommands(program: Command): void {
  program
    .command('compact')
    .description('make past dispositions final: tables, write-ahead log and old keys')
    .action(
      act((context) =>
        withPlatform(context, async (platform) =>
          (await import('./disposition-acts.ts')).makeFinal(context, platform),
        ),
      ),
    )
  program
    .command('disposition')
    .description('what was disposed of, run by run')
    .command('list')
    .description('runs, latest first, each with the date since when it is logical and since when it is final')
    .action(
      act((context) =>
        withPlatform(context, async (platform) =>
          (await import('./disposition-acts.ts')).list(context, platform),
        ),
      ),
    )
}
