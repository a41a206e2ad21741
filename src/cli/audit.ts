/** The audit log: search, export, and how long records are kept. */
import { type Command, Option } from 'commander'
import type { Platform } from '../app.ts'
import type { ExportOptions, FilterOptions, PolicyOptions } from './audit-acts.ts'
import { act, type Context, withPlatform } from './context.ts'

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('who did and saw what')
  filtered(audit.command('search'))
    .description('records, newest first')
    .option('--limit <count>', 'at most so many', '100')
    .action(
      act((context, options: FilterOptions & { limit: string }) =>
        withActs(context, (acts, platform) => acts.search(context, platform, options)),
      ),
    )
  filtered(audit.command('export'))
    .description('all records that match, however many')
    .argument('<file>', 'written anew; "-" for standard output')
    .addOption(
      new Option('--form <form>', "purview: JSON lines as in Microsoft 365's audit log")
        .choices(['csv', 'jsonl', 'purview'])
        .default('csv'),
    )
    .option('--untouched', 'CSV as it is, formulas of spreadsheets included')
    .action(
      act((context, options: ExportOptions, file: string) =>
        withActs(context, (acts, platform) => acts.exportTo(context, platform, file, options)),
      ),
    )
  addPolicies(audit.command('policy').description('how long records are kept; for ever without one'))
  audit
    .command('expire')
    .description('remove the records whose time is over; a worker does it each day')
    .action(act((context) => withActs(context, (acts, platform) => acts.expire(context, platform))))
}

function addPolicies(policy: Command): void {
  policy
    .command('create')
    .description('records of changes are kept six years at least, whatever it says')
    .argument('<name>')
    .requiredOption('--keep <time>', '3m, 6m, 9m, 1y, 3y, 5y, 6y, 7y or 10y')
    .requiredOption('--priority <number>', '1 to 10000; the smallest that applies decides')
    .option('--user <name...>', 'whose records; everybody’s unless told')
    .option('--operation <operation...>', 'of what; of everything unless told')
    .action(
      act((context, options: PolicyOptions, name: string) =>
        withActs(context, (acts, platform) => acts.createPolicy(context, platform, name, options)),
      ),
    )
  policy
    .command('list')
    .description('the one that decides first')
    .action(act((context) => withActs(context, (acts, platform) => acts.listPolicies(context, platform))))
  policy
    .command('remove')
    .description('what it would have removed is kept')
    .argument('<name>')
    .action(
      act((context, _options, name: string) =>
        withActs(context, (acts, platform) => acts.removePolicy(context, platform, name)),
      ),
    )
}

function filtered(command: Command): Command {
  return command
    .option('--from <time>', 'such as 2026-03-17, in UTC')
    .option('--to <time>', 'up to here')
    .option('--user <name...>', 'whose')
    .option('--operation <operation...>', 'such as open-item')
    .addOption(new Option('--outcome <outcome>').choices(['succeeded', 'refused', 'failed']))
    .option('--target <id>', 'what was acted on, or an item that was shown')
}

type Acts = typeof import('./audit-acts.ts')

function withActs(context: Context, work: (acts: Acts, platform: Platform) => Promise<void>): Promise<void> {
  return withPlatform(context, async (platform) => work(await import('./audit-acts.ts'), platform))
}
