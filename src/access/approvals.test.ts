import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorld, type World } from './access-world.fixture.ts'
import * as access from './index.ts'

const day = 24 * 60 * 60_000

let world: World
/** Two who can give roles, one who reads, one who can do nothing. */
let ada: access.Principal
let ben: access.Principal
let rita: access.Principal
let nick: access.Principal
beforeAll(async () => {
  world = await openWorld()
  ada = await world.firstAdministrator()
  ben = await world.member(ada, 'ben', 'Organization Management')
  rita = await world.member(ada, 'rita', 'Reviewer')
  nick = await world.member(ada, 'nick')
})
afterAll(() => world.close())

const refusal = (code: string) => expect.objectContaining({ code })
const rolesOf = async (username: string) => {
  const user = (await access.listUsers(world.parts)).find((one) => one.username === username)!
  return user.roleGroups.map(({ name }) => name)
}

async function add(by: access.Principal, user: access.Principal, group: string): Promise<access.Outcome> {
  const { id } = await world.group(group)
  return access.doOrAsk(world.parts, by, { operation: 'changeMembers', id, add: [user.userId], remove: [] })
}

async function remove(by: access.Principal, user: access.Principal, group: string): Promise<access.Outcome> {
  const { id } = await world.group(group)
  return access.doOrAsk(world.parts, by, { operation: 'changeMembers', id, add: [], remove: [user.userId] })
}

function waitingId(outcome: access.Outcome): number {
  if (outcome.state !== 'waiting') throw new Error('It was done at once.')
  return outcome.approval
}

const decide = (by: access.Principal, id: number, decision: 'approved' | 'declined' | 'withdrawn') =>
  access.decideApproval(world.parts, by, id, decision, 'because')

describe('a role given to somebody', () => {
  test('waits for a second person, and nothing has changed until he approves', async () => {
    const id = waitingId(await add(ada, nick, 'eDiscovery Manager'))
    expect(await rolesOf('nick')).toEqual([])
    const [seen] = await access.listApprovals(world.parts, ben, id)
    expect(seen).toMatchObject({
      summary: 'ada asks to add nick to eDiscovery Manager.',
      requestedBy: 'ada',
      state: 'waiting',
      mayDecide: true,
    })
    await decide(ben, id, 'approved')
    expect(await rolesOf('nick')).toEqual(['eDiscovery Manager'])
    const [event] = (await world.audited('change-members')).slice(-1)
    expect(event).toMatchObject({
      target: 'eDiscovery Manager',
      details: { added: ['nick'], approval: id, approvedBy: 'ben' },
    })
    expect(await access.listApprovals(world.parts, ben, id)).toMatchObject([
      { state: 'approved', decidedBy: 'ben', reason: 'because', mayDecide: false },
    ])
  })

  test('is never approved by who asked, nor by a program', async () => {
    const id = waitingId(await add(ada, nick, 'Records Management'))
    expect(await access.listApprovals(world.parts, ada, id)).toMatchObject([{ mayDecide: false }])
    await expect(decide(ada, id, 'approved')).rejects.toEqual(refusal('approval-refused'))
    await expect(decide(ada, id, 'declined')).rejects.toEqual(refusal('approval-refused'))
    const { token } = await access.createToken(world.parts, ben, {
      name: 'robot',
      roles: ['Role Management'],
      days: 1,
    })
    const robot = (await access.principalOfToken(world.parts, token))!
    expect(await access.listApprovals(world.parts, robot, id)).toMatchObject([{ mayDecide: false }])
    await expect(decide(robot, id, 'approved')).rejects.toEqual(refusal('approval-refused'))
    await decide(ada, id, 'withdrawn')
    await expect(decide(ben, id, 'approved')).rejects.toEqual(refusal('approval-refused'))
    expect(await rolesOf('nick')).not.toContain('Records Management')
  })

  test('is not withdrawn by another, and stays undone when it is declined', async () => {
    const id = waitingId(await add(ada, nick, 'Records Management'))
    await expect(decide(ben, id, 'withdrawn')).rejects.toEqual(refusal('approval-refused'))
    await decide(ben, id, 'declined')
    expect(await rolesOf('nick')).not.toContain('Records Management')
    await expect(decide(ben, id, 'approved')).rejects.toEqual(refusal('approval-refused'))
  })

  test('is not given after a week of waiting', async () => {
    const id = waitingId(await add(ada, nick, 'Records Management'))
    world.pass(7 * day)
    expect(await access.listApprovals(world.parts, ben, id)).toMatchObject([{ state: 'expired' }])
    await expect(decide(ben, id, 'approved')).rejects.toEqual(refusal('approval-refused'))
  })

  test('is not given in the name of somebody who may not give it any more', async () => {
    const carla = await world.member(ada, 'carla', 'Organization Management')
    const id = waitingId(await add(carla, nick, 'Records Management'))
    await remove(ada, carla, 'Organization Management')
    await expect(decide(ben, id, 'approved')).rejects.toEqual(refusal('approval-refused'))
    expect(await rolesOf('nick')).not.toContain('Records Management')
  })

  test('is done at once where the settings ask for nobody', async () => {
    await letRolesBeGivenAlone()
    expect(await add(ada, nick, 'Global Reader')).toMatchObject({ state: 'done' })
    expect(await rolesOf('nick')).toContain('Global Reader')
  })
})

describe('a right given to oneself', () => {
  test('waits for a second person whatever the settings say, and everybody is told of it', async () => {
    await letRolesBeGivenAlone()
    const id = waitingId(await add(ada, ada, 'Reviewer'))
    expect(await rolesOf('ada')).not.toContain('Reviewer')
    await decide(ben, id, 'approved')
    expect(await rolesOf('ada')).toContain('Reviewer')
    const grants = await access.recentSelfGrants(world.parts)
    expect(grants[0]).toMatchObject({ target: 'Reviewer', approvedBy: 'ben' })
  })

  test('waits too when a role is added to a group one is in', async () => {
    const group = await world.group('Organization Management')
    const { id, version, name, description, oidcGroups } = group
    const input = { name, description, oidcGroups, roles: [...group.roles, 'Preview'] as typeof group.roles }
    const act = { operation: 'changeRoleGroup', id, version, input } as const
    const asked = waitingId(await access.doOrAsk(world.parts, ada, act))
    expect((await world.group('Organization Management')).roles).not.toContain('Preview')
    await decide(ben, asked, 'declined')
  })

  test('waits too when a limit of what one may search is removed', async () => {
    await world.mailboxes({ address: 'amelia@firm.example' })
    const input = {
      name: 'only Amelia',
      for: { kind: 'user', id: ada.userId },
      mailboxes: ['amelia@firm.example'],
      departments: [],
    } as const
    const made = await access.doOrAsk(world.parts, ada, { operation: 'createSearchFilter', input })
    if (made.state !== 'done') throw new Error('A first limit widens nothing.')
    const asked = waitingId(
      await access.doOrAsk(world.parts, ada, { operation: 'deleteSearchFilter', id: made.id }),
    )
    expect(await access.listSearchFilters(world.parts.queries)).toHaveLength(1)
    await decide(ben, asked, 'approved')
    expect(await access.listSearchFilters(world.parts.queries)).toHaveLength(0)
  })

  test('is done at once where there is nobody else, and told as such', async () => {
    const alone = await openWorld()
    const only = await alone.firstAdministrator()
    const { id } = await alone.group('Reviewer')
    const act = { operation: 'changeMembers', id, add: [only.userId], remove: [] } as const
    expect(await access.doOrAsk(alone.parts, only, act)).toMatchObject({ state: 'done' })
    expect(await access.recentSelfGrants(alone.parts)).toMatchObject([
      { target: 'Reviewer', approvedBy: null },
    ])
    await alone.close()
  })
})

describe('the second person', () => {
  test('is not done away with by one alone', async () => {
    await restoreApproval()
    const approvals = { ...(await access.readSettings(world.parts.queries)).approvals, roleGrants: false }
    const act = { operation: 'changeSettings', change: { approvals } } as const
    const id = waitingId(await access.doOrAsk(world.parts, ada, act))
    expect((await access.readSettings(world.parts.queries)).approvals.roleGrants).toBe(true)
    await decide(ben, id, 'approved')
    expect((await access.readSettings(world.parts.queries)).approvals.roleGrants).toBe(false)
  })
})

describe('the last administrator', () => {
  test('can be neither removed nor disabled', async () => {
    await remove(ada, ben, 'Organization Management')
    await expect(remove(ada, ada, 'Organization Management')).rejects.toEqual(refusal('last-administrator'))
    await expect(access.updateUser(world.parts, ada.userId, { disabled: true })).rejects.toEqual(
      refusal('last-administrator'),
    )
    expect(await rolesOf('ada')).toContain('Organization Management')
  })

  test('stays one although another could give roles who cannot sign in', async () => {
    await letRolesBeGivenAlone()
    await access.createUser(world.parts, ada, 'https://archive.firm.example', {
      username: 'vera',
      name: 'Vera',
      email: null,
    })
    await world.join('vera', 'Organization Management')
    await expect(remove(ada, ada, 'Organization Management')).rejects.toEqual(refusal('last-administrator'))
  })

  test('keeps the role that gives roles in his group', async () => {
    const { id, version, name, description, oidcGroups } = await world.group('Organization Management')
    const input = { name, description, oidcGroups, roles: ['Audit Logs'] } as const
    const act = { operation: 'changeRoleGroup', id, version, input } as const
    await expect(access.doOrAsk(world.parts, ada, act)).rejects.toEqual(refusal('last-administrator'))
  })

  test('is left although two remove each other at once', async () => {
    const two = await openWorld()
    const eve = await two.firstAdministrator('eve')
    const zoe = await two.member(eve, 'zoe', 'Organization Management')
    const { id } = await two.group('Organization Management')
    const removal = (by: access.Principal, other: access.Principal) =>
      access.doOrAsk(two.parts, by, { operation: 'changeMembers', id, add: [], remove: [other.userId] })
    const both = await Promise.allSettled([removal(eve, zoe), removal(zoe, eve)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await access.listAdministrators(two.parts.queries)).toHaveLength(1)
    await two.close()
  })
})

describe('a role group', () => {
  test('that is built in can be neither deleted nor renamed', async () => {
    const { id, version, ...group } = await world.group('Reviewer')
    await expect(
      access.changeRights(world.parts, (transaction) =>
        access.deleteRoleGroup(transaction, world.parts, id, { ...author(), self: false }),
      ),
    ).rejects.toEqual(refusal('bad-request'))
    const input = { ...group, name: 'Readers' }
    const act = { operation: 'changeRoleGroup', id, version, input } as const
    await expect(access.doOrAsk(world.parts, ada, act)).rejects.toEqual(refusal('bad-request'))
  })

  test('changed by two is changed by the first; the later one is told', async () => {
    const { id, version, ...group } = await world.group('Reviewer')
    const change = (description: string) =>
      access.doOrAsk(world.parts, ada, {
        operation: 'changeRoleGroup',
        id,
        version,
        input: { ...group, description },
      })
    await change('Reads.')
    await expect(change('Reads and marks.')).rejects.toEqual(refusal('changed-meanwhile'))
    expect((await world.group('Reviewer')).description).toBe('Reads.')
  })

  test('lets whoever administers the system read nothing by that', async () => {
    expect(rita.roles).toEqual(new Set(['Review']))
    const administrators = await world.group('Organization Management')
    expect(administrators.roles).not.toEqual(expect.arrayContaining(['Preview']))
    expect(administrators.roles).not.toEqual(expect.arrayContaining(['Review']))
    expect(administrators.roles).not.toEqual(expect.arrayContaining(['Export']))
  })
})

function author() {
  return { userId: ada.userId, username: ada.username, approval: null }
}

/** Set behind the back of the rule that this itself waits. */
async function letRolesBeGivenAlone(): Promise<void> {
  await setApproval(false)
}

async function restoreApproval(): Promise<void> {
  await setApproval(true)
}

async function setApproval(roleGrants: boolean): Promise<void> {
  const { approvals } = await access.readSettings(world.parts.queries)
  await world.pool.query(
    `insert into setting (name, value, changed_by, changed_at) values ('approvals', $1, 'test', $2)
     on conflict (name) do update set value = excluded.value`,
    [JSON.stringify({ ...approvals, roleGrants }), new Date(world.now())],
  )
}
