import fc from 'fast-check'
import { expect, it } from 'vitest'
import { afterSyncs, apply, byHand, empty, type Fields, person } from './directory-model.fixture.ts'
import type { DirectoryState } from './plan.ts'
import { planSync } from './plan-sync.ts'
import type { Said } from './record.ts'

/** Few names, so that people are often in each other's way. */
const id = fc.constantFrom('ada', 'ben', 'cai', 'dev', 'eve')
const address = fc.constantFrom('a', 'b', 'c', 'd', 'hand').map((name) => `${name}@firm.example`)
const fields: fc.Arbitrary<Fields> = fc.record(
  {
    mail: fc.option(address),
    aliases: fc.array(address, { maxLength: 2 }),
    enabled: fc.boolean(),
    licensed: fc.boolean(),
    department: fc.constantFrom(null, 'Sales'),
  },
  { requiredKeys: [] },
)
const users = fc
  .uniqueArray(fc.tuple(id, fields), { selector: ([name]) => name, maxLength: 5 })
  .map((all) => all.map(([name, given]) => person(name, given)))
const said: fc.Arbitrary<Said> = fc
  .tuple(fc.boolean(), users, fc.uniqueArray(id, { maxLength: 2 }))
  .map(([complete, told, removed]) => ({
    complete,
    users: told,
    removed: complete ? [] : removed.filter((one) => !told.some(({ sourceId }) => sourceId === one)),
  }))

const starts: DirectoryState[] = [
  empty,
  { users: [], mailboxes: [byHand(1, 'hand@firm.example'), byHand(2, 'a@firm.example', { active: false })] },
  {
    users: [],
    mailboxes: [
      byHand(1, 'b@firm.example', { owner: 'scim', addresses: ['b@firm.example', 'c@firm.example'] }),
    ],
  },
]

it('whatever is told: one holder for an address, nobody lost, nothing done twice, nothing left unsaid', () => {
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.array(said, { minLength: 1, maxLength: 6 }), (start, all) => {
      let state = start
      for (const one of all) {
        const before = state
        state = apply(state, planSync('graph', before, one))
        expectOneHolder(state)
        expect(
          before.mailboxes.every(({ id: mailbox }) => state.mailboxes.some((now) => now.id === mailbox)),
        ).toBe(true)
        expect(
          before.users.every(({ sourceId }) => state.users.some((now) => now.sourceId === sourceId)),
        ).toBe(true)
        const again = planSync('graph', state, one)
        expect(again).toMatchObject({ changes: [], users: [] })
        expectExplained(state, one)
      }
    }),
    { numRuns: 1_500 },
  )
})

function expectOneHolder({ mailboxes, users: known }: DirectoryState): void {
  const names = mailboxes.map((mailbox) => mailbox.address)
  expect(new Set(names).size).toBe(names.length)
  const held = mailboxes.flatMap(({ addresses }) => addresses)
  expect(new Set(held).size).toBe(held.length)
  const tied = known.flatMap(({ mailboxId }) => mailboxId ?? [])
  expect(new Set(tied).size).toBe(tied.length)
}

/** Who is here and has no open mailbox has a reason. */
function expectExplained(state: DirectoryState, one: Said): void {
  const { plan } = afterSyncs(state, [one])
  const reasons = new Set([...plan.conflicts, ...plan.passedOver].map(({ sourceId }) => sourceId))
  for (const user of state.users) {
    const mailbox = state.mailboxes.find((each) => each.id === user.mailboxId)
    const here = !user.gone && user.record.enabled && user.record.mail !== null
    if (here && !mailbox?.active) expect(reasons).toContain(user.sourceId)
  }
}
