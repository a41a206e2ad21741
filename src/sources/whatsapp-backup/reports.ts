/** What could not be read, as gaps, until the reader's turn to hand them on. */
import type { GapReason } from '../../domain/gap-reasons.ts'
import type { ReadItem } from './read-item.ts'
import type { ScanReports } from './tables/scan-table.ts'

export interface Reports {
  readonly reports: ScanReports
  /** The gaps since the last call. */
  take(): ReadItem[]
}

/** A database that is broken in more places than this is told of in a last sentence. */
const gapsMax = 2_000

export function reportingInto(): Reports {
  let gaps: ReadItem[] = []
  let count = 0
  const add = (reason: GapReason, key: string, explanation: string) => {
    count += 1
    if (count > gapsMax) return
    const last = count === gapsMax ? ' Further places are not told one by one.' : ''
    gaps.push({ gap: { reason, key, explanation: explanation + last } })
  }
  return {
    reports: {
      unreadable(table, from, to, why) {
        const rows = to === from ? `row ${from}` : `rows ${from} to ${to ?? 'the end'}`
        add(
          'damaged-rows',
          `${table}/${from}-${to ?? ''}`,
          `In table ${table} ${rows} cannot be read (${why}).`,
        )
      },
      orphans(table, rows) {
        add(
          'rows-without-message',
          table,
          `Table ${table} has ${rows} rows that belong to no message that is still there.`,
        )
      },
    },
    take() {
      const since = gaps
      gaps = []
      return since
    },
  }
}
