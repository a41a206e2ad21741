import { afterAll, beforeAll, expect, it } from 'vitest'
import { openReadingWorld, type ReadingWorld } from './reading-world.fixture.ts'

let world: ReadingWorld
beforeAll(async () => {
  world = await openReadingWorld()
}, 120_000)
afterAll(() => world?.close())

it('an item’s keeping is explained to who may read it, with who saw it, and as a file', async () => {
  const id = await world.itemOf('secret')
  await world.zoe.readItem({ params: { id }, query: {} })
  const found = await world.ivy.explainItem({ params: { id } })
  expect(found).toMatchObject({ kept: 'no-rule', retainUntil: null, deleteAt: null, holds: [], rules: [] })
  expect(found.mapping).not.toBe('')
  expect(found.seenBy!.map(({ actor, operation }) => `${actor} ${operation}`)).toContain('zoe open-item')
  const file = await (await world.ivy.downloadExplanation({ params: { id } })).json()
  expect(file).toMatchObject({ item: id, kept: 'no-rule', askedAt: expect.stringMatching(/Z$/) })
  expect(await world.lastAudited('explain-item')).toMatchObject({ actor: 'ivy', target: id })
  await expect(world.lim.explainItem({ params: { id } })).rejects.toMatchObject({ code: 'item-not-found' })
})
