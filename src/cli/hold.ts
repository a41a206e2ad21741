/** Holds: placing, looking, releasing. */
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { act, type Context, withPlatform } from './context.ts'
import type { PlaceOptions, ReleaseOptions } from './hold-acts.ts'

export function addHoldCommands(program: Command): void {
  const hold = program.command('hold').description('what may not be disposed of, and why')
  addPlacing(hold)
  addViews(hold)
  addEnding(hold)
}

function addPlacing(hold: Command): void {
  hold
    .command('place')
    .description('from now on nothing of these mailboxes, or of what a query finds there, is disposed of')
    .argument('<name>')
    .requiredOption('--mailbox <address...>', 'the mailboxes')
    .option('--query <keyql>', 'only what it finds, with its families, and what cannot be looked into')
    .option('--days <number>', 'each item so long, from the latest of sent, captured and imported')
    .option('--case <name>', 'a hold of this case')
    .option('--note <text>', 'what the people concerned are told')
    .option('--owner <name>', 'who answers for it')
    .option('--url <address>', 'where to read more')
    .option('--confidential', 'nobody but you and its readers knows of it')
    .option('--reader <user...>', 'who sees a confidential one as well')
    .action(
      act((context, options: PlaceOptions, name: string) =>
        withActs(context, (acts, platform) => acts.place(context, platform, name, options)),
      ),
    )
  hold
    .command('add')
    .description('more mailboxes')
    .argument('<name>')
    .requiredOption('--mailbox <address...>')
    .action(
      act((context, options: { mailbox: string[] }, name: string) =>
        withActs(context, (acts, platform) => acts.add(context, platform, name, options.mailbox)),
      ),
    )
}

function addViews(hold: Command): void {
  hold
    .command('list')
    .description('holds, those in force first')
    .action(act((context) => withActs(context, (acts, platform) => acts.list(context, platform))))
  hold
    .command('show')
    .description('one hold and its mailboxes')
    .argument('<name>')
    .action(
      act((context, _options, name: string) =>
        withActs(context, (acts, platform) => acts.show(context, platform, name)),
      ),
    )
  hold
    .command('stats')
    .description('how much it holds, counted now')
    .argument('<name>')
    .action(
      act((context, _options, name: string) =>
        withActs(context, (acts, platform) => acts.stats(context, platform, name)),
      ),
    )
  hold
    .command('delays')
    .description('mailboxes in the 30 days after a release')
    .action(act((context) => withActs(context, (acts, platform) => acts.delays(context, platform))))
  hold
    .command('requests')
    .description('what waits for a second person')
    .action(act((context) => withActs(context, (acts, platform) => acts.requests(context, platform))))
}

function addEnding(hold: Command): void {
  hold
    .command('release')
    .description('ends it; its mailboxes stay held for 30 days')
    .argument('<name>')
    .requiredOption('--reason <text>')
    .option('--mailbox <address...>', 'only of these; of all unless told')
    .action(
      act((context, options: ReleaseOptions, name: string) =>
        withActs(context, (acts, platform) => acts.release(context, platform, name, options)),
      ),
    )
  hold
    .command('end-delay')
    .description('asks another person to end the 30 days of a mailbox before their time')
    .argument('<number>', 'from "hold delays"')
    .requiredOption('--reason <text>')
    .action(
      act((context, options: { reason: string }, delay: string) =>
        withActs(context, (acts, platform) => acts.delayEnd(context, platform, delay, options.reason)),
      ),
    )
  hold
    .command('decide')
    .description('does, declines or withdraws what waits')
    .argument('<number>', 'from "hold requests"')
    .argument('<decision>', 'done, declined or withdrawn')
    .action(
      act((context, _options, request: string, decision: string) =>
        withActs(context, (acts, platform) => acts.decide(context, platform, request, decision)),
      ),
    )
}

async function withActs(
  context: Context,
  work: (acts: typeof import('./hold-acts.ts'), platform: Platform) => Promise<void>,
): Promise<void> {
  await withPlatform(context, async (platform) => work(await import('./hold-acts.ts'), platform))
}
