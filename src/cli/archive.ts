/** In-place archiving: which mailboxes have an archive, and the move of old items into it. */
import { type Command, Option } from 'commander'
import type { Platform } from '../app.ts'
import type { PolicyOptions } from './archive-acts.ts'
import { act, type Context, withPlatform } from './context.ts'

export function addArchiveCommands(program: Command): void {
  const archive = program
    .command('archive')
    .description('the archive area of mailboxes: old items move there')
  archive
    .command('enable')
    .description('from the next run on old items of these mailboxes move')
    .argument('<address...>')
    .option('--policy <name>', 'two years, unless told')
    .action(
      act((context, options: { policy?: string }, addresses: string[]) =>
        withActs(context, (acts, platform) => acts.enable(context, platform, addresses, options.policy)),
      ),
    )
  archive
    .command('disable')
    .description('nothing moves any more; what is in the archive stays there')
    .argument('<address...>')
    .action(
      act((context, _options, addresses: string[]) =>
        withActs(context, (acts, platform) => acts.disable(context, platform, addresses)),
      ),
    )
  archive
    .command('list')
    .description('mailboxes, their policy, and how many items lie where')
    .action(act((context) => withActs(context, (acts, platform) => acts.list(context, platform))))
  archive
    .command('run')
    .description('move what is due; a worker does it each day')
    .option('--as-of <time>', 'as if it were then; never later than now')
    .action(
      act((context, options: { asOf?: string }) =>
        withActs(context, (acts, platform) => acts.run(context, platform, options.asOf)),
      ),
    )
  archive
    .command('tag')
    .description('give an item a personal tag of its mailbox’s policy')
    .argument('<item>')
    .argument('[tag]', 'none takes it away')
    .action(
      act((context, _options, item: string, tag?: string) =>
        withActs(context, (acts, platform) => acts.tag(context, platform, item, tag ?? null)),
      ),
    )
  addPolicies(archive.command('policy').description('when items move'))
}

function addPolicies(policy: Command): void {
  policy
    .command('list')
    .description('policies and their tags')
    .action(act((context) => withActs(context, (acts, platform) => acts.policies(context, platform))))
  policy
    .command('create')
    .description('days count from when a message was sent; "never" keeps it')
    .argument('<name>')
    .option('--days <days>', 'of the whole mailbox')
    .option('--whatsapp-days <days>', 'of the folder WhatsApp Archiver')
    .option('--wechat-days <days>', 'of the folder WeChat Archiver')
    .addOption(new Option('--personal <name=days...>', 'tags that people give to items'))
    .action(
      act((context, options: PolicyOptions, name: string) =>
        withActs(context, (acts, platform) => acts.createPolicy(context, platform, name, options)),
      ),
    )
}

type Acts = typeof import('./archive-acts.ts')

function withActs(context: Context, work: (acts: Acts, platform: Platform) => Promise<void>): Promise<void> {
  return withPlatform(context, async (platform) => work(await import('./archive-acts.ts'), platform))
}
