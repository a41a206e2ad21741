/** The Date field (RFC 5322, with obsolete zones) and ISO 8601, for manifests and vendors that use it. */
import type { SentAt } from '../../../domain/message.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Hours east of UTC. Military letters say nothing (RFC 5322, 4.3) and count as unknown. */
const zoneHours: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
}

const mailDate =
  /^(?:[a-z]{2,9}\.?,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?[\s-]+(\d{2,4})[\s,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*([+-]\d{2}:?\d{2}|[a-z]{1,5})?/i
const isoDate =
  /^(\d{4})-(\d{2})-(\d{2})[T\s](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3})\d*)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i

/** Null where the text is no date between 1970 and 2200. The offset is kept as it is written. */
export function readDate(value: string): SentAt | null {
  const text = value.slice(0, 200).trim()
  return fromMail(text) ?? fromIso(text)
}

function fromMail(text: string): SentAt | null {
  const match = mailDate.exec(text.replace(/\([^()]*\)/g, ' ').trim())
  const month = months.indexOf((match?.[2] ?? '').toLowerCase())
  if (!match || month === -1) return null
  const [day, hour, minute, second] = [match[1], match[4], match[5], match[6] ?? 0].map(Number)
  return sentAt(text, [fullYear(match[3]!), month, day!, hour!, minute!, second!, 0], match[7])
}

function fromIso(text: string): SentAt | null {
  const match = isoDate.exec(text)
  if (!match) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0))
  const millisecond = Number((match[7] ?? '0').padEnd(3, '0'))
  return sentAt(text, [year!, month! - 1, day!, hour!, minute!, second!, millisecond], match[8])
}

function sentAt(
  text: string,
  parts: readonly [number, number, number, number, number, number, number],
  zone: string | undefined,
): SentAt | null {
  const [year, month, day, hour, minute, second, millisecond] = parts
  const local = Date.UTC(year, month, day, hour, minute, Math.min(second, 59), millisecond)
  const isReal = new Date(local).getUTCDate() === day && new Date(local).getUTCMonth() === month
  if (!isReal || hour > 23 || minute > 59 || second > 60 || year < 1970 || year > 2200) return null
  const offsetMinutes = offsetOf(zone)
  return { utc: local - offsetMinutes * 60_000, text, zone: zoneOf(offsetMinutes), offsetMinutes }
}

function fullYear(written: string): number {
  const year = Number(written)
  if (written.length >= 4) return year
  return written.length === 3 ? 1900 + year : year < 50 ? 2000 + year : 1900 + year
}

function offsetOf(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '')
  if (!match) return (zoneHours[(zone ?? '').toLowerCase()] ?? 0) * 60
  const minutes = Number(match[2]) * 60 + Number(match[3])
  if (minutes > 15 * 60 || Number(match[3]) > 59) return 0
  return match[1] === '-' && minutes > 0 ? -minutes : minutes
}

/** `UTC`, the IANA zone of whole hours (whose sign is reversed), else the offset itself. */
function zoneOf(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'UTC'
  const [sign, size] = offsetMinutes < 0 ? ['-', -offsetMinutes] : ['+', offsetMinutes]
  const hours = Math.floor(size / 60)
  if (size % 60 === 0 && hours <= 12) return `Etc/GMT${sign === '+' ? '-' : '+'}${hours}`
  return `${sign}${String(hours).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
}
