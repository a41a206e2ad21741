/** Where the directory comes from: set up, tried, synced. */
import type { Command } from 'commander'
import { act, withPlatform } from './context.ts'
import type { GraphOptions } from './directory-set.ts'
import type { SyncCommandOptions } from './directory-sync.ts'
import { asApplication } from './microsoft-options.ts'

export function addDirectoryCommands(program: Command): void {
  const directory = program
    .command('directory')
    .description('mailboxes from Microsoft Graph, from a provider that pushes (SCIM), or from a file')
  addSync(directory)
  directory
    .command('status')
    .description('where mailboxes come from, how the last sync went, what could not be taken')
    .action(
      act((context) =>
        withPlatform(context, async (platform) =>
          (await import('./directory-sync.ts')).status(context, platform),
        ),
      ),
    )
  directory
    .command('release')
    .description('let an old mailbox go on with the user who has its address now')
    .argument('<address>')
    .action(
      act((context, _options, address: string) =>
        withPlatform(context, async (platform) =>
          (await import('./directory-set.ts')).release(context, platform, address),
        ),
      ),
    )
  addSettings(directory)
}

function addSync(directory: Command): void {
  directory
    .command('sync')
    .description('take over what changed at Microsoft Graph, or what a file says')
    .option('--dry-run', 'show what would change and change nothing')
    .option('--accept-removals', 'go on where more than a fifth of the active mailboxes would be closed')
    .option('--full', 'read all users again, not only what changed')
    .option('--csv <file>', 'from a file: address,name[,mobile,department,active]')
    .option('--complete', 'the file names everybody: whoever an earlier one named and this does not has left')
    .action(
      act((context, options: SyncCommandOptions) =>
        withPlatform(context, async (platform) =>
          (await import('./directory-sync.ts')).sync(context, platform, options),
        ),
      ),
    )
}

function addSettings(directory: Command): void {
  asApplication(
    directory
      .command('set')
      .description('set up a source')
      .command('graph')
      .description('users of Microsoft 365, through Microsoft Graph')
      .option('--destination <name>', 'as the destination of that name signs in'),
  ).action(
    act((context, options: GraphOptions) =>
      withPlatform(context, async (platform) =>
        (await import('./directory-set.ts')).setGraph(context, platform, options),
      ),
    ),
  )
  directory
    .command('remove')
    .description('end the asking of a source; mailboxes stay')
    .command('graph')
    .action(
      act((context) =>
        withPlatform(context, async (platform) =>
          (await import('./directory-set.ts')).removeGraph(context, platform),
        ),
      ),
    )
}
