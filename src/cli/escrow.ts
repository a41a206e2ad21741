/** The escrow of keys: beginning it, how it stands, and what the officer recovers from it. */
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { act, type Context, withPlatform } from './context.ts'
import type { RecoverCommandOptions } from './escrow-acts.ts'

export function addEscrowCommands(program: Command): void {
  const escrow = program
    .command('escrow')
    .description('keys, sealed to an officer, in storage that keeps them until retention ends')
  escrow
    .command('key')
    .description("an officer's key pair, on the officer's own machine")
    .argument('<dir>', 'where officer.key (stays offline) and officer.pub (goes to the archive) are written')
    .action(act(async (context, _options, folder: string) => (await acts()).key(context, folder)))
  escrow
    .command('init')
    .description('begin the escrow that the settings name, for the officer whose public key they name')
    .action(act((context) => withActs(context, (one, platform) => one.init(context, platform))))
  escrow
    .command('sync')
    .description('bring it in step now: new keys, longer locks, copies whose time is over')
    .action(act((context) => withActs(context, (one, platform) => one.sync(context, platform))))
  escrow
    .command('status')
    .description('what lies in it, how it is locked, and what it may be called')
    .action(act((context) => withActs(context, (one, platform) => one.status(context, platform))))
  escrow
    .command('recover')
    .description(
      'records as EML with proofs, by the officer alone: no database, no key of the service, no sign-in',
    )
    .argument('<dir>', 'made anew')
    .requiredOption('--private-key <file>', 'the officer\'s, from "escrow key"')
    .option('--backup <dir>', 'a folder of "holdfast backup"; else the object store of the settings')
    .option('--objects <dir>', 'a copy of the object store')
    .option(
      '--key <key>',
      'the verifier key of the integrity log as it was published; else the one in the escrow is believed',
    )
    .option('--mailbox <address>', 'only what was in it when its key came into the escrow')
    .option('--from <time>', 'sent from here on, such as 2026-03-17 (UTC)')
    .option('--to <time>', 'up to here')
    .action(
      act(async (context, options: RecoverCommandOptions, folder: string) =>
        (await acts()).recoverItems(context, folder, options),
      ),
    )
}

type Acts = typeof import('./escrow-acts.ts')

function acts(): Promise<Acts> {
  return import('./escrow-acts.ts')
}

function withActs(context: Context, work: (one: Acts, platform: Platform) => Promise<void>): Promise<void> {
  return withPlatform(context, async (platform) => work(await acts(), platform))
}
