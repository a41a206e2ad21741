/**
 * Killed for real: SIGKILL to the process at fault points and at random times, and to all processes of its database.
 * Restarted, it comes to the same end as one that nobody killed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KilledStory, openKilledStory, type StoryEnd } from './killed-story.ts'

interface End extends StoryEnd {
  readonly problems: unknown[]
  readonly state: Record<string, unknown[]>
  readonly leftOver: string[]
}

const kills = Array.from({ length: 20 }, (_, place) => place + 1)
let story: KilledStory<End>

beforeAll(async () => {
  story = await openKilledStory('./killed-child.ts', kills)
  expect(story.undisturbed).toMatchObject({ leftOver: [], problems: [] })
})
afterAll(async () => {
  // A story that is told faster than the first one may end before a late kill.
  expect(story.died()).toBeGreaterThanOrEqual(kills.length - 2)
})
afterAll(() => story?.remove())

describe('a process killed with its database, and started again', () => {
  it.each(kills)('has lost nothing, doubled nothing and left nothing (kill %i)', async (kill) => {
    const place = await story.kill(kill)
    const end = await story.finish(kill)
    expect(end.leftOver, place).toEqual([])
    expect(end.state, place).toEqual(story.undisturbed.state)
    expect(end.problems, place).toEqual([])
  })
})
