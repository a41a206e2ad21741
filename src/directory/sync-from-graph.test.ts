import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installFaults, SimulatedCrash } from '../platform/faults.ts'
import { type DirectoryWorld, openDirectoryWorld, settings, unlicensed } from './directory-world.fixture.ts'
import { readDirectory, releaseMailbox, removeGraphSource, setGraphSource, syncFromGraph } from './index.ts'
import { countsOf } from './plan.ts'

let world: DirectoryWorld
beforeEach(async () => {
  world = await openDirectoryWorld()
  await world.setUp()
  for (const id of ['ada', 'ben', 'cai', 'dev', 'eve']) world.tenant.put(id)
})
afterEach(() => world?.close())

const sync = async (options: { acceptRemovals?: boolean; dryRun?: boolean; full?: boolean } = {}) => {
  const outcome = await syncFromGraph(world.parts, { dryRun: false, acceptRemovals: false, ...options })
  return { full: outcome.full, ...countsOf(outcome.plan) }
}

describe('a sync from Microsoft Graph', () => {
  it('takes everybody over page by page, then only what changed', async () => {
    expect(await sync()).toMatchObject({ full: true, added: 5, unchanged: 0 })
    expect(world.tenant.requests).toHaveLength(3)
    expect(world.tenant.requests[0]).toMatch(/^\/v1\.0\/users\/delta\?\$select=id,userPrincipalName,/)
    expect(await world.rows(`select * from mailbox where address = 'ada@firm.example'`)).toMatchObject([
      { name: 'ada Trader', department: 'Trading', active: true },
    ])
    expect(await world.rows(`select record from directory_user where source_id = 'ada'`)).toMatchObject([
      {
        record: {
          company: 'Firm',
          country: 'GB',
          city: 'Leeds',
          office: '2.01',
          title: 'Trader',
          licensed: true,
        },
      },
    ])
    expect(await sync()).toMatchObject({ full: false, added: 0, changed: 0, unchanged: 5 })
    world.tenant.put('ada', {
      displayName: 'Ada B',
      mobilePhone: '+44 7700 900001',
      businessPhones: ['+44 7700 900002'],
    })
    world.tenant.put('new')
    expect(await sync()).toMatchObject({ full: false, added: 1, changed: 1, unchanged: 4 })
    expect(world.tenant.requests.at(-1)).toMatch(/\$deltatoken=/)
    expect(await world.rows('select kind, phone from mailbox_phone order by kind')).toEqual([
      { kind: 'business', phone: '+447700900002' },
      { kind: 'mobile', phone: '+447700900001' },
    ])
    expect(
      await world.rows(
        `select actor, details from audit_event where operation = 'sync-directory' order by id`,
      ),
    ).toMatchObject([
      { actor: 'local-operator', details: { source: 'graph', added: 5 } },
      { details: { unchanged: 5 } },
      { details: { added: 1, changed: 1 } },
    ])
  })

  it('closes who is removed or disabled, keeps all that is his, and opens it when he returns', async () => {
    await sync()
    world.tenant.remove('ada')
    world.tenant.put('ben', { accountEnabled: false })
    expect(await sync()).toMatchObject({ deactivated: 2 })
    expect(await world.mailboxes()).toEqual(['ada (closed)', 'ben (closed)', 'cai', 'dev', 'eve'])
    const [closed] = await world.rows(`select active_to from mailbox where address = 'ada@firm.example'`)
    expect(closed.active_to.getTime()).toBe(world.now())
    world.pass(60_000)
    world.tenant.put('ada')
    world.tenant.put('ben')
    expect(await sync()).toMatchObject({ reactivated: 2 })
    expect(await world.rows('select 1 from mailbox where active_to is not null')).toEqual([])
    const [event] = await world.rows(
      `select details from audit_event where operation = 'sync-directory' order by id desc`,
    )
    expect(event.details.openedMailboxes).toHaveLength(2)
  })

  it('passes over who has no licence for a mailbox until he has one', async () => {
    world.tenant.put('room', unlicensed)
    world.tenant.put('guest', { mail: null, proxyAddresses: [] })
    expect(await sync()).toMatchObject({ added: 5, passedOver: 2 })
    world.tenant.put('room')
    world.tenant.put('ada', unlicensed)
    expect(await sync()).toMatchObject({ added: 1, deactivated: 0, changed: 1 })
    expect(await world.mailboxes()).toEqual(['ada', 'ben', 'cai', 'dev', 'eve', 'room'])
  })

  it('begins again where Graph has forgotten the delta, and then finds who is missing', async () => {
    await sync()
    world.tenant.remove('eve', 'deleted')
    world.tenant.refuseNext(410, 'syncStateNotFound')
    expect(await sync()).toMatchObject({ full: true, deactivated: 1, unchanged: 4 })
    expect(await sync()).toMatchObject({ full: false, deactivated: 0 })
  })

  it('keeps the time of an address that changed', async () => {
    await sync()
    world.pass(86_400_000)
    world.tenant.put('ada', {
      mail: 'ada.b@firm.example',
      proxyAddresses: ['SMTP:ada.b@firm.example', 'smtp:sales@firm.example', 'X500:/o=Firm/cn=ada'],
    })
    expect(await sync()).toMatchObject({ changed: 1 })
    const now = new Date(world.now())
    expect(
      await world.rows(
        `select a.address, valid_from, valid_to from mailbox_address a join mailbox m on m.id = mailbox_id
          where m.address = 'ada.b@firm.example' order by a.address`,
      ),
    ).toEqual([
      { address: 'ada.b@firm.example', valid_from: now, valid_to: null },
      { address: 'ada@firm.example', valid_from: null, valid_to: now },
      { address: 'sales@firm.example', valid_from: now, valid_to: null },
    ])
  })

  it('passes addresses on in a ring', async () => {
    await sync()
    for (const [id, other] of [
      ['ada', 'ben'],
      ['ben', 'cai'],
      ['cai', 'ada'],
    ] as const)
      world.tenant.put(id, { mail: `${other}@firm.example`, proxyAddresses: [`SMTP:${other}@firm.example`] })
    expect(await sync()).toMatchObject({ changed: 3, conflicts: 0 })
    expect(await world.rows('select id, address from mailbox order by id limit 3')).toMatchObject(
      ['ben', 'cai', 'ada'].map((name) => ({ address: `${name}@firm.example` })),
    )
  })
})

describe('a dry run', () => {
  it('shows what a sync would change and changes nothing', async () => {
    await sync()
    world.tenant.put('ada', { department: 'Sales' })
    const before = await world.rows('select (select count(*) from audit_event), * from directory_sync')
    const { plan, applied } = await syncFromGraph(world.parts, { dryRun: true, acceptRemovals: false })
    expect(applied).toBe(false)
    expect(plan.changes).toMatchObject([
      { kind: 'changed', fields: [{ field: 'department', before: 'Trading', after: 'Sales' }] },
    ])
    expect(await world.rows('select (select count(*) from audit_event), * from directory_sync')).toEqual(
      before,
    )
    expect(await sync()).toMatchObject({ changed: 1 })
  })
})

describe('what goes wrong', () => {
  const status = async () => (await readDirectory(world.parts)).sources[0]

  it('a sync that would close too many stops, changes nothing, and does it when it is agreed to', async () => {
    for (const id of ['f', 'g', 'h', 'i', 'j']) world.tenant.put(id)
    await sync()
    for (const id of ['ada', 'ben', 'f', 'g', 'h', 'i']) world.tenant.remove(id)
    const shown = await syncFromGraph(world.parts, { dryRun: true, acceptRemovals: false })
    expect(shown.removalsRefused).toBe(true)
    await expect(sync()).rejects.toMatchObject({
      code: 'directory-removals-refused',
      message: expect.stringMatching(/deactivate 6 of 10 active mailboxes.*--accept-removals/),
    })
    expect((await world.mailboxes()).filter((one) => one.includes('closed'))).toEqual([])
    expect(await status()).toMatchObject({
      problem: { code: 'directory-removals-refused' },
      counts: { added: 10 },
    })
    expect(await sync({ acceptRemovals: true })).toMatchObject({ full: false, deactivated: 6 })
    expect(await status()).toMatchObject({ problem: null, counts: { deactivated: 6 } })
  })

  it('a missing permission is named, kept for whoever looks, and gone with the next success', async () => {
    world.tenant.refuseNext(403, 'Authorization_RequestDenied')
    await expect(sync()).rejects.toMatchObject({
      code: 'directory-sync-failed',
      message: expect.stringMatching(/User\.Read\.All/),
    })
    expect(await status()).toMatchObject({
      lastSuccessAt: null,
      problem: { message: expect.stringMatching(/User\.Read\.All/) },
    })
    await sync()
    expect(await status()).toMatchObject({
      problem: null,
      lastSuccessAt: new Date(world.now()).toISOString(),
    })
  })

  it('a wrong secret is refused in a sentence, and the secret is nowhere to be read', async () => {
    await setGraphSource(world.parts, { settings, secret: { clientSecret: 'wrong but secret' } })
    const refusal = await sync().catch((error) => error)
    expect(refusal).toMatchObject({ code: 'directory-sync-failed', details: { reason: 'sign-in-refused' } })
    const told = JSON.stringify([
      refusal.message,
      await readDirectory(world.parts),
      await world.rows('select details from audit_event'),
    ])
    expect(told).not.toContain('wrong but secret')
  })

  it.each([
    ['directory.read', 1],
    ['directory.applied', 1],
    ['directory.before-commit', 1],
    ['directory.committed', 0],
  ])('a process that dies at %s is followed by one that finds what is left to do', async (point, left) => {
    await sync()
    world.tenant.put('ada', { displayName: 'Ada B' })
    world.tenant.put('new')
    const faults = installFaults({ point, pass: 1, how: 'throw' })
    await expect(sync()).rejects.toThrow(SimulatedCrash)
    faults.remove()
    expect(await sync()).toMatchObject({ full: false, changed: left, added: left })
    expect(await world.mailboxes()).toHaveLength(6)
  })

  it('two at once: one of them wins, the other is told or finds nothing to do', async () => {
    const both = await Promise.allSettled([sync(), sync()])
    const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    expect(refused.every((code) => code === 'changed-meanwhile')).toBe(true)
    expect(refused.length).toBeLessThan(2)
    expect(await world.mailboxes()).toHaveLength(5)
  })

  it('two users with one address are told and neither is guessed; an old mailbox goes on when it is released', async () => {
    await sync()
    world.tenant.remove('ada')
    await sync()
    world.tenant.put('ada-2', { mail: 'ada@firm.example', proxyAddresses: ['SMTP:ada@firm.example'] })
    expect(await sync()).toMatchObject({ conflicts: 1, added: 0 })
    const { problems, problemCount } = await readDirectory(world.parts)
    expect(problemCount).toBe(1)
    expect(problems[0]!.explanation).toMatch(/another user, who left/)
    await releaseMailbox(world.parts, 'ADA@firm.example')
    expect(await sync()).toMatchObject({ conflicts: 0, reactivated: 1 })
    expect(await world.mailboxes()).toEqual(['ada', 'ben', 'cai', 'dev', 'eve'])
    await expect(releaseMailbox(world.parts, 'none@firm.example')).rejects.toMatchObject({
      code: 'mailbox-not-found',
    })
  })
})

describe('the settings', () => {
  it('keep the secret for the same application only', async () => {
    await setGraphSource(world.parts, { settings })
    expect(await sync()).toMatchObject({ added: 5 })
    const other = { ...settings, tenantId: 'other.example' }
    await expect(setGraphSource(world.parts, { settings: other })).rejects.toMatchObject({
      code: 'bad-settings',
    })
    await setGraphSource(world.parts, { settings: other, secret: { clientSecret: 'x' } })
    expect(await world.rows('select delta_link from directory_sync')).toEqual([{ delta_link: null }])
  })

  it('want the secret that was chosen, and tell of a change in between', async () => {
    const certificate = { ...settings, credential: 'certificate' as const }
    const wrong = setGraphSource(world.parts, { settings: certificate, secret: { clientSecret: 'x' } })
    await expect(wrong).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringMatching(/certificate/),
    })
    const late = setGraphSource(world.parts, { settings, version: 7 })
    await expect(late).rejects.toMatchObject({ code: 'changed-meanwhile' })
  })

  it('removed end the sync and leave every mailbox', async () => {
    await sync()
    await removeGraphSource(world.parts)
    await expect(sync()).rejects.toMatchObject({ code: 'directory-not-set-up' })
    expect(await world.mailboxes()).toHaveLength(5)
    expect((await readDirectory(world.parts)).graph).toBeNull()
  })
})
