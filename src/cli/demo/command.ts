import type { Command } from 'commander'
import { act } from '../context.ts'
import { portOf } from '../start.ts'
import type { DemoOptions } from './demo.ts'

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('a pretend firm in ./data/demo: its day captured, both connectors run; leaves it running')
    .option('--exit', 'stop after the table')
    .option('--port <number>', 'port to listen on', portOf)
    .action(
      act(async (context, options: DemoOptions) => {
        const { runDemo } = await import('./demo.ts')
        await runDemo(context, options)
      }),
    )
}
