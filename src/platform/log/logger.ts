import pino from 'pino'
import { redactText, redactValue } from './redact.ts'

export type Logger = pino.Logger
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LoggerOptions {
  readonly level: LogLevel
  /** Default: standard error. */
  readonly destination?: { write(line: string): void }
  /** One readable line instead of JSON. Default: on a terminal. */
  readonly pretty?: boolean
}

/** A log of JSON lines (or readable ones) whose every value passes through redaction. Write with `logEvents`. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? pino.destination({ fd: 2, sync: true })
  const pretty = options.pretty ?? (options.destination === undefined && process.stderr.isTTY === true)
  const log = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
      },
      serializers: { err: (error: unknown) => error },
      hooks: { logMethod: redactArguments },
    },
    pretty ? { write: (line: string) => destination.write(readableLine(line)) } : destination,
  )
  return withRedactedChildren(log)
}

/** pino formats what a child logger carries only once, at the root: so it is redacted on the way in. */
function withRedactedChildren(log: Logger): Logger {
  const makeChild = log.child as unknown as (
    this: Logger,
    bindings: pino.Bindings,
    options?: pino.ChildLoggerOptions,
  ) => Logger
  const child = function (this: Logger, bindings: pino.Bindings, options?: pino.ChildLoggerOptions) {
    return makeChild.call(this, redactValue(bindings) as pino.Bindings, options)
  }
  // Children inherit it, so their children are redacted as well.
  return Object.assign(log, { child })
}

function redactArguments(this: Logger, given: unknown[], write: pino.LogFn): void {
  const [first, ...rest] = given
  const message = rest.map((part) => (typeof part === 'string' ? redactText(part) : '')).join(' ')
  if (typeof first === 'string') {
    write.call(this, redactText([first, message].join(' ').trim()))
  } else {
    const facts = first instanceof Error ? { err: first } : first
    write.call(this, redactValue(facts) as object, message)
  }
}

/** `12:30:05 info  run finished  run=7 items=12` from a JSON line. */
function readableLine(line: string): string {
  const { level, time, pid: _pid, msg, ...facts } = JSON.parse(line) as Record<string, unknown>
  const told = Object.entries(facts).map(([name, value]) => `${name}=${readableValue(value)}`)
  const clock = String(time).slice(11, 19)
  return `${[`${clock} ${String(level).padEnd(5)} ${msg}`, ...told].join('  ')}\n`
}

function readableValue(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)
}
