/** One pull of a route: what the vendor has since the cursor, journalled with the cursor that stands for it. */
import { isAppError } from '../../domain/errors.ts'
import { faultPoint } from '../../platform/faults.ts'
import type { Found, Pulled } from '../../sources/live-source.ts'
import type { Json } from '../../sources/source.ts'
import type { CaptureCounts } from '../capture-session.ts'
import type { AttachmentFailure } from '../journal-attachments.ts'
import type { SiteParts } from '../parts.ts'
import { isLostForGood, lostMedia } from './lost-media.ts'
import type { OpenRoute } from './open-route.ts'
import { withRouteCapture } from './route-capture.ts'

const foundPerCommit = 2_000
const bytesPerCommit = 8 * 1024 * 1024
const mediaLifeMsDefault = 7 * 24 * 60 * 60 * 1000

/**
 * Pulls to the end. Throws what the source throws; what was committed before stays, and the cursor stands there. An
 * attachment that fails for another reason than being lost fails the pull, which is tried again, for as long as media live.
 */
export async function pullRoute(parts: SiteParts, open: OpenRoute): Promise<CaptureCounts> {
  const { live, given, route } = open
  const totals = { captured: 0, duplicates: 0, attachments: 0, gaps: 0 }
  let found: Found[] = []
  let bytes = 0
  let cursor: Json | undefined
  const commit = async () => {
    if (found.length === 0 && cursor === undefined) return
    const counts = await journal(parts, open, found, cursor)
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += counts[key]
    faultPoint('pull.committed')
    found = []
    bytes = 0
    cursor = undefined
  }
  try {
    const pulled = live.pull!({ ...given, cursor: route.cursor }) as AsyncIterable<Pulled>
    for await (const next of pulled) {
      if ('cursor' in next) {
        cursor = next.cursor
        if (found.length >= foundPerCommit || bytes >= bytesPerCommit) await commit()
        continue
      }
      found.push(next)
      if ('bytes' in next) bytes += next.bytes.byteLength
      // A source that sets its cursor rarely must not fill the memory: its records are safe without it.
      if (found.length >= 4 * foundPerCommit || bytes >= 4 * bytesPerCommit) await commit()
    }
  } catch (error) {
    // What it found before it failed is found; what it lacks is told while it fails, not only afterwards.
    await commit()
    throw error
  }
  await commit()
  return totals
}

async function journal(
  parts: SiteParts,
  open: OpenRoute,
  found: readonly Found[],
  cursor: Json | undefined,
): Promise<CaptureCounts> {
  return withRouteCapture(parts, open, failureOf(parts, open), async (session) => {
    for (const one of found) await session.add(one)
    await session.flush(async (transaction) => {
      if (cursor === undefined) return
      await transaction
        .updateTable('site_route')
        .set({ cursor: JSON.stringify(cursor) })
        .where('id', '=', open.route.id)
        .execute()
    })
    return session.counts()
  })
}

function failureOf(parts: SiteParts, { route, live }: OpenRoute): AttachmentFailure {
  return (record, attachment, error) => {
    const troubledMs = route.problem === null ? 0 : parts.clock.now() - route.problem.since.getTime()
    const isOver = !isAppError(error, 'interrupted') && troubledMs >= (live.mediaLifeMs ?? mediaLifeMsDefault)
    if (isLostForGood(error) || isOver) return lostMedia(record, attachment)
    throw error
  }
}
