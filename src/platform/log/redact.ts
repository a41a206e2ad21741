/**
 * What must not reach a log: addresses, telephone numbers, secrets, message text. Text is kept out by
 * writing only the events of events.ts; this catches what slips into a value or into an error's words.
 */
const address = /[^\s@<>()"',;=]+@[^\s@<>()"',;]+/g
const internationalNumber = /\+\d[\d\s().-]{6,}\d/g
const plainNumber = /(?<![\w.:-])\d{10,15}(?![\w.:-])/g
const groupedNumber = /(?<![\w.:/-])\(?0?\d{2,5}\)?[ -]\d{3,4}[ -]?\d{3,4}(?![\w:.-])/g

/** The text with e-mail addresses, chat identities (`…@s.whatsapp.net`) and telephone numbers blotted out. */
export function redactText(text: string): string {
  return text
    .replace(address, '[address]')
    .replace(internationalNumber, '[number]')
    .replace(plainNumber, '[number]')
    .replace(groupedNumber, '[number]')
}

const depthMax = 6

/** A copy of a value that is safe to log; bytes become their length, bigints text, errors `{type, code, …}`. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return redactError(value, depth)
  if (value instanceof Uint8Array) return `[${value.length} bytes]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if ('toJSON' in value && typeof value.toJSON === 'function') return redactValue(value.toJSON(), depth + 1)
  if (depth >= depthMax) return '[deeper]'
  if (Array.isArray(value)) return value.map((element) => redactValue(element, depth + 1))
  const entries = Object.entries(value).map(([name, inner]) => [name, redactValue(inner, depth + 1)])
  return Object.fromEntries(entries)
}

interface LoggedError extends Error {
  readonly code?: unknown
  readonly details?: unknown
  readonly table?: unknown
  readonly constraint?: unknown
}

function redactError(error: LoggedError, depth: number): unknown {
  const { name: type, code, details, table, constraint, cause } = error
  const facts = {
    type,
    code,
    message: errorMessage(error),
    details,
    table,
    constraint,
    cause,
    stack: frames(error),
  }
  const known = Object.entries(facts).filter(([, fact]) => fact !== undefined)
  if (depth >= depthMax) return '[deeper]'
  return Object.fromEntries(known.map(([name, fact]) => [name, redactValue(fact, depth + 1)]))
}

/** PostgreSQL repeats values in its messages ("invalid input syntax … \"Dear Anna\""): only its code is kept. */
function errorMessage(error: LoggedError): string {
  const fromDatabase =
    'severity' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
  return fromDatabase ? `database error ${error.code}` : error.message
}

/** A stack begins with the message; only the places are kept. */
function frames(error: Error): string[] | undefined {
  const lines = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
  return lines?.slice(0, 8).map((line) => line.trim())
}
