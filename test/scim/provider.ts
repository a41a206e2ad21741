/** A client that behaves as Microsoft Entra ID's provisioning service. */
export interface ScimAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a server says is for the test to look at.
  readonly body: any
}

export interface Person {
  readonly userName: string
  readonly externalId: string
  readonly displayName: string
  readonly active: boolean
  readonly mail: string
  readonly mobile?: string
  readonly department?: string
}

/** Somebody at the provider. */
export function personOf(name: string): Person {
  return {
    ...{
      userName: `${name}@Firm.example`,
      externalId: `object-${name}`,
      displayName: `${name} Trader`,
      active: true,
    },
    ...{ mail: `${name}@firm.example`, department: 'Trading' },
  }
}

export type Provider = ReturnType<typeof createProvider>

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

export function createProvider(base: string, token: string | null) {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ScimAnswer> => {
    const answer = await fetch(base + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
  }
  const find = (attribute: string, value: string) =>
    call('GET', `/Users?filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`)
  const patch = (id: string, ...operations: unknown[]) =>
    call('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: operations,
    })
  return {
    call,
    find,
    patch,
    create: (person: Person) => call('POST', '/Users', asSent(person)),
    /** Looks first and creates where nobody is found, as each cycle begins. */
    async provision(person: Person): Promise<ScimAnswer> {
      const found = await find('userName', person.userName)
      if (found.body.totalResults === 0) return call('POST', '/Users', asSent(person))
      return { ...found, body: found.body.Resources[0] }
    },
    disable: (id: string) => patch(id, { op: 'Replace', path: 'active', value: 'False' }),
    enable: (id: string) => patch(id, { op: 'Replace', path: 'active', value: 'True' }),
    remove: (id: string) => call('DELETE', `/Users/${id}`),
  }
}

/** The body of a creation with the service's standard attribute mapping. */
function asSent({ userName, externalId, displayName, active, mail, mobile, department }: Person) {
  return {
    schemas: [userSchema, enterpriseSchema],
    ...{ externalId, userName, active, displayName },
    emails: [{ primary: true, type: 'work', value: mail }],
    meta: { resourceType: 'User' },
    name: {
      formatted: displayName,
      familyName: displayName.split(' ').at(-1),
      givenName: displayName.split(' ')[0],
    },
    roles: [],
    title: 'Trader',
    ...(mobile === undefined ? {} : { phoneNumbers: [{ type: 'mobile', value: mobile }] }),
    addresses: [{ type: 'work', country: 'GB', locality: 'Leeds', formatted: '2.01', postalCode: 'LS1' }],
    [enterpriseSchema]: { department, manager: { value: '7' } },
  }
}
