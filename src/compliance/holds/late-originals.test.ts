/** What a held message answers is held with it, also where it is imported later. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseItemId } from '../../archive/index.ts'
import { ada, anna, type HoldsWorld, openHoldsWorld, plainHold } from './holds-world.fixture.ts'
import { evaluateHolds, placeHold } from './index.ts'

let world: HoldsWorld
beforeAll(async () => {
  world = await openHoldsWorld()
}, 60_000)
afterAll(() => world?.close())

const messageOf = async (query: string) => parseItemId((await world.firm.search(query))[0]!.id).messageId
const refer = (from: bigint, to: bigint) =>
  world.firm.asOwner(
    `update message set refers_to_key = (select message_key from message where id = ${to}) where id = ${from}`,
  )
const heldLate = async (message: bigint) =>
  (await world.rows('select hold_new_originals(array[$1::bigint]) as held', [message]))[0]!.held

it('reaches an original that is imported after its answer, with what it refers to in turn and events about it', async () => {
  const hold = await placeHold(
    world.parts,
    { ...plainHold, name: 'Late', query: 'zebra' },
    [await world.mailboxId('ada@firm.example')],
    anna,
  )
  await evaluateHolds(world.firm.pool)
  await world.chat(ada, 'Carl', ['a zebra answers', 'the question', 'what came first', 'an edit', 'weather'])
  const [answer, question, first, edit] = await Promise.all(
    ['zebra', 'question', 'first', 'edit'].map(messageOf),
  )
  await refer(answer!, question!)
  await refer(question!, first!)
  await refer(edit!, first!)
  await world.firm.asOwner(`update message set event = 2 where id = ${edit}`)
  // Nothing that is held refers to it yet.
  expect(await heldLate(first!)).toBe(0n)
  expect(await heldLate(question!)).toBe(2n)
  expect(await heldLate(question!)).toBe(0n)
  const held = await world.rows('select message_id from hold_item where hold_id = $1', [hold])
  expect(held.map(({ message_id }) => message_id).sort()).toEqual([answer, question, first, edit].sort())
})
