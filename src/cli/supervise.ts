/** Supervision: policies, their dictionaries and templates, and what they find. */
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { act, type Context, withPlatform } from './context.ts'
import type { RunOptions } from './supervise-acts.ts'

/** Answers the command, for what else is done with what was found. */
export function addSuperviseCommands(program: Command): Command {
  const supervise = program.command('supervise').description('what is looked for in whose messages')
  addPolicies(supervise.command('policy').description('policies, in versions that never change'))
  addDictionaries(supervise.command('dictionary').description('lists of terms of any length'))
  supervise
    .command('templates')
    .description('the policies that come with the program')
    .action(act((context) => withActs(context, (acts) => acts.listTemplates(context))))
  supervise
    .command('run')
    .description('look at what waits; with --back-test at the whole archive, writing counts only')
    .argument('<policy>')
    .option('--back-test', 'what it would find, before it is switched on')
    .option('--policy-version <number>', 'of the back-test; the newest unless told')
    .action(
      act((context, options: RunOptions, name: string) =>
        withActs(context, (acts, platform) => acts.run(context, platform, name, options)),
      ),
    )
  return supervise
}

function addPolicies(policy: Command): void {
  policy
    .command('import')
    .description('save a policy: a new one as a draft, a known one as its next version')
    .argument('<file>', 'JSON')
    .option('--activate', 'and let it look from now on')
    .action(
      act((context, options: { activate?: boolean }, file: string) =>
        withActs(context, (acts, platform) => acts.importPolicy(context, platform, file, options)),
      ),
    )
  policy
    .command('create')
    .description('a draft with the rules of a template, for everybody')
    .argument('<name>')
    .requiredOption('--template <template>', 'see "supervise templates"')
    .action(
      act((context, { template }: { template: string }, name: string) =>
        withActs(context, (acts, platform) => acts.createFromTemplate(context, platform, name, template)),
      ),
    )
  policy
    .command('list')
    .action(act((context) => withActs(context, (acts, platform) => acts.listAll(context, platform))))
  named(policy, 'show', 'its state, versions and back-tests', 'show')
  policy
    .command('export')
    .description('the document, as it can be imported')
    .argument('<name>')
    .option('--policy-version <number>', 'the newest unless told')
    .action(
      act((context, { policyVersion }: RunOptions, name: string) =>
        withActs(context, (acts, platform) => acts.exportPolicy(context, platform, name, policyVersion)),
      ),
    )
  policy
    .command('activate')
    .description('look from now on; a paused one also at what came meanwhile')
    .argument('<name>')
    .option('--policy-version <number>', 'the newest unless told')
    .action(
      act((context, { policyVersion }: RunOptions, name: string) =>
        withActs(context, (acts, platform) => acts.activate(context, platform, name, policyVersion)),
      ),
    )
  named(policy, 'pause', 'look no more; what comes meanwhile waits', 'pause')
}

function addDictionaries(dictionary: Command): void {
  dictionary
    .command('import')
    .description('a new version, which every policy that names it takes in')
    .argument('<name>')
    .argument('<file>', 'a term a line, or CSV with the column "term"')
    .action(
      act((context, _options, name: string, file: string) =>
        withActs(context, (acts, platform) => acts.importDictionary(context, platform, name, file)),
      ),
    )
  dictionary
    .command('list')
    .action(act((context) => withActs(context, (acts, platform) => acts.dictionaries(context, platform))))
}

function named(parent: Command, name: string, description: string, does: 'show' | 'pause'): void {
  parent
    .command(name)
    .description(description)
    .argument('<name>')
    .action(
      act((context, _options, policy: string) =>
        withActs(context, (acts, platform) => acts[does](context, platform, policy)),
      ),
    )
}

type Acts = typeof import('./supervise-acts.ts')

function withActs(context: Context, work: (acts: Acts, platform: Platform) => Promise<void>): Promise<void> {
  return withPlatform(context, async (platform) => work(await import('./supervise-acts.ts'), platform))
}
