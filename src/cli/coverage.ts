/** Coverage: how it stands, what is missing, what is attested, and how another archive compares. */
import { type Command, Option } from 'commander'
import { act, withPlatform } from './context.ts'
import type { AttestOptions, CompareOptions } from './coverage-acts.ts'
import type { GapOptions, ReconcileOptions } from './coverage-show.ts'

export function addCoverageCommands(program: Command): void {
  const coverage = program
    .command('coverage')
    .description('who is captured, what is missing, and the signed attestation of it')
  addViews(coverage)
  addStatements(coverage)
  addActs(coverage)
}

function addViews(coverage: Command): void {
  onAccount(coverage.command('show'))
    .description('people by way in, routes, and how far each day’s messages have come')
    .option('--no-refresh', 'as last told, without asking the site')
    .action(
      act((context, options: GapOptions & { refresh: boolean }) =>
        withPlatform(context, async (platform) =>
          (await import('./coverage-show.ts')).show(context, platform, options),
        ),
      ),
    )
  onAccount(coverage.command('gaps'))
    .description('what is known to be missing, newest first')
    .addOption(new Option('--state <state>').choices(['open', 'accepted', 'closed']))
    .action(
      act((context, options: GapOptions) =>
        withPlatform(context, async (platform) =>
          (await import('./coverage-show.ts')).gaps(context, platform, options),
        ),
      ),
    )
  onAccount(coverage.command('reconcile'))
    .description(
      'what two ways in of the same person both have, and what only one has, by day of sending (UTC)',
    )
    .option('--from <day>', 'such as 2026-03-17; six days before the last unless told')
    .option('--to <day>', 'included; today unless told')
    .action(
      act((context, options: ReconcileOptions) =>
        withPlatform(context, async (platform) =>
          (await import('./coverage-show.ts')).reconcile(context, platform, options),
        ),
      ),
    )
}

function addStatements(coverage: Command): void {
  onAccount(coverage.command('attest'))
    .description('the signed attestation of a day (UTC), made where there is none yet')
    .option('--day <day>', 'such as 2026-03-17; yesterday unless told')
    .option('--out <file>', 'write it there')
    .action(
      act((context, options: AttestOptions) =>
        withPlatform(context, async (platform) =>
          (await import('./coverage-acts.ts')).attest(context, platform, options),
        ),
      ),
    )
  coverage
    .command('verify')
    .description('whether an attestation or a comparison is as it was signed; needs no data folder')
    .argument('<file>')
    .requiredOption('--key <key>', 'the public key from the page Coverage, or a file with it')
    .action(
      act(async (context, { key }: { key: string }, file: string) =>
        (await import('./coverage-acts.ts')).verify(context, file, key),
      ),
    )
  coverage
    .command('key')
    .description('the public key that statements of this centre are verified with')
    .action(
      act((context) =>
        withPlatform(context, async (platform) =>
          (await import('./coverage-acts.ts')).key(context, platform),
        ),
      ),
    )
  onAccount(coverage.command('compare'))
    .description('message by message with another archive’s export: a CSV list, a folder or a zip of e-mails')
    .argument('<export>')
    .option('--from <time>')
    .option('--to <time>', 'up to here; else the time the export spans')
    .option('--tolerance <seconds>', 'how far two times of one message may differ', '120')
    .option('--out <file>', 'write the signed result there')
    .action(
      act((context, options: CompareOptions, path: string) =>
        withPlatform(context, async (platform) =>
          (await import('./coverage-acts.ts')).compare(context, platform, path, options),
        ),
      ),
    )
}

function addActs(coverage: Command): void {
  coverage
    .command('accept')
    .description('accept that what a gap stands for will not come any more')
    .argument('<gap>', 'its number')
    .requiredOption('--reason <text>')
    .action(
      act((context, { reason }: { reason: string }, gap: string) =>
        withPlatform(context, async (platform) =>
          (await import('./coverage-acts.ts')).accept(context, platform, gap, reason),
        ),
      ),
    )
  onAccount(coverage.command('heartbeat'))
    .description('a word that a probe of your own sends; its way into search is timed')
    .requiredOption('--route <name>', 'the way it is sent by')
    .action(
      act((context, options: { account?: string; route: string }) =>
        withPlatform(context, async (platform) =>
          (await import('./coverage-acts.ts')).heartbeat(context, platform, options),
        ),
      ),
    )
}

function onAccount(command: Command): Command {
  return command.option('--account <name>', 'the account at the site; needed where there are several')
}
