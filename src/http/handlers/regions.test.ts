/** Messages go from one region to another only under a basis that somebody recorded. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'
import { type CoverageWorld, openCoverageWorld } from '../../coverage/coverage-world.fixture.ts'

let world: CoverageWorld
let portal: Portal

beforeAll(async () => {
  world = await openCoverageWorld()
  portal = await openPortal(world.firm, {
    people: {
      cora: ['Data Connector Admin'],
      mae: ['Mail Recipients'],
      orla: ['Organization Configuration'],
      ivy: ['Preview'],
    },
  })
}, 60_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

describe('a transfer between regions', () => {
  it('is not needed where all is in one', async () => {
    await world.capture('within one region')
    await world.firm.run('whatsapp')
    expect(await world.firm.search('within')).toHaveLength(1)
    expect(await portal.as('cora').readRegions()).toEqual({
      regions: [{ name: 'default', connectors: ['whatsapp'], mailboxes: 2 }],
      bases: [],
    })
  })

  it('is refused without a basis: nothing is imported, and nothing is lost', async () => {
    await portal.as('cora').setConnectorRegion({ body: { connector: 'whatsapp', region: 'cn' } })
    await portal.as('mae').setMailboxRegion({ body: { addresses: ['Ada@firm.example'], region: 'eu' } })
    await world.capture('from here to there')
    const before = await world.firm.counts()
    await expect(world.firm.run('whatsapp')).rejects.toMatchObject({
      code: 'transfer-basis-missing',
      message: expect.stringMatching(/"whatsapp" takes from region cn, and ada@firm.example is in region eu/),
    })
    expect(await world.firm.counts()).toMatchObject({ message: before.message, item: before.item })
    const basis = {
      from: 'cn',
      to: 'eu',
      basis: 'Standard contract, filed with the regulator.',
      law: 'PIPL Art. 38(1)(3)',
      document: 'contracts/2026/014',
    }
    await expect(portal.as('cora').recordTransferBasis({ body: basis })).rejects.toMatchObject({
      status: 403,
    })
    const later = { ...basis, validFrom: '2026-03-20T12:00:01.000Z' }
    const { id: early } = await portal.as('orla').recordTransferBasis({ body: later })
    await expect(world.firm.run('whatsapp')).rejects.toMatchObject({ code: 'transfer-basis-missing' })
    await portal.as('orla').endTransferBasis({ params: { id: early } })
    const { id } = await portal.as('orla').recordTransferBasis({ body: basis })
    await expect(portal.as('orla').recordTransferBasis({ body: basis })).rejects.toMatchObject({
      code: 'bad-request',
    })
    await world.firm.run('whatsapp')
    expect(await world.firm.search('there')).toHaveLength(1)
    await portal.as('orla').endTransferBasis({ params: { id } })
    await world.capture('after its end')
    await expect(world.firm.run('whatsapp')).rejects.toMatchObject({ code: 'transfer-basis-missing' })
    const { bases } = await portal.as('orla').readRegions()
    const ended = { recordedBy: 'orla', ended: { by: 'orla' } }
    expect(bases).toMatchObject([
      { id, ...basis, ...ended },
      { id: early, ...later, ...ended },
    ])
    // Another way round is another transfer.
    await portal.as('orla').recordTransferBasis({ body: { from: 'eu', to: 'cn', basis: 'the way back' } })
    await expect(world.firm.run('whatsapp')).rejects.toMatchObject({ code: 'transfer-basis-missing' })
    await portal.as('mae').setMailboxRegion({ body: { addresses: ['ada@firm.example'], region: 'cn' } })
    await world.firm.run('whatsapp')
    expect(await world.firm.search('its end')).toHaveLength(1)
    expect((await portal.audited('record-transfer-basis')).map(({ actor }) => actor)).toContain('orla')
  })

  it('is for those who may, and names what is there', async () => {
    await expect(portal.as('ivy').readRegions()).rejects.toMatchObject({ status: 403 })
    await expect(
      portal
        .as('mae')
        .setMailboxRegion({ body: { addresses: ['ben@firm.example', 'no@firm.example'], region: 'eu' } }),
    ).rejects.toMatchObject({ code: 'mailbox-not-found' })
    await expect(
      portal.as('cora').setConnectorRegion({ body: { connector: 'nobody', region: 'eu' } }),
    ).rejects.toMatchObject({ code: 'connector-not-found' })
    const { regions } = await portal.as('cora').readRegions()
    expect(regions).toEqual([
      { name: 'cn', connectors: ['whatsapp'], mailboxes: 1 },
      { name: 'default', connectors: [], mailboxes: 1 },
    ])
  })
})
