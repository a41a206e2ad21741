/**
 * JSON as vendors write it: numbers a double cannot hold exactly come back as the string that was written,
 * and control characters that stand raw inside strings (WeCom does that) are read instead of refused.
 */

/** A number literal of 16 or more characters, or with an exponent, outside quotes (ids in quotes are safe). */
const wideNumber = /(?:^|[:,[\s])-?(?:[\d.]{16}|\d[\d.]*[eE])/

/** How many decimal digits a double always keeps. */
const exactDigits = 15

/**
 * Parses one JSON text. Integers beyond ±(2^53 − 1), decimals of more than 15 significant digits and numbers
 * out of a double's range become strings, exactly as written; all else is as JSON.parse gives it.
 * Throws SyntaxError for what is not JSON (RangeError for absurdly deep nesting with such numbers in it).
 */
export function parseLosslessJson(text: string): unknown {
  try {
    return parseExactly(text)
  } catch (error) {
    const escaped = escapeRawControls(text)
    if (escaped === text) throw error
    return parseExactly(escaped)
  }
}

function parseExactly(text: string): unknown {
  return wideNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)
}

/** Node 24 hands a reviver the source text of each primitive; the type library does not know it yet. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return isExact(value, context.source) ? value : context.source
}

function isExact(value: number, source: string): boolean {
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value)
  const mantissa = source.replace(/[eE].*$/, '').replace(/[-.]/g, '')
  const digits = mantissa.replace(/^0+/, '')
  if (digits === '') return true
  return digits.length <= exactDigits && Number.isFinite(value) && value !== 0
}

/** Escapes control characters within strings; between values they are left as they are. */
function escapeRawControls(text: string): string {
  return text.replace(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"/g, (quoted) =>
    quoted.replace(
      /[\u0000-\u001f]/g,
      (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )
}
