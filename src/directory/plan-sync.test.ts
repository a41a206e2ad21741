import { describe, expect, it } from 'vitest'
import {
  afterSyncs,
  byHand,
  changes,
  empty,
  everybody,
  type Fields,
  gone,
  person,
} from './directory-model.fixture.ts'
import { countsOf, type DirectoryState } from './plan.ts'
import { planSync } from './plan-sync.ts'
import { type DirectoryRecord, directorySources } from './record.ts'
import { tooManyRemovals } from './removals-guard.ts'

const ada = 'ada@firm.example'
const firm = [person('ada'), person('ben'), person('li')]

const kindsOf = (plan: ReturnType<typeof planSync>) =>
  plan.changes.map(({ kind, facts }) => `${kind} ${facts.address.split('@')[0]}`)

describe('who is known to the source', () => {
  it('has a mailbox with all that is told, and stays as he is when nothing changed', () => {
    const fields = { aliases: ['A.Trader@firm.example'], mobile: '+44 7700 900001', department: ' Trading ' }
    const { mailboxOf, plan } = afterSyncs(empty, [everybody(person('ada', fields))])
    expect(countsOf(plan)).toMatchObject({ added: 1, changed: 0 })
    expect(mailboxOf(ada)).toMatchObject({
      ...{ name: 'ada', mobile: '+447700900001', department: 'Trading', active: true, owner: 'graph' },
      addresses: [ada, 'a.trader@firm.example'],
      phones: [{ kind: 'mobile', phone: '+447700900001' }],
    })
    const again = afterSyncs(empty, [everybody(person('ada', fields)), everybody(person('ada', fields))])
    expect(again.plan).toMatchObject({ changes: [], users: [], unchanged: 1 })
  })

  const told: [keyof DirectoryRecord, Fields, string, unknown, unknown][] = [
    ['name', { name: 'Ada Lovelace' }, 'name', 'ada', 'Ada Lovelace'],
    ['mail', { mail: 'Ada.L@firm.example' }, 'address', ada, 'ada.l@firm.example'],
    ['mobile', { mobile: '+447700900002' }, 'mobile', null, '+447700900002'],
    ['department', { department: 'Sales' }, 'department', null, 'Sales'],
    ['company', { company: 'Firm' }, 'company', null, 'Firm'],
    ['country', { country: 'GB' }, 'country', null, 'GB'],
    ['city', { city: 'Leeds' }, 'city', null, 'Leeds'],
    ['office', { office: '2.01' }, 'office', null, '2.01'],
    ['title', { title: 'Trader' }, 'title', null, 'Trader'],
    ['licensed', { licensed: false }, 'licensed', true, false],
    ['aliases', { aliases: ['x@firm.example'] }, 'aliases', [], ['x@firm.example']],
    ['businessPhones', { businessPhones: ['+447700900003'] }, 'businessPhones', [], ['+447700900003']],
  ]
  it.each(told)('has a change of %s told before and after', (_name, fields, field, before, after) => {
    const { plan } = afterSyncs(empty, [everybody(...firm), changes({ sourceId: 'ada', record: fields })])
    expect(plan.changes).toMatchObject([
      { kind: 'changed', mailboxId: 1, fields: [{ field, before, after }] },
    ])
    expect(plan.unchanged).toBe(2)
  })

  it('keeps, in a change of one field, everything that was told before', () => {
    const first = everybody(person('ada', { department: 'Sales', aliases: ['x@firm.example'] }))
    const { state } = afterSyncs(empty, [first, changes({ sourceId: 'ada', record: { title: 'Head' } })])
    expect(state.users[0]!.record).toMatchObject({ department: 'Sales', title: 'Head', mail: ada })
  })

  it('lets go of what was taken away', () => {
    const first = everybody(person('ada', { department: 'Sales', mobile: '+447700900001' }))
    const change = changes({ sourceId: 'ada', record: { department: null, mobile: null } })
    expect(afterSyncs(empty, [first, change]).mailboxOf(ada)).toMatchObject({
      department: null,
      mobile: null,
      phones: [],
    })
  })

  it('whose mobile is no number is taken without it, and told', () => {
    const { state } = afterSyncs(empty, [everybody(person('ada', { mobile: 'ask reception' }))])
    expect(state.mailboxes[0]!.mobile).toBeNull()
    expect(state.users[0]!.problem).toMatch(/mobile of ada@firm.example is not a telephone number/)
    expect(state.users[0]!.problem).not.toContain('reception')
  })

  it.each([
    ['no-address', { mail: null }],
    ['no-address', { mail: 'not an address' }],
    ['unlicensed', { licensed: false }],
    ['disabled', { enabled: false }],
  ] as [string, Fields][])('has no mailbox here and is passed over as %s', (reason, fields) => {
    const { plan, state } = afterSyncs(empty, [everybody(person('ada', fields))])
    expect(plan.passedOver).toMatchObject([{ sourceId: 'ada', reason }])
    expect(state.mailboxes).toEqual([])
  })

  it('gets his mailbox when a later change gives him what was missing', () => {
    const later = changes({ sourceId: 'ada', record: { licensed: true } })
    const { plan } = afterSyncs(empty, [everybody(person('ada', { licensed: false, title: 'Head' })), later])
    expect(kindsOf(plan)).toEqual(['added ada'])
  })

  it('keeps his mailbox when his licence ends: his messages must go on being kept', () => {
    const { mailboxOf } = afterSyncs(empty, [
      everybody(...firm),
      changes({ sourceId: 'ada', record: { licensed: false } }),
    ])
    expect(mailboxOf(ada)?.active).toBe(true)
  })
})

describe('who leaves', () => {
  it.each([
    ['is removed', gone('ada')],
    ['is missing from all', everybody(person('ben'), person('li'))],
    ['is disabled', changes({ sourceId: 'ada', record: { enabled: false } })],
    ['has no address any more', changes({ sourceId: 'ada', record: { mail: null } })],
  ])('because he %s becomes inactive, is told once, and keeps his name', (_how, said) => {
    const { plan, state, mailboxOf } = afterSyncs(empty, [everybody(...firm), said])
    expect(kindsOf(plan)).toEqual(['deactivated ada'])
    expect(mailboxOf(ada)).toMatchObject({ active: false, addresses: [] })
    expect(planSync('graph', state, said).changes).toEqual([])
  })

  it('is active again when he returns', () => {
    for (const leaving of [gone('ada'), changes(person('ada', { enabled: false }))]) {
      const { plan, mailboxOf } = afterSyncs(empty, [
        everybody(...firm),
        leaving,
        changes(person('ada', { enabled: true })),
      ])
      expect(kindsOf(plan)).toEqual(['reactivated ada'])
      expect(mailboxOf(ada)).toMatchObject({ active: true, addresses: [ada] })
    }
  })

  it('is not opened again where an administrator closed the mailbox', () => {
    const { state } = afterSyncs(empty, [everybody(...firm)])
    const closed = { ...state, mailboxes: state.mailboxes.map((one) => ({ ...one, active: one.id !== 1 })) }
    const { mailboxOf, plan } = afterSyncs(closed, [
      everybody(person('ada', { title: 'Head' }), ...firm.slice(1)),
    ])
    expect(mailboxOf(ada)?.active).toBe(false)
    expect(plan.changes[0]?.kind).toBe('changed')
  })

  it('may leave an address to a colleague, from the same sync on', () => {
    const said = everybody(person('ben', { aliases: [ada] }), person('li'))
    const { mailboxOf, plan } = afterSyncs(empty, [everybody(...firm), said])
    expect(plan.conflicts).toEqual([])
    expect(mailboxOf('ben@firm.example')?.addresses).toContain(ada)
    expect(mailboxOf(ada)).toMatchObject({ active: false, addresses: [] })
  })

  it('does not take it back when he returns: his colleague has it, and both are told of', () => {
    const handedOn = everybody(person('ben', { aliases: [ada] }), person('li'))
    const { plan, mailboxOf } = afterSyncs(empty, [everybody(...firm), handedOn, changes(person('ada'))])
    expect(plan.conflicts).toMatchObject([
      { sourceId: 'ada', explanation: expect.stringMatching(/ben@firm.example/) },
    ])
    expect(mailboxOf(ada)?.active).toBe(false)
    expect(mailboxOf('ben@firm.example')?.addresses).toContain(ada)
  })
})

describe('addresses', () => {
  it('pass from one to another, in a ring even', () => {
    const swapped = everybody(
      person('ada', { mail: 'ben@firm.example' }),
      person('ben', { mail: ada }),
      person('li'),
    )
    const { plan, state } = afterSyncs(empty, [everybody(...firm), swapped])
    expect(plan.conflicts).toEqual([])
    expect(state.mailboxes.map(({ address }) => address)).toEqual([
      'ben@firm.example',
      ada,
      'li@firm.example',
    ])
  })

  it('that two new users want go to neither, and both are told', () => {
    const { plan, state } = afterSyncs(empty, [everybody(person('ada'), person('eve', { mail: ada }))])
    expect(plan.conflicts.map(({ sourceId }) => sourceId)).toEqual(['ada', 'eve'])
    expect(plan.conflicts[0]!.explanation).toMatch(
      /ada@firm.example is claimed by .* and by .*; leave it to one/,
    )
    expect(state.mailboxes).toEqual([])
  })

  it('that somebody has stay his; the other is told and, where it was an alias, taken without', () => {
    const { plan, state, mailboxOf } = afterSyncs(empty, [
      everybody(...firm),
      changes(person('eve', { mail: ada }), person('ben', { aliases: [ada] })),
    ])
    expect(plan.conflicts.map(({ sourceId }) => sourceId)).toEqual(['ben', 'eve'])
    expect(mailboxOf(ada)?.id).toBe(1)
    expect(mailboxOf('ben@firm.example')?.addresses).toEqual(['ben@firm.example'])
    expect(state.mailboxes).toHaveLength(3)
  })

  it('that are free again are given without being told of again', () => {
    const { plan } = afterSyncs(empty, [
      everybody(person('ada'), person('eve', { mail: ada })),
      changes({ sourceId: 'eve', record: { mail: 'eve@firm.example' } }),
    ])
    expect(kindsOf(plan)).toEqual(['added ada', 'added eve'])
    expect(plan.conflicts).toEqual([])
  })

  it('of somebody who was to move and may not are not given away', () => {
    const { plan, state } = afterSyncs(empty, [
      everybody(...firm),
      // Ada is to become Ben, who stays; so she keeps her own address, and Eve does not get it.
      changes(person('ada', { mail: 'ben@firm.example' }), person('eve', { mail: ada })),
    ])
    expect(plan.conflicts.map(({ sourceId }) => sourceId)).toEqual(['ada', 'eve'])
    expect(state.mailboxes.map(({ address }) => address)).toEqual([
      ada,
      'ben@firm.example',
      'li@firm.example',
    ])
  })

  it('of a user who left are not given to a new one of that name: only a person knows who is who', () => {
    const { plan, state } = afterSyncs(empty, [
      everybody(...firm),
      gone('ada'),
      changes(person('ada2', { mail: ada })),
    ])
    expect(plan.conflicts[0]!.explanation).toMatch(
      /another user, who left.*holdfast directory release ada@firm.example/,
    )
    expect(state.mailboxes).toHaveLength(3)
  })
})

describe('mailboxes that were added by hand', () => {
  const start: DirectoryState = { users: [], mailboxes: [byHand(7, ada), byHand(8, 'old@firm.example')] }

  it('become the user’s who has their address, with all they hold; the others are left alone', () => {
    const { plan, state } = afterSyncs(start, [everybody(person('ada', { department: 'Sales' }))])
    expect(plan.changes).toMatchObject([{ kind: 'changed', mailboxId: 7, adopted: true }])
    expect(state.mailboxes.find(({ id }) => id === 8)).toMatchObject({ active: true, owner: null })
  })

  it('of a disabled user close with him', () => {
    const { plan } = afterSyncs(start, [everybody(person('ada', { enabled: false }))])
    expect(kindsOf(plan)).toEqual(['deactivated ada'])
    expect(
      afterSyncs(start, [
        everybody(person('ada', { enabled: false })),
        changes(person('ada', { enabled: true })),
      ]).mailboxOf(ada),
    ).toMatchObject({ active: true, id: 7 })
  })

  it('are not taken for an alias of somebody', () => {
    const { plan } = afterSyncs(start, [everybody(person('ben', { aliases: [ada] }))])
    expect(plan.conflicts[0]!.explanation).toMatch(/mailbox ada@firm.example, which was added by hand/)
  })

  it('of another source that keeps itself up to date stay its own', () => {
    const other = { users: [], mailboxes: [byHand(7, ada, { owner: 'scim', addresses: [ada] })] }
    const { plan } = afterSyncs(other, [everybody(person('ada'))])
    expect(plan.conflicts[0]!.explanation).toMatch(/comes from SCIM/)
    const file = { users: [], mailboxes: [byHand(7, ada, { owner: 'csv', addresses: [ada] })] }
    expect(afterSyncs(file, [everybody(person('ada'))]).plan.changes).toMatchObject([{ adopted: true }])
    expect(directorySources).toEqual(['csv', 'graph', 'scim'])
  })
})

describe('a sync that would close much', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, place) => person(`p${String(place).padStart(3, '0')}`))
  it.each([
    [100, 20, false],
    [100, 21, true],
    [10, 5, false],
    [10, 6, true],
    [6, 6, true],
    [5, 5, false],
  ])('of %i active mailboxes %i: stops is %s', (count, leaving, stops) => {
    const { state } = afterSyncs(empty, [everybody(...many(count))])
    const plan = planSync('graph', state, everybody(...many(count).slice(leaving)))
    expect(countsOf(plan).deactivated).toBe(leaving)
    expect(tooManyRemovals(state, plan)).toBe(stops)
  })
})
