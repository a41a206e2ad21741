/** The integrity log: checkpoints, proofs, its key. */
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { act, type Context, withPlatform } from './context.ts'
import type { BundleOptions } from './log-acts.ts'

export function addLogCommands(program: Command): void {
  const log = program.command('log').description('the integrity log: what proves that nothing was changed')
  log
    .command('checkpoint')
    .description('enter what waits, and sign the log as it is')
    .option('--day', 'the checkpoint of the day: timestamped, and copied to the witness')
    .action(
      act((context, { day }: { day?: boolean }) =>
        withActs(context, (acts, platform) => acts.checkpoint(context, platform, day ?? false)),
      ),
    )
  log
    .command('prove')
    .description('that an item is in the log, signed at once where need be')
    .argument('<id>', 'from a search')
    .action(
      act((context, _options, id: string) =>
        withActs(context, (acts, platform) => acts.prove(context, platform, id)),
      ),
    )
  log
    .command('key')
    .description('the key that checkpoints are verified with, as a verifier is given it')
    .action(act((context) => withActs(context, (acts, platform) => acts.key(context, platform))))
  log
    .command('status')
    .description('how far the log reaches, and what was signed last')
    .action(act((context) => withActs(context, (acts, platform) => acts.status(context, platform))))
  log
    .command('bundle')
    .description('items of a mailbox with everything that proves them, for somebody outside')
    .argument('<dir>', 'made anew')
    .requiredOption('--mailbox <address>')
    .option('--from <time>', 'sent from here on, such as 2026-03-17 (UTC)')
    .option('--to <time>', 'up to here')
    .action(
      act((context, options: BundleOptions, folder: string) =>
        withActs(context, (acts, platform) => acts.bundle(context, platform, folder, options)),
      ),
    )
  log
    .command('verify')
    .description('a bundle, without the archive: whether every byte of it is as it was entered')
    .argument('<bundle>', 'a folder made by "log bundle" or "escrow recover"')
    .option('--key <key>', 'the verifier key you were given; else the one in the bundle is believed')
    .action(
      act(async (context, options: { key?: string }, folder: string) =>
        (await import('./log-acts.ts')).verifyBundle(context, folder, options.key),
      ),
    )
}

type Acts = typeof import('./log-acts.ts')

function withActs(context: Context, work: (acts: Acts, platform: Platform) => Promise<void>): Promise<void> {
  return withPlatform(context, async (platform) => work(await import('./log-acts.ts'), platform))
}
