/** The page Coverage's endpoints, over HTTP, with people who may and may not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'
import { ada, type CoverageWorld, openCoverageWorld } from '../../coverage/coverage-world.fixture.ts'
import { attestDay, coveredAccount, verifyStatement } from '../../coverage/index.ts'

let world: CoverageWorld
let portal: Portal
let id: number

beforeAll(async () => {
  world = await openCoverageWorld()
  portal = await openPortal(world.firm, {
    people: {
      cora: ['Data Connector Admin'],
      rita: ['RecordManagement'],
      al: ['Manage Alerts'],
      ivy: ['Preview'],
    },
  })
  await world.capture('one', 'two')
  await world.tell({
    gap: {
      reason: 'sequence-jump',
      key: '4',
      explanation: 'Messages 4 to 6 were never given.',
      custodian: ada,
    },
  })
  await world.firm.run('whatsapp')
  id = (await world.account()).id
}, 60_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

describe('the coverage endpoints', () => {
  it('ask the site when told so, and show its account with its people, days and gaps', async () => {
    const cora = portal.as('cora')
    const facts = await cora.refreshCoverage({ params: { id } })
    expect(facts).toMatchObject({
      ...{ name: 'Firm', problem: null, openGaps: 1, gaps: { open: 1, accepted: 0, closed: 0 } },
      people: { new: 1, never: 1 },
      publicKey: expect.stringMatching(/^ed25519:/),
    })
    expect(facts.days).toHaveLength(14)
    expect(facts.days[0]).toMatchObject({
      day: '2026-03-20',
      captured: 2,
      indexed: 2,
      expected: 3,
      state: 'gaps',
    })
    expect(await cora.readCoverage({ params: { id } })).toEqual(facts)
    expect(await cora.listCoverage()).toMatchObject([{ id, name: 'Firm', openGaps: 1 }])
    expect((await portal.audited('view-coverage')).map(({ actor }) => actor)).toEqual(['cora', 'cora'])
  })

  it('tell what two ways in of a person have, and leave a trace of the look', async () => {
    const before = (await portal.audited('view-coverage')).length
    const query = { from: '2026-03-19', to: '2026-03-20' }
    const { rows, ...days } = await portal.as('rita').reconcileRoutes({ params: { id }, query })
    expect(days).toEqual(query)
    expect(rows).toEqual([])
    expect(await portal.audited('view-coverage')).toHaveLength(before + 1)
    await expect(portal.as('ivy').reconcileRoutes({ params: { id }, query })).rejects.toMatchObject({
      status: 403,
    })
  })

  it('let a gap be accepted by who answers for the records, and by nobody else', async () => {
    const [gap] = (await portal.as('rita').listCoverageGaps({ params: { id }, query: { state: 'open' } }))
      .items
    expect(gap).toMatchObject({
      explanation: 'Messages 4 to 6 were never given.',
      user: { name: 'Ada Trader' },
    })
    const input = {
      params: { id: Number(gap!.id) },
      body: { reason: 'The vendor confirmed that they are gone.' },
    }
    await expect(portal.as('cora').acceptGap(input)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(portal.as('ivy').readCoverage({ params: { id } })).rejects.toMatchObject({
      code: 'not-allowed',
    })
    await portal.as('rita').acceptGap(input)
    const { items } = await portal.as('cora').listCoverageGaps({ params: { id }, query: {} })
    expect(items).toMatchObject([{ state: 'accepted', accepted: { by: 'rita' } }])
    expect(await portal.audited('accept-gap')).toMatchObject([
      { actor: 'cora', outcome: 'refused' },
      { actor: 'rita', outcome: 'succeeded', details: { reason: 'sequence-jump' } },
    ])
  })

  it('hand out an attestation as it was signed', async () => {
    world.firm.setClock('2026-03-21T07:00:00Z')
    await portal.as('rita').refreshCoverage({ params: { id } })
    const document = await attestDay(
      world.firm.centre,
      await coveredAccount(world.firm.centre, id),
      '2026-03-20',
    )
    const { attestations, publicKey } = await portal.as('rita').readCoverage({ params: { id } })
    const answer = await fetch(`${portal.url}/api/coverage/attestations/${attestations[0]!.id}`, {
      headers: portal.headersOf('rita'),
    })
    expect(answer.headers.get('content-disposition')).toContain('coverage-2026-03-20.json')
    const text = await answer.text()
    expect(text).toBe(document)
    expect(verifyStatement(text, publicKey)).toMatchObject({ account: 'Firm' })
  })

  it('keep where alerts go for who manages alerts, and never show the secret again', async () => {
    const body = {
      emailAddresses: ['compliance@firm.example'],
      webhook: { url: 'https://hooks.firm.example/a', secret: 'seven quiet herons' },
      ...{ lagMinutes: 60, version: 0 },
    }
    await expect(portal.as('cora').changeAlertSettings({ body })).rejects.toMatchObject({
      code: 'not-allowed',
    })
    const shown = await portal.as('al').changeAlertSettings({ body })
    expect(shown).toEqual({
      emailAddresses: ['compliance@firm.example'],
      webhook: { url: 'https://hooks.firm.example/a', hasSecret: true },
      ...{ lagMinutes: 60, version: 1, problem: null },
    })
    expect(JSON.stringify(await portal.audited('change-settings'))).not.toContain('herons')
    expect(portal.failures).toEqual([])
  })

  it('give a probe its word', async () => {
    const { nonce } = await portal.as('cora').startHeartbeat({ params: { id }, body: { route: 'phone' } })
    expect(nonce).toMatch(/^probe[a-z]{18}$/)
    const { heartbeats } = await portal.as('cora').readCoverage({ params: { id } })
    expect(heartbeats).toMatchObject([{ route: 'phone', captureToSearchSeconds: null }])
  })
})
