import { formatOf, useFormat } from '../../i18n/format.ts'

/** A moment as the clocks of the connector's own zone show it; the reader's time and UTC on hover. */
export function ZoneTime({ of, zone }: { of: string | null; zone: string }) {
  const format = useFormat()
  const inZone = formatOf(format.language, zone)
  if (of === null) return <span>–</span>
  return (
    <time dateTime={of} title={`${format.dateTime(of)} · ${format.utc(of)}`}>
      {inZone.dateTime(of)}
    </time>
  )
}
