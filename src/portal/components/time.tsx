import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '../i18n/clock.ts'
import { useFormat } from '../i18n/format.ts'

/**
 * A moment in the reader's time zone with the zone's name; UTC on hover. `of` is ISO 8601 UTC, or null for never.
 */
export function Time({
  of,
  show = 'date-time',
}: {
  of: string | null
  show?: 'date-time' | 'day' | 'time' | 'ago'
}) {
  const format = useFormat()
  const { t } = useTranslation('general')
  const now = useNow(show === 'ago')
  if (of === null) return <span>{t('general:never')}</span>
  const text =
    show === 'day'
      ? format.day(of)
      : show === 'time'
        ? format.timeOfDay(of)
        : show === 'ago'
          ? format.ago(of, now)
          : format.dateTime(of)
  return (
    <time dateTime={of} title={`${format.dateTime(of)} · ${format.utc(of)}`}>
      {text}
    </time>
  )
}

/** Milliseconds since 1970, kept going every half minute. */
export function useNow(going = true): number {
  const [now, setNow] = useState(clock.now)
  useEffect(() => {
    if (!going) return
    const timer = setInterval(() => setNow(clock.now()), 30_000)
    return () => clearInterval(timer)
  }, [going])
  return now
}
