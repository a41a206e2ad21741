import type { Command } from 'commander'
import type { ChangeOptions } from './connector-change.ts'
import type { RunOptions } from './connector-run.ts'
import type { CreateOptions } from './connector-setup.ts'
import { act, withPlatform } from './context.ts'

/** Commands on connectors; what they do is in connector-setup.ts, connector-run.ts and connector-reports.ts. */
export function addConnectorCommands(program: Command): void {
  const connector = program.command('connector').description('take what a site captured into the mailboxes')
  addSetup(connector)
  addRuns(connector)
  addHistory(connector)
  addChanges(connector)
  connector
    .command('exceptions')
    .description('what was not imported and why')
    .argument('<name>')
    .option('--reprocess', 'try them again under the mapping and directory as they are now')
    .action(
      act((context, { reprocess }: { reprocess?: boolean }, name: string) =>
        reprocess
          ? withPlatform(
              context,
              async (platform) => (await import('./connector-run.ts')).reprocess(context, platform, name),
              { stopsItself: true },
            )
          : withPlatform(context, async (platform) =>
              (await import('./connector-reports.ts')).showExceptions(context, platform, name),
            ),
      ),
    )
}

function addSetup(connector: Command): void {
  connector
    .command('create')
    .description('sign in at a site and keep the connector')
    .argument('<type>', 'whatsapp or wechat (which takes WeCom too)')
    .requiredOption('--name <name>')
    .option('--site <url>', 'the archiver site; the one that runs on this data folder unless told')
    .requiredOption('--username <name>', "the account's user name at the site")
    .requiredOption('--password-file <file>')
    .option('--mapping <file>', 'CSV of External User ID and Microsoft 365 User Mailbox')
    .option('--no-automatic-mapping', "do not map by the participants' e-mail addresses")
    .option('--catch-all <address>', 'mailbox for messages whose participants have none')
    .option('--schedule <cron>', 'daily run; five fields as in cron (30 2 * * * unless told)')
    .option('--zone <zone>', 'time zone of the schedule (UTC unless told)')
    .option('--accept-terms', 'accept docs/operate/terms.md; who and when is recorded')
    .action(
      act((context, options: CreateOptions, type: string) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-setup.ts')).create(context, platform, type, options),
        ),
      ),
    )
  connector
    .command('list')
    .action(
      act((context) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-reports.ts')).list(context, platform),
        ),
      ),
    )
  connector
    .command('mapping')
    .description('replace the custom mapping')
    .argument('<name>')
    .requiredOption('--file <file>')
    .action(
      act((context, { file }: { file: string }, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-setup.ts')).setMapping(context, platform, name, file),
        ),
      ),
    )
  connector
    .command('mapping-template')
    .description('print an empty mapping file')
    .action(
      act(async ({ output }) => {
        const { mappingTemplate } = await import('../domain/mapping-file.ts')
        await output.bytes(Buffer.from(mappingTemplate))
      }),
    )
}

function addRuns(connector: Command): void {
  connector
    .command('run')
    .description('take everything not yet taken; with --from or --to, read a time of capture again')
    .argument('<name>')
    .option('--from <time>', 'captured at or after: 2026-03-17 (UTC) or an ISO time')
    .option('--to <time>', 'captured before')
    .action(
      act((context, options: RunOptions, name: string) =>
        withPlatform(
          context,
          async (platform) => (await import('./connector-run.ts')).run(context, platform, name, options),
          { stopsItself: true },
        ),
      ),
    )
  connector
    .command('status')
    .description('where the connector stands, its schedule and its last run')
    .argument('<name>')
    .action(
      act((context, _options, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-reports.ts')).showStatus(context, platform, name),
        ),
      ),
    )
  connector
    .command('report')
    .description('what a run did; the last one unless told')
    .argument('<name>')
    .option('--run <id>')
    .action(
      act((context, { run }: { run?: string }, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-reports.ts')).showReport(context, platform, name, run),
        ),
      ),
    )
}

type OfConnector = 'pause' | 'resume' | 'remove'

function addChanges(connector: Command): void {
  connector
    .command('change')
    .description('change what is named; new credentials are tried at the site before they are kept')
    .argument('<name>')
    .option('--rename <name>')
    .option('--site <url>', 'where the account answers now')
    .option('--username <name>', "the account's user name at the site")
    .option('--password-file <file>')
    .option('--automatic-mapping', "map by the participants' e-mail addresses")
    .option('--no-automatic-mapping', 'do not')
    .option('--catch-all <address>', 'mailbox for messages whose participants have none')
    .option('--no-catch-all', 'none')
    .option('--schedule <cron>', 'five fields as in cron')
    .option('--zone <zone>', 'time zone of the schedule')
    .option('--run-on-arrival', 'run whenever the site has something new, besides the schedule')
    .option('--no-run-on-arrival', 'by the schedule alone')
    .action(
      act((context, options: ChangeOptions, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-change.ts')).change(context, platform, name, options),
        ),
      ),
    )
  const simple = (verb: OfConnector, description: string) =>
    connector
      .command(verb)
      .description(description)
      .argument('<name>')
      .action(
        act((context, _options, name: string) =>
          withPlatform(context, async (platform) =>
            (await import('./connector-change.ts'))[verb](context, platform, name),
          ),
        ),
      )
  simple('pause', 'no scheduled runs until resumed; the site keeps capturing')
  simple('resume', 'scheduled runs again')
  simple('remove', 'remove the connector; what it imported stays')
  connector
    .command('cancel')
    .description('stop a run after the page at hand; the last one unless told')
    .argument('<name>')
    .option('--run <id>')
    .action(
      act((context, { run }: { run?: string }, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-change.ts')).cancel(context, platform, name, run),
        ),
      ),
    )
}

function addHistory(connector: Command): void {
  connector
    .command('runs')
    .description('all runs, newest first')
    .argument('<name>')
    .action(
      act((context, _options, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-reports.ts')).showRuns(context, platform, name),
        ),
      ),
    )
  connector
    .command('run-log')
    .description('print the log of all runs as CSV')
    .argument('<name>')
    .action(
      act((context, _options, name: string) =>
        withPlatform(context, async (platform) =>
          (await import('./connector-reports.ts')).printRunLog(context, platform, name),
        ),
      ),
    )
}
