/**
 * Invisible characters that phones write into exports: byte order marks, direction marks and isolates,
 * and the spaces that are not the plain one. They carry structure (U+200E announces what WhatsApp itself
 * wrote) but are never part of a name or a word.
 */
export const markClass = '[\\u200e\\u200f\\u061c\\u202a-\\u202e\\u2066-\\u2069\\ufeff]'
export const spaceClass = '[ \\u00a0\\u202f\\u2009]'
export const digitClass = '[0-9\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f]'

const anyMark = new RegExp(markClass)
const everyMark = new RegExp(markClass, 'g')
const everyOddSpace = /[\u00a0\u202f\u2009]/g

/** The text without invisible marks. */
export function withoutMarks(text: string): string {
  return anyMark.test(text) ? text.replace(everyMark, '') : text
}

/** The text as a person would type it: no marks, plain spaces, no blanks at either end. */
export function plain(text: string): string {
  return withoutMarks(text).replace(everyOddSpace, ' ').trim()
}

/** Whether WhatsApp, not a person, began this text: the left-to-right mark stands first. */
export function beginsMarked(text: string, from = 0): boolean {
  return text.charCodeAt(from) === 0x200e
}

/** A name or wording in the form in which two of them are compared. */
export function comparable(text: string): string {
  return plain(text).normalize('NFKC').replace(/\s+/g, ' ').toLowerCase()
}

/** The number that ASCII, Arabic-Indic, Persian or Devanagari digits stand for; other characters are passed over. */
export function digitsToNumber(text: string): number {
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const digit = digitValue(text.charCodeAt(i))
    if (digit >= 0) value = value * 10 + digit
  }
  return value
}

function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x660 && code <= 0x669) return code - 0x660
  if (code >= 0x6f0 && code <= 0x6f9) return code - 0x6f0
  if (code >= 0x966 && code <= 0x96f) return code - 0x966
  return -1
}
