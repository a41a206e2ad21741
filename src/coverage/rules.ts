/** The rules of coverage, pure: when somebody is silent, how grave a gap is, what a day's counts say. */

export const captureStatuses = ['active', 'new', 'quiet', 'silent', 'never', 'former'] as const
/**
 * `active`: within his own rhythm; `new`: too few days to have one; `quiet`: longer than usual; `silent`: so long that
 * somebody should look; `never`: not a single message; `former`: no longer registered.
 */
export type RhythmStatus = (typeof captureStatuses)[number]

export interface Rhythm {
  /** The median time between active days, in milliseconds. */
  readonly usualMs: number
  /** After so long without a message he is quiet, then silent. */
  readonly quietAfterMs: number
  readonly silentAfterMs: number
}

const hourMs = 3_600_000
export const dayMs = 24 * hourMs
/** How far back a rhythm is looked for. */
export const rhythmDays = 28
const activeDaysMin = 4
const withoutRhythmMs = 7 * dayMs

/**
 * The rhythm of somebody's active days: `times` are the last message of each (ms since 1970 UTC, ascending). Null for
 * fewer than four. Nine of ten pauses count as his own (weekends do, one holiday does not), so silence begins at three
 * medians or half as long again as that pause, whichever is later, and never before 36 hours.
 */
export function rhythmOf(times: readonly number[]): Rhythm | null {
  if (times.length < activeDaysMin) return null
  const pauses = times.slice(1).map((time, place) => time - times[place]!)
  const usualMs = quantile(pauses, 0.5)
  const widestMs = quantile(pauses, 0.9)
  return {
    usualMs,
    quietAfterMs: Math.max(1.5 * usualMs, 1.25 * widestMs, dayMs),
    silentAfterMs: Math.max(3 * usualMs, 1.5 * widestMs, 36 * hourMs),
  }
}

/** The value at or above which the share of the values lies; of an even number the later of the middle two. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

export interface ActivityFacts {
  /** The last message of each active day of the last 28, ascending. */
  readonly times: readonly number[]
  /** The newest message of all time; null for none. */
  readonly lastAt: number | null
  readonly isFormer: boolean
  readonly now: number
}

/** How somebody stands on one way in. */
export function statusOf({ times, lastAt, isFormer, now }: ActivityFacts): RhythmStatus {
  if (isFormer) return 'former'
  if (lastAt === null) return 'never'
  const since = now - lastAt
  const rhythm = rhythmOf(times)
  if (rhythm === null) return since <= withoutRhythmMs ? 'new' : 'silent'
  if (since > rhythm.silentAfterMs) return 'silent'
  return since > rhythm.quietAfterMs ? 'quiet' : 'active'
}

export const gapSeverities = ['high', 'medium', 'low'] as const
export type GapSeverity = (typeof gapSeverities)[number]

/** Messages are missing for certain, or a way in stands still. */
const highReasons: ReadonlySet<string> = new Set([
  'disconnected',
  'file-cut-off',
  'history-incomplete',
  'history-refused',
  'key-version-missing',
  'lagging',
  'logged-out',
  'media-lost',
  'no-consent',
  'sdk-crashed',
  'sequence-jump',
  'undecryptable',
])
/** What the source says it left out by choice, or what belongs to no message. */
const lowReasons: ReadonlySet<string> = new Set([
  'media-omitted',
  'not-in-archive',
  'omitted',
  'unreferenced-media',
])

/** How grave a gap is by its reason; one that is not known here is of the middle. */
export function severityOf(reason: string): GapSeverity {
  if (highReasons.has(reason)) return 'high'
  return lowReasons.has(reason) ? 'low' : 'medium'
}

/** Those for which somebody is told. */
export const alertingReasons: readonly string[] = [...highReasons]

/** Of messages captured on one day (UTC), each counted in its own place. */
export interface DayCounts {
  /** Numbers the journal allotted, and one for each gap that was found on the day and is not closed. */
  readonly expected: number
  /** In blocks of the site's journal. */
  readonly captured: number
  /** Of these, up to the connector's cursor. */
  readonly transferred: number
  /** In the catalogue of the archive, as messages or further observations of one. */
  readonly imported: number
  /** Of these, with their entry in the index and in a mailbox. */
  readonly indexed: number
  /** Kept as import exceptions. */
  readonly notImported: number
}

export const dayStates = ['complete', 'under-way', 'exceptions', 'gaps', 'behind', 'untold'] as const
export type DayState = (typeof dayStates)[number]

/**
 * What a day's counts say; `ageDays` is 0 for today. What is under way the day after next is behind; `untold` is a day
 * of which the archive has more than its site has told yet.
 */
export function dayStateOf(counts: DayCounts, ageDays: number): DayState {
  const { expected, captured, transferred, imported, indexed, notImported } = counts
  const arrived = imported + notImported
  if (arrived > transferred) return 'untold'
  if (transferred < captured || arrived < transferred || indexed < imported)
    return ageDays <= 1 ? 'under-way' : 'behind'
  if (expected > captured) return 'gaps'
  return notImported > 0 ? 'exceptions' : 'complete'
}
