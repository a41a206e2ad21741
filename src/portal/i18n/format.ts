import { useTranslation } from 'react-i18next'
import { useSessionOrNobody } from '../api/session.ts'

export interface Format {
  readonly language: string
  readonly timeZone: string
  readonly number: (value: number) => string
  readonly percent: (share: number) => string
  /** 1,536 → `1.5 kB`. */
  readonly bytes: (value: number) => string
  readonly day: (iso: string) => string
  /** Date and time with the zone's name. */
  readonly dateTime: (iso: string) => string
  /** Hours and minutes alone, under a heading that says the day. */
  readonly timeOfDay: (iso: string) => string
  readonly utc: (iso: string) => string
  /** `3 minutes ago`; `now` is given so that it can be tested and kept going. */
  readonly ago: (iso: string, now: number) => string
  readonly list: (words: readonly string[]) => string
  /** In the order of the reader's language. */
  readonly compare: (left: string, right: string) => number
}

/** Numbers and dates as the reader writes them, in the time zone he chose. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  const chosen = useSessionOrNobody()?.user.timeZone
  return formatOf(localeOf(i18n.language), chosen ?? browserTimeZone())
}

const formats = new Map<string, Format>()

/** One for each language and zone: a long table asks for it in every cell, and the formats of Intl are slow to make. */
export function formatOf(language: string, timeZone: string): Format {
  const key = `${language} ${timeZone}`
  const format = formats.get(key) ?? createFormat(language, timeZone)
  formats.set(key, format)
  return format
}

let zoneOfBrowser: string | undefined

function browserTimeZone(): string {
  zoneOfBrowser ??= new Intl.DateTimeFormat().resolvedOptions().timeZone
  return zoneOfBrowser
}

const locales = new Map<string, string>()

/** `en` becomes the reader's own English: his order of day and month. Chinese keeps its script. */
function localeOf(language: string): string {
  const known = locales.get(language)
  if (known !== undefined) return known
  const scriptOf = (tag: string) => {
    const { language: spoken, script } = new Intl.Locale(tag).maximize()
    return `${spoken}-${script}`
  }
  const locale = navigator.languages.find((tag) => scriptOf(tag) === scriptOf(language)) ?? language
  locales.set(language, locale)
  return locale
}

export function createFormat(language: string, timeZone: string): Format {
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone })
  const dayAlone = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const parts = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  } as const
  const dateTime = new Intl.DateTimeFormat(language, { ...parts, timeZone, timeZoneName: 'short' })
  const utc = new Intl.DateTimeFormat(language, {
    ...parts,
    second: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  })
  const timeOfDay = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const list = new Intl.ListFormat(language)
  const collator = new Intl.Collator(language, { numeric: true })
  return {
    language,
    timeZone,
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    bytes: (value) => bytesText(language, value),
    // A day without a time is the same day in every zone.
    day: (iso) => (iso.length === 10 ? dayAlone : day).format(new Date(iso)),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    timeOfDay: (iso) => timeOfDay.format(new Date(iso)),
    utc: (iso) => utc.format(new Date(iso)),
    ago: (iso, now) => agoText(relative, (new Date(iso).getTime() - now) / 1000),
    list: (words) => list.format(words),
    compare: collator.compare,
  }
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

function bytesText(language: string, value: number): string {
  const step = Math.min(value < 1 ? 0 : Math.floor(Math.log10(value) / 3), byteUnits.length - 1)
  const options = { style: 'unit', unit: byteUnits[step], maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(language, options).format(value / 1000 ** step)
}

const spans = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

function agoText(relative: Intl.RelativeTimeFormat, seconds: number): string {
  for (const [unit, length] of spans) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit)
  }
  return relative.format(Math.trunc(seconds), 'second')
}
