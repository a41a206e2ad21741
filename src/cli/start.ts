import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { Link } from '../access/index.ts'
import type { Config } from '../platform/config.ts'
import { act, type Context } from './context.ts'
import { keepPortalBuilt } from './portal-build.ts'
import type { ServedPart } from './running.ts'
import type { Services } from './services.ts'

interface StartOptions {
  readonly port?: number
  readonly host?: string
  readonly acceptClock?: boolean
}

interface Parts {
  readonly serves: readonly ServedPart[]
  readonly works: boolean
}

/** `start`, and the same parts as processes of their own. */
export function addStartCommands(program: Command): void {
  const everything: Parts = { serves: ['site', 'centre'], works: true }
  withAddress(program.command('start'))
    .description('everything in one process: site, centre with its portal, worker; prints the address')
    .action(act((context, options: StartOptions) => runServices(context, options, everything)))
  withAddress(groupOf(program, 'site').command('start'))
    .description('the archiver site alone')
    .action(
      act((context, options: StartOptions) =>
        runServices(context, options, { serves: ['site'], works: false }),
      ),
    )
  withAddress(groupOf(program, 'centre').command('start'))
    .description('the compliance centre: portal, API and a worker')
    .action(
      act((context, options: StartOptions) =>
        runServices(context, options, { serves: ['centre'], works: true }),
      ),
    )
  withClock(groupOf(program, 'worker').command('start'))
    .description('one more worker beside a centre')
    .action(
      act((context, options: StartOptions) => runServices(context, options, { serves: [], works: true })),
    )
}

const groupDescriptions: Readonly<Record<string, string>> = {
  site: 'the archiver site: accounts, registered users, capture, journal',
  centre: 'the compliance centre',
  worker: 'processes that do the work',
}

/** The group of that name; the first file that needs it makes it. */
export function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name)
  return known ?? program.command(name).description(groupDescriptions[name] ?? '')
}

function withAddress(command: Command): Command {
  return withClock(command)
    .option('--port <number>', 'port to listen on; 0 takes a free one', portOf)
    .option('--host <address>', 'address to listen on')
}

function withClock(command: Command): Command {
  return command.option('--accept-clock', 'start although the clock was moved back')
}

export function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
}

/** The configuration with what the command line says. */
export function listeningAt(config: Config, { port, host }: StartOptions): Config {
  const http = { ...config.http, ...(port === undefined ? {} : { port }), ...(host ? { host } : {}) }
  return { ...config, http }
}

async function runServices(context: Context, options: StartOptions, parts: Parts): Promise<void> {
  const { startServices, untilStopped } = await import('./services.ts')
  const { logEvents } = await import('../platform/log/events.ts')
  if (parts.serves.includes('centre')) await keepPortalBuilt()
  const services = await startServices({
    config: listeningAt(context.config, options),
    serves: parts.serves,
    works: parts.works,
    acceptClock: options.acceptClock ?? false,
    onReminder: context.output.note,
  })
  try {
    await announce(context, services, parts)
    if (parts.works) await services.startWorker()
    await untilStopped(context.stopping)
    logEvents.programStopped(services.platform.log, { reason: context.stoppedBy() ?? 'signal' })
  } finally {
    await services.stop()
  }
}

async function announce(
  { output }: Context,
  { address, administratorLink }: Pick<Services, 'address' | 'administratorLink'>,
  parts: Parts,
): Promise<void> {
  if (address === null) {
    await output.line({ worker: true }, () => 'The worker takes jobs. Stop it with Ctrl+C.')
    return
  }
  const site = parts.serves.includes('site') ? `${address}/site` : null
  const told = { address, ...(site ? { site } : {}), ...(administratorLink ? { administratorLink } : {}) }
  await output.line(told, () =>
    [
      `Holdfast answers at ${address}`,
      ...(site ? [`The archiver site:   ${site}`] : []),
      ...(administratorLink ? administratorLinkText(administratorLink) : []),
      'Stop it with Ctrl+C.',
    ].join('\n'),
  )
}

/** Lines for a person. */
export function administratorLinkText({ url, expiresAt }: Link): readonly string[] {
  return [
    '',
    'Nobody administers this archive yet. This link lets one person in, once, as its first administrator:',
    `  ${url}`,
    `It works until ${expiresAt}; start Holdfast again for a new one.`,
    '',
  ]
}
