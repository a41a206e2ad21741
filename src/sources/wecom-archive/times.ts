/** WeCom's times are instants; its people read them in China Standard Time, which has had no summer time since 1991. */

export const chinaZone = 'Asia/Shanghai'
export const chinaOffsetMinutes = 480

const latestMs = 8.64e15
/** Below this a number of milliseconds would lie before March 1973: it is seconds. */
const smallestMs = 1e11

/** Milliseconds from a number that is seconds or milliseconds (item times of forwarded chats come as both). */
export function instantMs(value: number): number | undefined {
  const ms = Math.trunc(Math.abs(value) < smallestMs ? value * 1000 : value)
  return ms >= 0 && ms <= latestMs - chinaOffsetMinutes * 60_000 ? ms : undefined
}

/** `2026-11-21 09:30:00`, China Standard Time; empty where the number is no time. */
export function wallTime(value: number | undefined): string {
  const ms = value === undefined || value === 0 ? undefined : instantMs(value)
  if (ms === undefined) return ''
  return new Date(ms + chinaOffsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ')
}

/** `1 h 2 min`, `1 min 12 s`, `9 s`; units that are zero are left out. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const units = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const
  const shown = units.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return shown.length === 0 ? '0 s' : shown.join(' ')
}
