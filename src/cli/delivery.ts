import { type Command, Option } from 'commander'
import type { DestinationKind } from '../delivery/index.ts'
import { act, withPlatform } from './context.ts'
import type { AddOptions } from './delivery-setup.ts'
import { asApplication } from './microsoft-options.ts'

/** Commands on destinations; what they do is in delivery-setup.ts and delivery-run.ts. */
export function addDeliveryCommands(program: Command): void {
  const delivery = program
    .command('delivery')
    .description('copies of items on a mail server or at a journal address')
  addKinds(delivery.command('add').description('keep a destination, after trying it'))
  addViews(delivery)
  addRuns(delivery)
  addChanges(delivery)
}

function addKinds(add: Command): void {
  const exchange = add.command('exchange-online').description('mailboxes of Microsoft 365, through Graph')
  asApplication(common(exchange))
    .option('--item-bytes <count>', "the tenant's limit for a message, attachments together")
    .option('--connections <count>', 'mailboxes at once')
    .action(adding('exchange-online'))
  onServer(common(add.command('imap').description('mailboxes of any IMAP server')))
    .addOption(
      new Option('--login <way>').choices(['master-user', 'own-passwords', 'oauth']).default('master-user'),
    )
    .requiredOption('--password-file <file>', 'the master user’s password, or CSV of address,password')
    .option('--folder-prefix <path>', 'put the folders below this one')
    .action(adding('imap'))
  onServer(common(add.command('smtp-journal').description('a journal address, as Exchange journals')))
    .requiredOption('--to <address>', 'the journal address')
    .requiredOption('--from <address>', 'who sends the reports')
    .option('--password-file <file>')
    .action(adding('smtp-journal'))
}

function common(command: Command): Command {
  return command
    .requiredOption('--name <name>')
    .option('--connector <name...>', 'connectors that deliver here; none unless told')
    .option('--new-only', 'not what they have imported so far')
    .option('--mailbox <address>', 'a mailbox to try too')
    .option('--no-test', 'keep it without trying it')
}

function onServer(command: Command): Command {
  return command
    .requiredOption('--host <host>')
    .requiredOption('--port <port>')
    .addOption(new Option('--tls <how>').choices(['tls', 'starttls', 'none-loopback-only']).default('tls'))
    .option('--ca <file>', 'PEM of the authority that signed the server’s certificate')
    .option('--user <name>')
    .option('--connections <count>', 'at once')
}

function adding(kind: DestinationKind) {
  return act((context, options: AddOptions) =>
    withPlatform(context, async (platform) =>
      (await import('./delivery-setup.ts')).add(context, platform, kind, options),
    ),
  )
}

function addViews(delivery: Command): void {
  delivery
    .command('list')
    .action(
      act((context) =>
        withPlatform(context, async (platform) =>
          (await import('./delivery-reports.ts')).list(context, platform),
        ),
      ),
    )
  delivery
    .command('status')
    .description('what waits, was delivered, was refused; of all destinations unless one is named')
    .argument('[name]')
    .action(
      act((context, _options, name?: string) =>
        withPlatform(context, async (platform) =>
          (await import('./delivery-reports.ts')).showStatus(context, platform, name),
        ),
      ),
    )
  delivery
    .command('exceptions')
    .description('items that were not taken, and why')
    .argument('<name>')
    .action(
      act((context, _options, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./delivery-reports.ts')).showExceptions(context, platform, name),
        ),
      ),
    )
  delivery
    .command('test')
    .description('try sign-in and permissions again')
    .argument('<name>')
    .option('--mailbox <address>', 'a mailbox to try too')
    .action(
      act((context, { mailbox }: { mailbox?: string }, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./delivery-reports.ts')).test(context, platform, name, mailbox ?? null),
        ),
      ),
    )
}

function addRuns(delivery: Command): void {
  delivery
    .command('run')
    .description('deliver what waits now; at all destinations unless one is named')
    .argument('[name]')
    .action(
      act((context, _options, name?: string) =>
        withPlatform(
          context,
          async (platform) => (await import('./delivery-run.ts')).run(context, platform, name),
          { stopsItself: true },
        ),
      ),
    )
  delivery
    .command('retry')
    .description('let what was refused or given up wait again, and deliver it')
    .argument('<name>')
    .option('--mailbox <address>', 'only of this mailbox')
    .action(
      act((context, { mailbox }: { mailbox?: string }, name: string) =>
        withPlatform(
          context,
          async (platform) =>
            (await import('./delivery-run.ts')).retry(context, platform, name, mailbox ?? null),
          { stopsItself: true },
        ),
      ),
    )
  delivery
    .command('reconcile')
    .description('compare the folders at the destination with the ledger')
    .argument('<name>')
    .option('--again', 'put what is missing back to be delivered')
    .action(
      act((context, { again }: { again?: boolean }, name: string) =>
        withPlatform(
          context,
          async (platform) =>
            (await import('./delivery-run.ts')).compare(context, platform, name, again ?? false),
          { stopsItself: true },
        ),
      ),
    )
}

function addChanges(delivery: Command): void {
  const simple = (verb: 'pause' | 'resume' | 'remove', description: string) =>
    delivery
      .command(verb)
      .description(description)
      .argument('<name>')
      .action(
        act((context, _options, name: string) =>
          withPlatform(context, async (platform) =>
            (await import('./delivery-setup.ts'))[verb](context, platform, name),
          ),
        ),
      )
  simple('pause', 'deliver nothing until resumed; what is imported waits')
  simple('resume', 'deliver again')
  simple('remove', 'remove the destination; what it holds stays there')
  delivery
    .command('attach')
    .description('let a connector deliver here too')
    .argument('<name>')
    .requiredOption('--connector <name>')
    .option('--new-only', 'not what it has imported so far')
    .action(
      act((context, options: { connector: string; newOnly?: boolean }, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./delivery-setup.ts')).attach(context, platform, name, options),
        ),
      ),
    )
  delivery
    .command('detach')
    .description('deliver nothing more of a connector here; what waits still goes')
    .argument('<name>')
    .requiredOption('--connector <name>')
    .action(
      act((context, options: { connector: string }, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./delivery-setup.ts')).detach(context, platform, name, options),
        ),
      ),
    )
}
