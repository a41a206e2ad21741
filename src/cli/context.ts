/** What every command gets: where to write, and how to open the data folder. */
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { AppError } from '../domain/errors.ts'
import { type AuditEvent, appendAudit } from '../platform/audit/audit.ts'
import { type Config, loadConfig } from '../platform/config.ts'
import { Stopped } from './failures.ts'
import { createOutput, type Output } from './output.ts'

export interface Context {
  readonly output: Output
  readonly config: Config
  /** Aborted by the first SIGINT or SIGTERM, and when nobody reads our output any more. */
  readonly stopping: AbortSignal
  /** The signal that asked to stop, once there is one. */
  stoppedBy(): NodeJS.Signals | null
}

export interface GlobalOptions {
  readonly data?: string
  readonly json?: boolean
}

/** The commander action of a command: `work` gets the context, the command's options and its arguments. */
export function act<Options extends object, Arguments extends readonly unknown[]>(
  work: (context: Context, options: Options, ...given: Arguments) => Promise<void>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command
    const options = command.optsWithGlobals<Options & GlobalOptions>()
    await work(createContext(options), options, ...(given.slice(0, -2) as unknown as Arguments))
  }
}

function createContext(options: GlobalOptions): Context {
  const config = loadConfig()
  const stop = new AbortController()
  let stoppedBy: NodeJS.Signals | null = null
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Who asks twice does not want to wait.
      if (stoppedBy !== null) process.exit(new Stopped(signal).exitCode)
      stoppedBy = signal
      stop.abort()
    })
  }
  // `holdfast search … | head` closes our output early.
  process.stdout.once('error', () => {
    stoppedBy ??= 'SIGPIPE'
    stop.abort()
  })
  return {
    output: createOutput({ json: options.json ?? false, out: process.stdout, notes: process.stderr }),
    config: options.data === undefined ? config : { ...config, dataFolder: options.data },
    stopping: stop.signal,
    stoppedBy: () => stoppedBy,
  }
}

/**
 * Opens the platform, does the work and closes it again, also when a signal stops the command: at once, or where
 * the work `stopsItself`, when it has come to an end.
 */
export async function withPlatform<Result>(
  context: Context,
  work: (platform: Platform) => Promise<Result>,
  { stopsItself = false }: { readonly stopsItself?: boolean } = {},
): Promise<Result> {
  const { openPlatform } = await import('../app.ts')
  const platform = await openPlatform(quiet(context.config))
  try {
    return await (stopsItself ? work(platform) : Promise.race([work(platform), stopped(context)]))
  } finally {
    await platform.close()
  }
}

/** What a server logs as business is noise beside the result of a command. */
function quiet(config: Config): Config {
  return config.logLevel === 'info' ? { ...config, logLevel: 'warn' } : config
}

function stopped({ stopping, stoppedBy }: Context): Promise<never> {
  return new Promise((_, reject) => {
    stopping.addEventListener('abort', () => reject(new Stopped(stoppedBy() ?? 'SIGTERM')), { once: true })
  })
}

type Audited = Omit<AuditEvent, 'at' | 'outcome'>

/** Audits a look at something that is about to be given out. */
export async function auditLook(platform: Platform, event: Audited): Promise<void> {
  await appendAudit(platform.queries, { ...event, at: platform.clock.now(), outcome: 'succeeded' })
}

/** Does the work and audits it when it is refused or fails; what succeeds is audited where it is done. */
export async function auditFailure<Result>(
  platform: Platform,
  event: Audited,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const outcome = error instanceof AppError ? 'refused' : 'failed'
    const details = { ...event.details, code: error instanceof AppError ? error.code : 'internal' }
    await appendAudit(platform.queries, { ...event, at: platform.clock.now(), outcome, details }).catch(
      // The database itself may be what failed; the first error says so.
      () => {},
    )
    throw error
  }
}
