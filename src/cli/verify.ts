import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { act, type Context, withPlatform } from './context.ts'

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('compare the index with the catalogue, and content with its hashes')
    .option('--full', 'all content, not a sample of it')
    .action(
      act((context, { full }: { full?: boolean }) =>
        withPlatform(context, (platform) => verify(context, platform, full ?? false)),
      ),
    )
}

async function verify(_context: Context, _platform: Platform, _full: boolean): Promise<void> {
  throw new Error('not there yet')
}
