/** Retention: policies, labels, scopes, reviews, runs, and what went. */
import { type Command, Option } from 'commander'
import type { Platform } from '../app.ts'
import { act, type Context, withPlatform } from './context.ts'
import type { CreateOptions, LabelOptions } from './retention-acts.ts'

export function addRetentionCommands(program: Command): void {
  const retention = program.command('retention').description('how long items are kept, and when they go')
  addPolicies(retention)
  retention
    .command('run')
    .description('dispose of what is due; a worker does it each day')
    .option('--as-of <time>', 'by the rules of then; for a time to come it only tells')
    .action(
      act((context, { asOf }: { asOf?: string }) =>
        withActs(context, (acts, platform) => acts.run(context, platform, asOf)),
      ),
    )
  retention
    .command('disposed')
    .description('what went: when, by which rule, who approved')
    .option('--run <number>')
    .option('--limit <count>', 'at most so many', '1000')
    .action(
      act((context, options: { run?: string; limit: string }) =>
        withActs(context, (acts, platform) => acts.disposed(context, platform, options)),
      ),
    )
  retention
    .command('presets')
    .description('periods that rules of some places ask for')
    .action(act((context) => withActs(context, (acts) => acts.listPresets(context))))
  addLabels(retention.command('label').description('labels of items'))
  addReviews(retention.command('review').description('what waits for people to approve that it goes'))
  addScopes(retention.command('scope').description('mailboxes by what the directory says of them'))
}

function addPolicies(retention: Command): void {
  period(retention.command('create'))
    .description('a draft; simulate it, then two people switch it on')
    .argument('<name>')
    .addOption(
      new Option('--from <what>', 'when the time begins').choices(['created', 'modified']).default('created'),
    )
    .option('--mailbox <address...>', 'for these alone; for all unless told')
    .option('--exclude <address...>', 'for all but these')
    .option('--scope <name>', 'for the members of an adaptive scope')
    .option('--early', 'may dispose of what was imported less than 90 days ago')
    .option('--basis <text>', 'whose rule it follows')
    .option('--lock', 'lock it once it is on; nobody can loosen it then (asks --approved-by)')
    .option('--approved-by <name>', 'simulate it, and switch it on by this second person')
    .action(
      act((context, options: CreateOptions, name: string) =>
        withActs(context, (acts, platform) => acts.create(context, platform, name, options)),
      ),
    )
  retention
    .command('list')
    .action(act((context) => withActs(context, (acts, platform) => acts.list(context, platform))))
  named(retention, 'show', 'what it says, and its last simulation', 'show')
  named(retention, 'simulate', 'what it would do to today’s archive', 'simulate')
  retention
    .command('on')
    .description('switch on what was simulated')
    .argument('<name>')
    .requiredOption('--approved-by <name>', 'the second person')
    .action(
      act((context, { approvedBy }: { approvedBy: string }, name: string) =>
        withActs(context, (acts, platform) => acts.on(context, platform, name, approvedBy)),
      ),
    )
  named(retention, 'off', 'what it retained is kept for 30 days longer', 'off')
  named(retention, 'lock', 'it can become longer and wider only, for ever', 'lock')
  named(retention, 'delete', 'a draft that was never on', 'deleteDraft')
}

function addLabels(label: Command): void {
  period(label.command('create'))
    .argument('<name>')
    .addOption(
      new Option('--from <what>').choices(['created', 'modified', 'labelled', 'event']).default('labelled'),
    )
    .addOption(new Option('--record <kind>').choices(['none', 'record', 'regulatory']).default('none'))
    .option('--query <keyql>', 'what gets it by itself')
    .option('--review <names...>', 'who approves, a stage each; several of a stage with commas')
    .option('--early', 'may dispose of what was imported less than 90 days ago')
    .action(
      act((context, options: LabelOptions, name: string) =>
        withActs(context, (acts, platform) => acts.createLabel(context, platform, name, options)),
      ),
    )
  label
    .command('list')
    .action(act((context) => withActs(context, (acts, platform) => acts.labels(context, platform))))
  label
    .command('apply')
    .description('to an item, by hand')
    .argument('<item>')
    .argument('[label]', 'none takes it away')
    .action(
      act((context, _options, item: string, name?: string) =>
        withActs(context, (acts, platform) => acts.applyLabel(context, platform, item, name ?? null)),
      ),
    )
  label
    .command('event')
    .description('what an item’s label waits for happened')
    .argument('<item>')
    .argument('<time>')
    .action(
      act((context, _options, item: string, time: string) =>
        withActs(context, (acts, platform) => acts.event(context, platform, item, time)),
      ),
    )
  label
    .command('default')
    .description('what items of mailboxes have that have no label of their own')
    .argument('<label>', '"none" takes it away')
    .argument('<address...>')
    .action(
      act((context, _options, name: string, addresses: string[]) =>
        withActs(context, (acts, platform) => acts.defaultLabel(context, platform, name, addresses)),
      ),
    )
}

function addReviews(review: Command): void {
  review
    .command('list')
    .action(act((context) => withActs(context, (acts, platform) => acts.reviews(context, platform))))
  review
    .command('approve')
    .argument('<item...>')
    .option('--comment <text>')
    .action(
      act((context, { comment }: { comment?: string }, items: string[]) =>
        withActs(context, (acts, platform) =>
          acts.decide(context, platform, items, { act: 'approve', comment }),
        ),
      ),
    )
  review
    .command('extend')
    .argument('<time>', 'kept until then')
    .argument('<item...>')
    .option('--comment <text>')
    .action(
      act((context, { comment }: { comment?: string }, time: string, items: string[]) =>
        withActs(context, (acts, platform) => acts.extend(context, platform, items, time, comment)),
      ),
    )
  review
    .command('relabel')
    .argument('<label>')
    .argument('<item...>')
    .option('--comment <text>')
    .action(
      act((context, { comment }: { comment?: string }, label: string, items: string[]) =>
        withActs(context, (acts, platform) =>
          acts.decide(context, platform, items, { act: 'relabel', label, comment }),
        ),
      ),
    )
}

function addScopes(scope: Command): void {
  scope
    .command('create')
    .argument('<name>')
    .argument('<condition...>', 'such as department=Sales, name^Dr (begins with), department!=Sales')
    .option('--any', 'one condition is enough')
    .action(
      act((context, { any }: { any?: boolean }, name: string, conditions: string[]) =>
        withPlatform(context, async (platform) => {
          const { createScope } = await import('./retention-scope-acts.ts')
          await createScope(context, platform, name, conditions, any ?? false)
        }),
      ),
    )
  scope.command('list').action(
    act((context) =>
      withPlatform(context, async (platform) => {
        const { listScopes } = await import('./retention-scope-acts.ts')
        await listScopes(context, platform)
      }),
    ),
  )
}

function period(command: Command): Command {
  return command
    .addOption(
      new Option('--action <action>')
        .choices(['retain', 'delete', 'retain-then-delete'])
        .makeOptionMandatory(),
    )
    .option('--days <number>', 'for so many days')
    .option('--months <number>', 'for so many calendar months')
    .option('--years <number>', 'for so many calendar years; for ever without any')
}

function named(
  retention: Command,
  name: string,
  description: string,
  verb: 'show' | 'simulate' | 'off' | 'lock' | 'deleteDraft',
): void {
  retention
    .command(name)
    .description(description)
    .argument('<name>')
    .action(
      act((context, _options, policy: string) =>
        withActs(context, (acts, platform) => acts[verb](context, platform, policy)),
      ),
    )
}

type Acts = typeof import('./retention-acts.ts')

function withActs(context: Context, work: (acts: Acts, platform: Platform) => Promise<void>): Promise<void> {
  return withPlatform(context, async (platform) => work(await import('./retention-acts.ts'), platform))
}
