/**
 * Killed for real over hold, disposition, archive move, backup, release and compacting. Restarted, it comes to the same
 * end as one that nobody killed. HOLDFAST_KILLS=20 kills so often, and a few times by default.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KilledStory, openKilledStory, type StoryEnd } from './killed-story.ts'

interface End extends StoryEnd {
  readonly problems: unknown[]
  readonly state: Record<string, unknown[]>
  readonly leftOver: string[]
  /** What was held when it was started again; null where nothing was. */
  readonly held: unknown[] | null
}

const kills = Array.from({ length: Number(process.env.HOLDFAST_KILLS ?? 2) }, (_, place) => place + 1)
let story: KilledStory<End>

beforeAll(async () => {
  story = await openKilledStory('./records-killed-child.ts', kills)
  expect(story.undisturbed).toMatchObject({ leftOver: [], problems: [] })
})
afterAll(async () => {
  // A story that is told faster than the first one may end before a late kill.
  expect(story.died()).toBeGreaterThanOrEqual(Math.max(1, kills.length - 2))
})
afterAll(() => story?.remove())

describe('records, and a process killed with its database and started again', () => {
  it.each(kills)('leaves nothing held gone and nothing disposed of half alive (kill %i)', async (kill) => {
    const place = await story.kill(kill)
    const end = await story.finish(kill)
    expect(end.leftOver, place).toEqual([])
    expect(end.state, place).toEqual(story.undisturbed.state)
    expect(end.problems, place).toEqual([])
    const { held } = story.prepared as { held: unknown[] }
    if (end.held) expect(end.held, place).toEqual(held)
  })
})
