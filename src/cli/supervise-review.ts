/** What people do with what supervision found: the queue, decisions, samples, reports. */
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { act, type Context, withPlatform } from './context.ts'
import type { DecisionOptions, QueueOptions, SampleOptions, SpanOptions } from './supervise-review-acts.ts'

export function addReviewCommands(supervise: Command): void {
  supervise
    .command('queue')
    .description('alerts that wait for review, the serious first')
    .argument('<policy>')
    .option('--resolved', 'those that are resolved instead')
    .option('--limit <count>', 'at most so many', '50')
    .action(
      act((context, options: QueueOptions, name: string) =>
        withActs(context, (acts, platform) => acts.queue(context, platform, name, options)),
      ),
    )
  decision(supervise, 'resolve', 'end the review of an alert and its near duplicates').requiredOption(
    '--as <tag>',
    'compliant, non-compliant, questionable, or a word of yours',
  )
  decision(supervise, 'tag', 'say what it is found to be, and go on').requiredOption(
    '--as <tag>',
    'compliant, non-compliant, questionable, or a word of yours',
  )
  decision(supervise, 'comment', 'add a word to its record, by --comment')
  decision(supervise, 'reopen', 'take it up again; say why by --comment')
  decision(supervise, 'escalate', 'to another reviewer; say why by --comment').requiredOption(
    '--to <user>',
    'who shall look',
  )
  decision(supervise, 'escalate-case', 'to an investigation').requiredOption('--case <name>')
  decision(supervise, 'notify', 'send a letter to somebody whose mailbox is kept; --comment is what it says')
    .requiredOption('--to <address>')
    .requiredOption('--subject <text>')
  decision(supervise, 'second-look', 'a second person’s finding on what is resolved').requiredOption(
    '--as <tag>',
  )
  addSamples(supervise.command('sample').description('draws from the messages in which nothing was found'))
  span(supervise.command('report'))
    .description('how much is found, how right it is, how long it takes, what may be missed')
    .action(
      act((context, options: SpanOptions, name: string) =>
        withActs(context, (acts, platform) => acts.report(context, platform, name, options)),
      ),
    )
  supervise
    .command('evidence-pack')
    .description('the year of a policy in one JSON file')
    .argument('<policy>')
    .argument('<year>')
    .argument('<file>', 'written anew')
    .action(
      act((context, _options, name: string, year: string, file: string) =>
        withActs(context, (acts, platform) => acts.evidence(context, platform, name, year, file)),
      ),
    )
  supervise
    .command('relations')
    .description(
      'who must not review whom; with a file, replaces them: person,other,relation (supervisor or compensation)',
    )
    .argument('[file]')
    .action(
      act((context, _options, file?: string) =>
        withActs(context, (acts, platform) => acts.relations(context, platform, file)),
      ),
    )
}

function addSamples(sample: Command): void {
  span(sample.command('commit'))
    .description('commit to a seed in the integrity log; nothing is drawn yet')
    .option('--percent <share>', 'what the policy says unless told')
    .option('--by <stratum...>', 'channel, department, direction')
    .action(
      act((context, options: SampleOptions, name: string) =>
        withActs(context, (acts, platform) => acts.commit(context, platform, name, options)),
      ),
    )
  sample
    .command('draw')
    .description('draw, put what was drawn into the queue, and tell the seed')
    .argument('<sample>')
    .action(
      act((context, _options, id: string) =>
        withActs(context, (acts, platform) => acts.draw(context, platform, id)),
      ),
    )
  sample
    .command('list')
    .argument('<policy>')
    .action(
      act((context, _options, name: string) =>
        withActs(context, (acts, platform) => acts.samples(context, platform, name)),
      ),
    )
}

function decision(supervise: Command, name: string, description: string): Command {
  const command = supervise
    .command(name)
    .description(description)
    .argument('<alert...>')
    .option('--comment <text>')
  return command.action(
    act((context, options: DecisionOptions, alerts: string[]) =>
      withActs(context, (acts, platform) => acts.decideOn(context, platform, name, alerts, options)),
    ),
  )
}

function span(command: Command): Command {
  return command
    .argument('<policy>')
    .requiredOption('--from <time>', 'such as 2026-01-01, in UTC')
    .requiredOption('--to <time>', 'up to here')
}

type Acts = typeof import('./supervise-review-acts.ts')

function withActs(context: Context, work: (acts: Acts, platform: Platform) => Promise<void>): Promise<void> {
  return withPlatform(context, async (platform) => work(await import('./supervise-review-acts.ts'), platform))
}
