import type { Command } from 'commander'
import { Option } from 'commander'
import { noticeLanguages } from '../domain/activation.ts'
import type { SiteParts } from '../site/index.ts'
import { act, type Context, withPlatform } from './context.ts'
import type {
  At,
  ExclusionOptions,
  InviteOptions,
  LeaveOptions,
  OfAccount,
  WithdrawOptions,
} from './site-activation-acts.ts'
import { groupOf } from './start.ts'

/** `holdfast site user invite|status|leave`, `holdfast site consent|notice|exclusion …`. */
export function addActivationCommands(site: Command): void {
  addUserActs(groupOf(site, 'user'))
  addConsentCommands(site.command('consent').description('consents of registered users'))
  addNoticeCommands(site.command('notice').description('what registered users are told before they answer'))
  addExclusionCommands(site.command('exclusion').description('conversations that are not captured'))
}

function addUserActs(user: Command): void {
  withAccount(user.command('invite'))
    .description('send a one-time link, or print it where no mail server is set up')
    .option('--mobile <number>', 'the user to invite')
    .option('--all', 'all who have neither answered nor a link that works')
    .addOption(
      new Option('--language <language>', 'of the invitation; without it the user’s own').choices(
        noticeLanguages,
      ),
    )
    .option('--by-hand', 'print the link although there is a mail server')
    .action(
      act((context, options: InviteOptions) =>
        at(context, options, async (place) => (await acts()).invite(context, place, options)),
      ),
    )
  withAccount(user.command('status'))
    .description('who is invited, has answered, is captured, silent, broken or has left')
    .action(
      act((context, options: OfAccount) =>
        at(context, options, async (place) => (await acts()).status(context, place)),
      ),
    )
  withAccount(user.command('leave'))
    .description('nothing of the user is captured from then on; what was captured stays')
    .requiredOption('--mobile <number>')
    .option('--at <time>', 'the instant; now without it')
    .action(
      act((context, options: LeaveOptions) =>
        at(context, options, async (place) => (await acts()).leave(context, place, options)),
      ),
    )
}

function addConsentCommands(consent: Command): void {
  withAccount(consent.command('withdraw'))
    .description('withdraw a consent on the user’s behalf, from now on')
    .requiredOption('--mobile <number>')
    .option('--cross-border', 'the consent to other countries, instead of the one to capture')
    .action(
      act((context, options: WithdrawOptions) =>
        at(context, options, async (place) => (await acts()).withdraw(context, place, options)),
      ),
    )
  withAccount(consent.command('required'))
    .description('whether nothing of a user is captured before he agrees; says how it is without a value')
    .argument('[yes|no]')
    .action(
      act((context, options: OfAccount, value: string | undefined) =>
        at(context, options, async (place) => (await acts()).required(context, place, value)),
      ),
    )
}

function addNoticeCommands(notice: Command): void {
  withAccount(notice.command('show'))
    .description('the notice that holds; with --json its texts can be changed and published')
    .action(
      act((context, options: OfAccount) =>
        at(context, options, async (place) => (await acts()).showNotice(context, place)),
      ),
    )
  withAccount(notice.command('publish'))
    .description('publish a new version: JSON with "version" (the one it follows) and "texts"')
    .argument('<file>')
    .action(
      act((context, options: OfAccount, file: string) =>
        at(context, options, async (place) => (await acts()).publish(context, place, file)),
      ),
    )
}

function addExclusionCommands(exclusion: Command): void {
  withAccount(exclusion.command('list')).action(
    act((context, options: OfAccount) =>
      at(context, options, async (place) => (await acts()).exclusions(context, place)),
    ),
  )
  withAccount(exclusion.command('propose'))
    .description('another person has to approve it')
    .requiredOption('--conversation <id>', 'the vendor’s id of the conversation; only a mark of it is kept')
    .requiredOption('--reason <text>', 'why, without names of those who take part')
    .option('--mobile <number>', 'the registered user whose conversation it is')
    .action(
      act((context, options: ExclusionOptions) =>
        at(context, options, async (place) => (await acts()).propose(context, place, options)),
      ),
    )
  for (const verb of ['approve', 'refuse', 'end'] as const)
    withAccount(exclusion.command(verb))
      .argument('<id>')
      .action(
        act((context, options: OfAccount, id: string) =>
          at(context, options, async (place) => (await acts()).decide(context, place, id, verb)),
        ),
      )
}

function withAccount(command: Command): Command {
  return command.requiredOption('--account <name>')
}

/** Loaded when a command runs: the help is quicker without it. */
const acts = () => import('./site-activation-acts.ts')

async function at(
  context: Context,
  { account: name }: OfAccount,
  work: (place: At) => Promise<void>,
): Promise<void> {
  await withPlatform(context, async (platform) => {
    const { openSite } = await import('../app.ts')
    const { accountByName } = await import('../site/index.ts')
    const site: SiteParts = await openSite(platform)
    await work({ platform, site, account: await accountByName(site, name) })
  })
}
