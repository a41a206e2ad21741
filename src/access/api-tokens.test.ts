import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorld, type World } from './access-world.fixture.ts'
import * as access from './index.ts'

const day = 24 * 60 * 60_000

let world: World
let ada: access.Principal
let erin: access.Principal
beforeAll(async () => {
  world = await openWorld()
  ada = await world.firstAdministrator()
  erin = await world.member(ada, 'erin', 'eDiscovery Manager')
})
afterAll(() => world.close())

const refusal = (code: string) => expect.objectContaining({ code })
const make = (by: access.Principal, ...roles: Parameters<typeof access.createToken>[2]['roles'][number][]) =>
  access.createToken(world.parts, by, { name: 'nightly report', roles, days: 30 })
const tokensOf = async (username: string) =>
  (await access.listUsers(world.parts)).find((user) => user.username === username)!.tokens

describe('a token', () => {
  test('has the roles it was made with and no others of its owner', async () => {
    const { token } = await make(erin, 'Compliance Search')
    const robot = (await access.principalOfToken(world.parts, token))!
    expect(robot).toMatchObject({ kind: 'token', username: 'erin', session: null })
    expect([...robot.roles]).toEqual(['Compliance Search'])
    expect(await tokensOf('erin')).toBe(1)
  })

  test('cannot have a role its maker does not hold', async () => {
    await expect(make(erin, 'Compliance Search', 'Role Management')).rejects.toEqual(refusal('not-allowed'))
  })

  test('lies in the database as a hash, and its making is audited without it', async () => {
    const { token } = await make(erin, 'Preview')
    expect(token).toMatch(/^holdfast_[\w-]{43}$/)
    const { rows } = await world.pool.query('select t::text as row from api_token t')
    const { rows: events } = await world.pool.query('select e::text as row from audit_event e')
    for (const { row } of [...rows, ...events]) expect(row).not.toContain(token.slice('holdfast_'.length))
    const [event] = (await world.audited('create-token')).slice(-1)
    expect(event).toMatchObject({ target: 'nightly report', details: { roles: ['Preview'] } })
  })

  test('works until its day, not after', async () => {
    const { token, expiresAt } = await make(erin, 'Preview')
    expect(expiresAt).toBe(new Date(world.now() + 30 * day).toISOString())
    world.pass(30 * day - 1)
    expect(await access.principalOfToken(world.parts, token)).not.toBeNull()
    world.pass(1)
    expect(await access.principalOfToken(world.parts, token)).toBeNull()
    expect(await tokensOf('erin')).toBe(0)
  })

  test('is revoked by its owner, not by another', async () => {
    const { id, token } = await make(erin, 'Preview')
    await expect(access.revokeToken(world.parts, ada, id)).rejects.toEqual(refusal('not-found'))
    expect(await access.principalOfToken(world.parts, token)).not.toBeNull()
    await access.revokeToken(world.parts, erin, id)
    await access.revokeToken(world.parts, erin, id)
    expect(await access.principalOfToken(world.parts, token)).toBeNull()
    expect((await access.listTokens(world.parts, erin))[0]).toMatchObject({
      id,
      revokedAt: expect.any(String),
    })
  })

  test('loses the roles its owner loses', async () => {
    const { token } = await make(erin, 'Preview', 'Export')
    const { id } = await world.group('eDiscovery Manager')
    await access.doOrAsk(world.parts, ada, {
      operation: 'changeMembers',
      id,
      add: [],
      remove: [erin.userId],
    })
    expect([...(await access.principalOfToken(world.parts, token))!.roles]).toEqual([])
    await world.join('erin', 'eDiscovery Manager')
    expect([...(await access.principalOfToken(world.parts, token))!.roles].sort()).toEqual([
      'Export',
      'Preview',
    ])
  })

  test('sees the mailboxes its owner sees', async () => {
    const [mailbox] = await world.mailboxes(
      { address: 'amelia@firm.example', department: 'Sales' },
      { address: 'owen@firm.example', department: 'Legal' },
    )
    const input = {
      name: 'only sales',
      for: { kind: 'user', id: erin.userId },
      mailboxes: [],
      departments: ['Sales'],
    } as const
    await access.doOrAsk(world.parts, ada, { operation: 'createSearchFilter', input })
    const { token } = await make(erin, 'Preview')
    expect((await access.principalOfToken(world.parts, token))!.mailboxIds).toEqual([mailbox])
  })

  test('that nobody made is nobody', async () => {
    expect(await access.principalOfToken(world.parts, `holdfast_${'A'.repeat(43)}`)).toBeNull()
    expect(await access.principalOfToken(world.parts, '')).toBeNull()
  })

  test('ends with its owner, and does not come back with him', async () => {
    const { token } = await make(erin, 'Preview')
    await access.updateUser(world.parts, erin.userId, { disabled: true })
    expect(await access.principalOfToken(world.parts, token)).toBeNull()
    await access.updateUser(world.parts, erin.userId, { disabled: false })
    expect(await access.principalOfToken(world.parts, token)).toBeNull()
  })
})
