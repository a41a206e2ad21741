/** Retention over HTTP: by two people, after a trial, locked for ever; labels and scopes, and who may what. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'
import { ada, ben, type HoldsWorld, openHoldsWorld } from '../../compliance/holds/holds-world.fixture.ts'

let world: HoldsWorld
let portal: Portal

beforeAll(async () => {
  world = await openHoldsWorld()
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on'])
  await world.chat(ben, 'two', ['invoice 7', 'nothing of note'])
  portal = await openPortal(world.firm, {
    people: {
      rita: ['Retention Management', 'RecordManagement'],
      rolf: ['Retention Management'],
      vera: ['View-Only Retention Management'],
      ivy: ['Preview', 'Compliance Search'],
      lena: ['RecordManagement'],
    },
    mailboxIds: { lena: [await world.mailboxId('ben@firm.example')] },
  })
}, 60_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

type Settings = Parameters<ReturnType<Portal['as']>['editRetentionPolicy']>[0]['body']

const plain: Settings = {
  ...{ action: 'retain-then-delete', period: { count: 5, unit: 'years' }, starts: 'created' },
  ...{ scope: 'all', mailboxes: [], adaptiveScope: null, early: false, basis: 'MiFID II' },
}

async function simulated(id: number) {
  const rita = portal.as('rita')
  await rita.simulateRetentionPolicy({ params: { id } })
  return vi.waitUntil(
    async () => {
      const policy = await rita.readRetentionPolicy({ params: { id } })
      return policy.simulating ? null : policy
    },
    { timeout: 20_000 },
  )
}

async function turnedOn(name: string, rest: Partial<Settings> = {}) {
  const { id } = await portal.as('rita').createRetentionPolicy({ body: { ...plain, name, ...rest } })
  const { simulatedAt } = await simulated(id)
  await portal.as('rita').askForRetentionPolicy({ params: { id } })
  const body = { decision: 'approved', simulatedAt: simulatedAt! } as const
  return portal.as('rolf').decideRetentionPolicy({ params: { id }, body })
}

describe('a retention policy over HTTP', () => {
  it('goes on only after a simulation, by another person, who saw what he switches on', async () => {
    const [rita, rolf] = [portal.as('rita'), portal.as('rolf')]
    const draft = await rita.createRetentionPolicy({ body: { ...plain, name: 'Chats' } })
    const params = { id: draft.id }
    expect(draft).toMatchObject({ state: 'draft', inForce: false, simulation: null, mayApprove: false })
    await expect(rita.askForRetentionPolicy({ params })).rejects.toMatchObject({
      ...{ status: 409, code: 'retention-refused' },
    })
    const first = await simulated(draft.id)
    expect(first.simulation).toMatchObject({ inScope: 4, disposed: 0 })
    expect(first.simulation!.byMailbox).toHaveLength(2)
    expect(first.simulation!.sample).toHaveLength(4)
    await rita.askForRetentionPolicy({ params })
    const own = { decision: 'approved', simulatedAt: first.simulatedAt! } as const
    await expect(rita.decideRetentionPolicy({ params, body: own })).rejects.toMatchObject({
      ...{ code: 'retention-refused', message: expect.stringContaining('Another person') },
    })
    expect(await rolf.readRetentionPolicy({ params })).toMatchObject({ mayApprove: true })

    // Changed while it waits: nobody asks for it any more, and what was seen is not what is there.
    await rita.editRetentionPolicy({ params, body: { ...plain, period: { count: 1, unit: 'days' } } })
    await expect(rolf.decideRetentionPolicy({ params, body: own })).rejects.toThrow('Nobody asks')
    world.firm.setClock('2026-03-20T13:00:00Z')
    const second = await simulated(draft.id)
    await rita.askForRetentionPolicy({ params })
    await expect(rolf.decideRetentionPolicy({ params, body: own })).rejects.toThrow('since you looked')
    const seen = { ...own, simulatedAt: second.simulatedAt! }
    expect(await rolf.decideRetentionPolicy({ params, body: seen })).toMatchObject({
      ...{ state: 'on', askedBy: 'rita', approvedBy: 'rolf', inForce: true },
    })
  })

  it('is declined, and asked for again', async () => {
    const [rita, rolf] = [portal.as('rita'), portal.as('rolf')]
    const { id } = await rita.createRetentionPolicy({ body: { ...plain, name: 'Declined' } })
    await simulated(id)
    await rita.askForRetentionPolicy({ params: { id } })
    const declined = await rolf.decideRetentionPolicy({ params: { id }, body: { decision: 'declined' } })
    expect(declined).toMatchObject({ state: 'draft', askedBy: null })
    expect(await rita.askForRetentionPolicy({ params: { id } })).toMatchObject({ state: 'asked' })
  })

  it('is deleted while it is a draft, and never once it was on', async () => {
    const rita = portal.as('rita')
    const { id } = await rita.createRetentionPolicy({ body: { ...plain, name: 'Typo' } })
    await expect(portal.as('vera').deleteRetentionPolicy({ params: { id } })).rejects.toMatchObject({
      code: 'not-allowed',
    })
    expect(await rita.deleteRetentionPolicy({ params: { id } })).toEqual({ done: true })
    await expect(rita.readRetentionPolicy({ params: { id } })).rejects.toMatchObject({ code: 'not-found' })
    const audited = await portal.audited('delete-retention-policy')
    expect(audited.map(({ outcome, target }) => [outcome, target])).toContainEqual(['succeeded', 'Typo'])
    const { id: on } = await turnedOn('Was on')
    await rita.turnOffRetentionPolicy({ params: { id: on } })
    await expect(rita.deleteRetentionPolicy({ params: { id: on } })).rejects.toThrow('was on once')
  })

  it('that is switched off is in force for 30 days still, also while somebody asks for it again', async () => {
    const { id } = await turnedOn('Off and on')
    const rita = portal.as('rita')
    const params = { id }
    expect(await rita.turnOffRetentionPolicy({ params })).toMatchObject({
      ...{ state: 'off', inForce: true, simulation: null },
    })
    await expect(rita.editRetentionPolicy({ params, body: plain })).rejects.toThrow('make another policy')
    await expect(rita.askForRetentionPolicy({ params })).rejects.toThrow('simulate it first')
    await simulated(id)
    expect(await rita.askForRetentionPolicy({ params })).toMatchObject({ state: 'asked', inForce: true })
    const kept = await world.rows(
      `select count(*)::int as kept from (select array_agg(id) as ids from message) as m
        cross join lateral retention_settings(m.ids, '2026-03-30') where setting_id = $1 and kind = 'policy'`,
      [id],
    )
    expect(kept).toEqual([{ kept: 4 }])
    expect(
      await portal.as('rolf').decideRetentionPolicy({ params, body: { decision: 'declined' } }),
    ).toMatchObject({ state: 'off', inForce: true })
  })

  it('that is locked becomes longer and wider only, whoever asks', async () => {
    const rita = portal.as('rita')
    const { id } = await rita.createRetentionPolicy({
      body: {
        ...{ ...plain, name: 'Ada’s', action: 'retain', scope: 'static' },
        mailboxes: ['ada@firm.example'],
      },
    })
    const params = { id }
    const { simulatedAt } = await simulated(id)
    await expect(rita.lockRetentionPolicy({ params, body: { name: 'Ada’s' } })).rejects.toThrow(
      'cannot be locked',
    )
    await rita.askForRetentionPolicy({ params })
    await portal.as('rolf').decideRetentionPolicy({
      ...{ params, body: { decision: 'approved', simulatedAt: simulatedAt! } },
    })
    await expect(rita.lockRetentionPolicy({ params, body: { name: 'Adas' } })).rejects.toThrow('Type')
    expect(await rita.lockRetentionPolicy({ params, body: { name: 'Ada’s' } })).toMatchObject({
      ...{ state: 'on', lockedAt: expect.any(String) },
    })
    const refused = { status: 409, code: 'retention-refused' }
    await expect(rita.turnOffRetentionPolicy({ params })).rejects.toMatchObject(refused)
    await expect(rita.editRetentionPolicy({ params, body: plain })).rejects.toMatchObject(refused)
    for (const period of [
      { count: 4, unit: 'years' },
      { count: 59, unit: 'months' },
      { count: 1_825, unit: 'days' },
    ] as const)
      await expect(
        rita.extendRetentionPolicy({ params, body: { period, mailboxes: [] } }),
      ).rejects.toMatchObject(refused)
    const longer = { period: { count: 7, unit: 'years' }, mailboxes: ['ben@firm.example'] } as const
    expect(
      await rita.extendRetentionPolicy({ params, body: { ...longer, mailboxes: [...longer.mailboxes] } }),
    ).toMatchObject({
      period: longer.period,
      namedMailboxes: [{ address: 'ada@firm.example' }, { address: 'ben@firm.example' }],
    })
    expect((await portal.audited('lock-retention-policy')).map(({ outcome }) => outcome)).toEqual([
      ...['refused', 'refused', 'succeeded'],
    ])
  })

  it('that deletes takes in no mailbox that nobody simulated it on', async () => {
    const rita = portal.as('rita')
    const { id } = await turnedOn('Leaves Ben out', { mailboxes: ['ben@firm.example'] })
    await expect(
      rita.extendRetentionPolicy({ params: { id }, body: { mailboxes: ['ben@firm.example'] } }),
    ).rejects.toThrow('make another policy')
  })

  it('for named mailboxes names one; for none of them it is for nobody', async () => {
    const rita = portal.as('rita')
    const nobody = { ...plain, name: 'Nobody', scope: 'static' } as const
    await expect(rita.createRetentionPolicy({ body: nobody })).rejects.toMatchObject({
      code: 'retention-refused',
    })
    const one = { ...nobody, mailboxes: ['ada@firm.example'] }
    const { id } = await rita.createRetentionPolicy({ body: one })
    await world.firm.pool.query('delete from retention_policy_mailbox where policy_id = $1', [id])
    expect((await simulated(id)).simulation).toMatchObject({ inScope: 0, disposed: 0 })
  })

  it('does not tell whether it is a hold that keeps something', async () => {
    const policies = await portal.as('vera').listRetentionPolicies()
    expect(policies.items.length).toBeGreaterThan(3)
    const { simulation } = await simulated(policies.items[0]!.id)
    expect(Object.keys(simulation!)).not.toContain('keptByHold')
  })

  it('is read by who may look only, and changed by nobody else', async () => {
    const [vera, ivy, lena] = [portal.as('vera'), portal.as('ivy'), portal.as('lena')]
    expect((await vera.listRetentionPresets()).items.map(({ name }) => name)).toContain('MiFID II')
    await expect(ivy.listRetentionPolicies()).rejects.toMatchObject({ status: 403 })
    for (const one of [vera, lena])
      await expect(one.createRetentionPolicy({ body: { ...plain, name: 'Mine' } })).rejects.toMatchObject({
        status: 403,
      })
    await expect(vera.readRetentionPolicy({ params: { id: 999 } })).rejects.toMatchObject({ status: 404 })
  })
})

type NewLabel = Parameters<ReturnType<Portal['as']>['createRetentionLabel']>[0]['body']

const newLabel = (name: string, rest: Partial<NewLabel> = {}): { body: NewLabel } => ({
  body: {
    ...{ name, action: 'retain', period: { count: 3, unit: 'years' }, starts: 'labelled', record: 'none' },
    ...{ query: null, reviewStages: [], early: false },
    ...rest,
  },
})

describe('retention labels over HTTP', () => {
  it('come by query, by hand, by search and by default, and a regulatory record keeps its own', async () => {
    const rita = portal.as('rita')
    await rita.createRetentionLabel(newLabel('Invoices', { query: 'invoice' }))
    const contract = await rita.createRetentionLabel(newLabel('Contract', { starts: 'event' }))
    const record = await rita.createRetentionLabel(newLabel('Record', { record: 'regulatory' }))
    expect(await rita.applyLabelQueries()).toEqual({ labelled: 1 })
    const found = { params: contract, body: { query: 'merger OR lunch' } }
    expect(await rita.labelFoundItems(found)).toEqual({ labelled: 2 })
    const [merger] = await world.firm.search('merger')
    await rita.labelItem({ params: { id: merger!.id }, body: { label: record.id } })
    expect(await rita.labelFoundItems(found)).toEqual({ labelled: 0 })
    await expect(
      rita.labelItem({ params: { id: merger!.id }, body: { label: contract.id } }),
    ).rejects.toMatchObject({ code: 'retention-refused' })
    const event = { ...found, body: { ...found.body, at: '2026-03-20T00:00:00.000Z' } }
    expect(await rita.noteLabelEvent(event)).toEqual({ noted: 1 })
    expect(await rita.noteLabelEvent(event)).toEqual({ noted: 0 })
    await rita.setDefaultLabel({ body: { mailboxes: ['ben@firm.example'], label: contract.id } })
    const { items } = await portal.as('vera').listRetentionLabels()
    expect(items.map(({ name, items: count, defaultOf }) => [name, count, defaultOf])).toEqual([
      ['Invoices', 1, []],
      ['Contract', 1, ['ben@firm.example']],
      ['Record', 1, []],
    ])
  })

  it('that make records ask for the role; whom a search filter limits labels nothing beyond it', async () => {
    await expect(
      portal.as('rolf').createRetentionLabel(newLabel('Own record', { record: 'record' })),
    ).rejects.toMatchObject({ status: 403 })
    await expect(
      portal.as('rita').createRetentionLabel(newLabel('Broken', { query: 'from:"' })),
    ).rejects.toMatchObject({ code: 'bad-query' })
    const lena = portal.as('lena')
    const { id } = await lena.createRetentionLabel(newLabel('Lunch'))
    const lunch = await world.firm.search('lunch')
    expect(await lena.labelFoundItems({ params: { id }, body: { query: 'lunch' } })).toEqual({ labelled: 0 })
    await expect(lena.labelItem({ params: { id: lunch[0]!.id }, body: { label: id } })).rejects.toMatchObject(
      { status: 404, code: 'item-not-found' },
    )
  })
})

describe('adaptive scopes over HTTP', () => {
  it('tell beforehand and afterwards which mailboxes they contain', async () => {
    const rita = portal.as('rita')
    const query = {
      match: 'all' as const,
      conditions: [{ attribute: 'address' as const, operator: 'starts-with' as const, value: 'ADA' }],
    }
    expect(await rita.previewAdaptiveScope({ body: { query } })).toEqual({
      ...{ members: 1, mailboxes: [{ address: 'ada@firm.example', name: 'Ada Trader' }] },
    })
    const none = { ...query, conditions: [] }
    await expect(rita.createAdaptiveScope({ body: { name: 'All', query: none } })).rejects.toMatchObject({
      ...{ code: 'retention-refused' },
    })
    const { id } = await rita.createAdaptiveScope({ body: { name: 'Adas', query } })
    expect(await portal.as('vera').readAdaptiveScope({ params: { id } })).toMatchObject({
      ...{ members: 1, left: 0, mailboxes: [{ mailbox: 'ada@firm.example', until: null }] },
    })
    const { id: policy } = await rita.createRetentionPolicy({
      body: { ...plain, name: 'Of the scope', scope: 'adaptive', adaptiveScope: id },
    })
    expect((await simulated(policy)).simulation).toMatchObject({ inScope: 2 })
  })
})
