/** Seconds from 1970 to 2001, where Apple's times begin. */
const appleEpochSeconds = 978_307_200

/** Milliseconds UTC of Apple's seconds (with fractions), with the text as it is stored. */
export function iosTime(value: unknown): { readonly utc: number; readonly timeText: string } {
  const seconds =
    typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
      ? Number(value)
      : Number.NaN
  return {
    utc: Math.round((seconds + appleEpochSeconds) * 1000),
    timeText: value === undefined ? '' : String(value),
  }
}
