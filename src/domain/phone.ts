import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Exports and directories repeat the same few thousand numbers, and parsing one costs about 20 µs. */
const cacheEntriesMax = 50_000
const cache = new Map<string, string | null>()

/**
 * A phone number in any of its written forms as E.164 with `+`, or null when it is none.
 * Takes spaces, dashes, brackets, full-width and Arabic digits and invisible direction marks; `+`, `00` or
 * bare digits that start with the country code. National numbers need `defaultCountry` (`GB`).
 * Only the length is judged: vendors use numbers before the numbering plans list them.
 */
export function normalisePhone(text: string, defaultCountry?: CountryCode): string | null {
  const key = defaultCountry === undefined ? text : `${defaultCountry} ${text}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const phone = parsePhone(text, defaultCountry)
  if (cache.size >= cacheEntriesMax) cache.clear()
  cache.set(key, phone)
  return phone
}

/** The digits of an E.164 number: `+447700900123` → `447700900123`. */
export function phoneDigits(phone: string): string {
  return phone.replace(/\D/g, '')
}

/**
 * The form in which two numbers of one subscriber are equal. WhatsApp keeps numbers as they were when the
 * account was made, so Mexico's former mobile `1`, Brazil's later ninth digit and Argentina's mobile `9`
 * may be there on one side only. For comparing, never for showing.
 */
export function phoneMatchKey(phone: string): string {
  if (phone.startsWith('+521') && phone.length === 14) return `+52${phone.slice(4)}`
  if (phone.startsWith('+549') && phone.length === 14) return `+54${phone.slice(4)}`
  if (phone.startsWith('+55') && phone.length === 14 && phone[5] === '9') {
    return phone.slice(0, 5) + phone.slice(6)
  }
  return phone
}

/** The forms whose `phoneMatchKey` is the same, for looking a number up where it is kept as it was written. */
export function phoneForms(phone: string): readonly string[] {
  const key = phoneMatchKey(phone)
  const older = [
    key.replace(/^\+52(?=\d{10}$)/, '+521'),
    key.replace(/^\+54(?=\d{10}$)/, '+549'),
    key.replace(/^(\+55\d\d)(?=\d{8}$)/, '$19'),
  ]
  return [...new Set([phone, key, ...older])].filter((form) => phoneMatchKey(form) === key)
}

function parsePhone(text: string, defaultCountry?: CountryCode): string | null {
  const written = plainDigits(text)
  if (!/^\+?[\d\s().\-/]+$/.test(written)) return null
  if (/^\+|^00/.test(written)) return parseInternational(written.replace(/^00/, '+'))
  if (defaultCountry === undefined) return written.startsWith('0') ? null : parseInternational(`+${written}`)
  const parsed = parsePhoneNumberFromString(written, defaultCountry)
  return parsed?.isPossible() ? parsed.number : null
}

function parseInternational(written: string): string | null {
  const parsed = parsePhoneNumberFromString(written)
  if (parsed === undefined) return null
  return parsed.isPossible() || /^\+521\d{10}$/.test(parsed.number) ? parsed.number : null
}

/** Without direction marks and zero-width characters, with plain spaces, ASCII digits, dashes and plus. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]/g, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .trim()
}
