import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personOf } from './provider.ts'
import { openScimWorld, type ScimWorld } from './scim-world.ts'

let world: ScimWorld
beforeAll(async () => {
  world = await openScimWorld()
})
afterAll(() => world?.close())

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
describe('a provider', () => {
  it('tests the connection by looking for somebody who is not there', async () => {
    const { status, headers, body } = await world.provider.find(
      'userName',
      'c0ffee00-0000-4000-8000-000000000000',
    )
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/scim\+json/)
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      ...{ totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] },
    })
  })

  it('reads what is supported', async () => {
    const { call } = world.provider
    expect((await call('GET', '/ServiceProviderConfig')).body).toMatchObject({
      ...{ patch: { supported: true }, bulk: { supported: false }, etag: { supported: true } },
    })
    const types = await call('GET', '/ResourceTypes')
    expect(types.body.Resources).toMatchObject([{ id: 'User', endpoint: '/Users' }])
    const schemas = await call('GET', '/Schemas')
    expect(schemas.body.Resources.map(({ id }: { id: string }) => id)).toContain(enterprise)
    expect((await call('GET', `/Schemas/${enterprise}`)).body.name).toBe('EnterpriseUser')
    expect((await call('GET', '/Schemas/none')).status).toBe(404)
  })

  it('creates a user, who then has a mailbox, and finds him by name in any case and by his id', async () => {
    const made = await world.provider.provision({ ...personOf('ada'), mobile: '+44 7700 900001' })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`${world.base}/Users/${made.body.id}`)
    expect(made.headers.get('etag')).toBe(made.body.meta.version)
    expect(made.body).toMatchObject({
      ...{ userName: 'ada@Firm.example', externalId: 'object-ada', active: true, title: 'Trader' },
      emails: [{ value: 'ada@firm.example', type: 'work', primary: true }],
      addresses: [{ country: 'GB', locality: 'Leeds', formatted: '2.01', type: 'work' }],
      [enterprise]: { department: 'Trading' },
      meta: { resourceType: 'User' },
    })
    expect(await world.mailbox('ada@firm.example')).toMatchObject({
      ...{ name: 'ada Trader', mobile: '+447700900001', department: 'Trading', active: true },
      addresses: ['ada@firm.example'],
    })
    for (const [attribute, value] of [
      ['userName', 'ADA@firm.EXAMPLE'],
      ['externalId', 'object-ada'],
      ['USERNAME', 'ada@firm.example'],
      ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'ada@firm.example'],
      ['id', made.body.id],
    ] as const) {
      const { body } = await world.provider.find(attribute, value)
      expect(body, attribute).toMatchObject({ totalResults: 1, Resources: [{ id: made.body.id }] })
    }
    expect((await world.provider.find('externalId', 'OBJECT-ADA')).body.totalResults).toBe(0)
    expect(await world.audited('change-mailbox')).toMatchObject([
      {
        actor: 'ada',
        actor_type: 'token',
        target: 'ada@firm.example',
        details: { source: 'scim', added: 1 },
      },
    ])
  })

  it('is told that a name or an address is somebody’s already', async () => {
    const again = await world.provider.create(personOf('ada'))
    expect(again).toMatchObject({ status: 409, body: { scimType: 'uniqueness', status: '409' } })
    const other = await world.provider.create({ ...personOf('eve'), mail: 'ada@firm.example' })
    expect(other).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    expect(other.body.detail).toMatch(/ada@firm.example is claimed by/)
    expect(other.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
    expect((await world.provider.find('userName', 'eve@firm.example')).body.totalResults).toBe(0)
  })

  it('takes over a mailbox that was added by hand', async () => {
    const [id] = await world.mailboxes({ address: 'hand@firm.example', department: 'Old' })
    const found = await world.provider.provision(personOf('hand'))
    expect(found.body).toMatchObject({
      id: String(id),
      userName: 'hand@firm.example',
      emails: [{ primary: true }],
    })
    await world.provider.patch(found.body.id, {
      op: 'Add',
      value: { externalId: 'object-hand', title: 'Head' },
    })
    expect((await world.provider.find('externalId', 'object-hand')).body.Resources[0]).toMatchObject({
      ...{ id: String(id), title: 'Head', [enterprise]: { department: 'Old' } },
    })
  })
})

describe('changes in the forms that Entra ID sends', () => {
  let id: string
  beforeAll(async () => {
    id = (await world.provider.create({ ...personOf('pat'), mobile: '+447700900010' })).body.id
  })
  const read = async () => (await world.provider.call('GET', `/Users/${id}`)).body

  it.each([
    ['a single attribute', { op: 'Replace', path: 'displayName', value: 'Pat B' }, { displayName: 'Pat B' }],
    [
      'a value wrapped in a list',
      { op: 'Add', path: 'title', value: [{ value: 'Chief' }] },
      { title: 'Chief' },
    ],
    [
      'one of several values by its type',
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'pat.b@firm.example' },
      { emails: [{ value: 'pat.b@firm.example', type: 'work', primary: true }] },
    ],
    [
      'one that is not there yet',
      { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+447700900011' },
      { phoneNumbers: [{ type: 'mobile' }, { type: 'work', value: '+447700900011' }] },
    ],
    [
      'a place',
      { op: 'Replace', path: 'addresses[type eq "work"].locality', value: 'York' },
      { addresses: [{ locality: 'York' }] },
    ],
    [
      'the extension by its whole name',
      { op: 'Replace', path: `${enterprise}:department`, value: 'Sales' },
      { [enterprise]: { department: 'Sales' } },
    ],
    [
      'no path and keys that are paths',
      {
        op: 'replace',
        value: {
          'name.givenName': 'Pat',
          [`${enterprise}:organization`]: 'Firm',
          'phoneNumbers[type eq "mobile"].value': '+447700900012',
          title: 'Clerk',
        },
      },
      {
        title: 'Clerk',
        [enterprise]: { department: 'Sales', organization: 'Firm' },
        phoneNumbers: [{ value: '+447700900012' }, {}],
      },
    ],
    [
      'no path and the extension as an object',
      { op: 'Add', value: { [enterprise]: { department: 'Legal' } } },
      { [enterprise]: { department: 'Legal', organization: 'Firm' } },
    ],
    [
      'a list of values added',
      { op: 'Add', path: 'emails', value: [{ value: 'old.pat@firm.example', type: 'other' }] },
      { emails: [{ value: 'pat.b@firm.example' }, { value: 'old.pat@firm.example' }] },
    ],
  ])('%s', async (_form, operation, expected) => {
    const answer = await world.provider.patch(id, operation)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject(expected)
    expect(await read()).toEqual(answer.body)
  })

  it('removals', async () => {
    const answer = await world.provider.patch(
      id,
      { op: 'Remove', path: 'title' },
      { op: 'Remove', path: 'phoneNumbers[type eq "mobile"]' },
      { op: 'remove', path: `${enterprise}:department` },
    )
    expect(answer.body.title).toBeUndefined()
    expect(answer.body.phoneNumbers).toEqual([{ value: '+447700900011', type: 'work' }])
    expect(answer.body[enterprise]).toEqual({ organization: 'Firm' })
  })

  it('an address that changed keeps the old one’s time: mail of then is still his', async () => {
    const { rows } = await world.pool.query(
      'select address, valid_from, valid_to is null as current from mailbox_address where mailbox_id = $1 order by id',
      [Number(id)],
    )
    expect(rows).toMatchObject([
      { address: 'pat@firm.example', valid_from: null, current: false },
      { address: 'pat.b@firm.example', valid_from: expect.any(Date), current: true },
      { address: 'old.pat@firm.example', current: true },
    ])
  })

  it.each([
    ['the word False', 'False', false],
    ['the word True', 'True', true],
    ['false', false, false],
    ['true', true, true],
  ])('active as %s', async (_form, value, active) => {
    const answer = await world.provider.patch(id, { op: 'Replace', path: 'active', value })
    expect(answer.body.active).toBe(active)
    expect((await world.mailbox('pat.b@firm.example')).active).toBe(active)
  })

  it('all of a request or none of it', async () => {
    const before = await read()
    const answer = await world.provider.patch(
      id,
      { op: 'Replace', path: 'title', value: 'Never' },
      { op: 'Replace', path: 'emails[', value: 'x' },
    )
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidPath' } })
    expect(await read()).toEqual(before)
  })

  it.each([
    ['a removal of nothing', [{ op: 'Remove' }], 'noTarget'],
    ['an id', [{ op: 'Replace', path: 'id', value: '9' }], 'mutability'],
    ['a word for a flag', [{ op: 'Replace', path: 'active', value: 'perhaps' }], 'invalidValue'],
    [
      'no e-mail address',
      [{ op: 'Replace', path: 'emails[type eq "work"].value', value: 'none' }],
      'invalidValue',
    ],
    ['an unknown operation', [{ op: 'Move', path: 'title' }], 'invalidSyntax'],
    ['no operation', [], 'invalidSyntax'],
    ['a list without a path', [{ op: 'Add', value: ['x'] }], 'invalidValue'],
    ['one of a single value', [{ op: 'Add', path: 'title[type eq "x"].value', value: 'x' }], 'invalidPath'],
  ])('refuses %s', async (_what, operations, scimType) => {
    const answer = await world.provider.patch(id, ...operations)
    expect(answer).toMatchObject({ status: 400, body: { scimType } })
  })

  it('PUT replaces all of him', async () => {
    const answer = await world.provider.call('PUT', `/Users/${id}`, {
      ...{ schemas: [], userName: 'pat@firm.example', externalId: 'object-pat', displayName: 'Pat' },
      emails: [{ value: 'pat@firm.example', type: 'work' }],
    })
    expect(answer.body).toMatchObject({ displayName: 'Pat', active: true })
    expect(answer.body[enterprise]).toEqual({})
    expect((await world.mailbox('pat@firm.example')).addresses).toEqual(['pat@firm.example'])
  })

  it('not over somebody else’s change, where the version is named', async () => {
    const { meta } = await read()
    const change = { Operations: [{ op: 'Replace', path: 'title', value: 'One' }] }
    const first = await world.provider.call('PATCH', `/Users/${id}`, change, { 'if-match': meta.version })
    expect(first.status).toBe(200)
    const second = await world.provider.call('PATCH', `/Users/${id}`, change, { 'if-match': meta.version })
    expect(second).toMatchObject({ status: 412, body: { status: '412' } })
    const same = await world.provider.call('GET', `/Users/${id}`, undefined, {
      'if-none-match': first.body.meta.version,
    })
    expect(same.status).toBe(304)
  })
})

describe('who leaves', () => {
  it('is disabled, then deleted: the mailbox closes and keeps everything; who comes again has it again', async () => {
    const { id } = (await world.provider.create(personOf('lea'))).body
    await world.provider.disable(id)
    expect(await world.mailbox('lea@firm.example')).toMatchObject({
      active: false,
      active_to: expect.any(Date),
      addresses: [],
    })
    expect((await world.provider.call('GET', `/Users/${id}`)).body.active).toBe(false)
    expect((await world.provider.remove(id)).status).toBe(204)
    expect((await world.provider.call('GET', `/Users/${id}`)).status).toBe(404)
    expect((await world.provider.find('userName', 'lea@firm.example')).body.totalResults).toBe(0)
    expect((await world.mailbox('lea@firm.example')).id).toBe(Number(id))
    const again = await world.provider.provision(personOf('lea'))
    expect(again).toMatchObject({ status: 201, body: { id, active: true } })
    expect((await world.mailbox('lea@firm.example')).active_to).toBeNull()
  })

  it('leaves the name to a new one only when an administrator says so', async () => {
    const { id } = (await world.provider.create(personOf('sam'))).body
    await world.provider.remove(id)
    const other = await world.provider.create({ ...personOf('sam'), externalId: 'object-sam-2' })
    expect(other).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/another user, who left/) },
    })
  })

  it('who comes disabled has a closed mailbox, for the provider to know him by', async () => {
    const made = await world.provider.create({ ...personOf('off'), active: false })
    expect(made).toMatchObject({ status: 201, body: { active: false } })
    expect((await world.mailbox('off@firm.example')).active).toBe(false)
    expect((await world.provider.enable(made.body.id)).body.active).toBe(true)
  })
})

describe('lists', () => {
  it('are read a part at a time, with all counted', async () => {
    const all = await world.provider.call('GET', '/Users')
    const ids = all.body.Resources.map((user: { id: string }) => user.id)
    expect(all.body.totalResults).toBe(ids.length)
    const seen: string[] = []
    for (let startIndex = 1; startIndex <= ids.length; startIndex += 2) {
      const { body } = await world.provider.call('GET', `/Users?startIndex=${startIndex}&count=2`)
      expect(body).toMatchObject({ totalResults: ids.length, startIndex })
      seen.push(...body.Resources.map((user: { id: string }) => user.id))
    }
    expect(seen).toEqual(ids)
    expect((await world.provider.call('GET', '/Users?startIndex=0&count=0')).body).toMatchObject({
      ...{ totalResults: ids.length, startIndex: 1, itemsPerPage: 0, Resources: [] },
    })
    expect((await world.provider.call('GET', '/Users?count=many')).status).toBe(400)
  })

  it.each([
    'userName eq "a" and active eq true',
    'userName sw "a"',
    'displayName eq "Ada"',
    'emails[type eq "work"].value eq "ada@firm.example"',
    'userName eq a',
    'userName eq "a\\u0000"',
    '(userName eq "a")',
  ])('with the filter %s are refused', async (filter) => {
    const answer = await world.provider.call('GET', `/Users?filter=${encodeURIComponent(filter)}`)
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } })
  })

  it('of groups are empty, and none can be made', async () => {
    expect((await world.provider.call('GET', '/Groups?excludedAttributes=members')).body.totalResults).toBe(0)
    expect((await world.provider.call('POST', '/Groups', { displayName: 'All' })).status).toBe(501)
    expect((await world.provider.call('PATCH', '/Groups/1', {})).status).toBe(501)
  })
})

it('nothing failed on the way', () => expect(world.failures).toEqual([]))
