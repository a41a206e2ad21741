/** How a command that failed says so: one sentence with a stable code, and the exit code. */
import { CommanderError } from 'commander'
import { AppError } from '../domain/errors.ts'
import { loadConfig } from '../platform/config.ts'
import { displayWidth } from './display-width.ts'

export const exitCodes = { done: 0, failed: 1, usage: 2 } as const

/** Several things were asked for and some failed; each has been told already. */
export class PartialFailure extends Error {}

/** A signal stopped the command. */
export class Stopped extends Error {
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`)
    this.exitCode = signal === 'SIGPIPE' ? exitCodes.done : signal === 'SIGINT' ? 130 : 143
  }
}

/** Tells the failure on standard error and answers the exit code. */
export function tellFailure(error: unknown, json: boolean): number {
  if (error instanceof PartialFailure) return exitCodes.failed
  if (error instanceof Stopped) return error.exitCode
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return exitCodes.done
  if (error instanceof CommanderError) return tellUsage(error, json)
  tell(error, json)
  return exitCodes.failed
}

/** Commander has told a person already. */
function tellUsage(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return exitCodes.done
  const message = error.message.replace(/^error: /, '')
  if (json) process.stderr.write(`${JSON.stringify({ error: { code: 'usage', message } })}\n`)
  return exitCodes.usage
}

export function tell(error: unknown, json: boolean): void {
  const { code, message, details } = factsOf(error)
  if (json) {
    const told = { code, message, ...(Object.keys(details).length === 0 ? {} : { details }) }
    process.stderr.write(`${JSON.stringify({ error: told })}\n`)
    return
  }
  const stack = code === 'internal' && stackWanted() ? `${(error as Error).stack}\n` : ''
  process.stderr.write(`${message} [${code}]\n${queryPlace(details)}${stack}`)
}

function stackWanted(): boolean {
  try {
    return ['debug', 'trace'].includes(loadConfig().logLevel)
  } catch {
    // The configuration itself is what is wrong, and has been told.
    return false
  }
}

function factsOf(error: unknown): { code: string; message: string; details: Record<string, unknown> } {
  if (error instanceof AppError) return { code: error.code, message: error.message, details: error.details }
  const message = error instanceof Error ? error.message : String(error)
  const code = (error as { code?: unknown }).code
  if (code === '23514' || code === '23503' || code === '23505') {
    return { code: 'internal', message: `The database refused a change (${code}).`, details: {} }
  }
  return {
    code: 'internal',
    message: `Something failed that should not: ${message}. Set HOLDFAST_LOG_LEVEL=debug to see where, and report it.`,
    details: {},
  }
}

/** The query with a caret under its wrong place. */
function queryPlace({ query, offset, length }: Readonly<Record<string, unknown>>): string {
  if (typeof query !== 'string' || typeof offset !== 'number' || query.includes('\n')) return ''
  const before = displayWidth(query.slice(0, offset))
  const carets = Math.max(1, displayWidth(query.slice(offset, offset + Number(length ?? 1))))
  return `  ${query}\n  ${' '.repeat(before)}${'^'.repeat(carets)}\n`
}
