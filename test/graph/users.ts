/** Users of the tenant: by id, listed, and followed by delta with paging and `@removed`. */
import { allowQuery, type GraphCall, type GraphReply, numberOf, pick, Refusal, selected } from './call.ts'

export interface GraphUser {
  readonly id: string
  readonly userPrincipalName: string
  readonly mail?: string | null
  readonly displayName?: string | null
  readonly proxyAddresses?: readonly string[]
  readonly mobilePhone?: string | null
  readonly businessPhones?: readonly string[]
  readonly department?: string | null
  readonly companyName?: string | null
  readonly country?: string | null
  readonly city?: string | null
  readonly officeLocation?: string | null
  readonly jobTitle?: string | null
  readonly accountEnabled?: boolean
  readonly assignedLicenses?: readonly { readonly skuId: string; readonly disabledPlans: readonly string[] }[]
  readonly assignedPlans?: readonly {
    readonly assignedDateTime: string
    readonly capabilityStatus: 'Enabled' | 'Suspended' | 'Deleted'
    readonly service: string
    readonly servicePlanId: string
  }[]
}

const properties = [
  ...['id', 'userPrincipalName', 'mail', 'displayName', 'proxyAddresses', 'mobilePhone', 'businessPhones'],
  ...['department', 'companyName', 'country', 'city', 'officeLocation', 'jobTitle', 'accountEnabled'],
  ...['assignedLicenses', 'assignedPlans'],
] as const

export interface Users {
  /** Adds or changes a user. */
  put(user: GraphUser): void
  /** `deleted`: gone for good; `changed`: in the recycle bin. */
  remove(id: string, reason?: 'changed' | 'deleted'): void
  find(idOrName: string): GraphUser | undefined
  /** From now on every delta token that was given is answered with 410. */
  expireDeltaTokens(): void
  answer(call: GraphCall): GraphReply
}

interface Entry {
  readonly user: GraphUser
  readonly removed: 'changed' | 'deleted' | null
  readonly sequence: number
}

export function createUsers(origin: () => string, pageSize: number): Users {
  const entries = new Map<string, Entry>()
  let sequence = 0
  let oldestToken = 0
  return { put, remove, find, answer, expireDeltaTokens }

  function expireDeltaTokens(): void {
    sequence += 1
    oldestToken = sequence
  }

  function put(user: GraphUser): void {
    entries.set(user.id, { user, removed: null, sequence: ++sequence })
  }

  function remove(id: string, reason: 'changed' | 'deleted' = 'changed'): void {
    const entry = entries.get(id)
    if (entry) entries.set(id, { ...entry, removed: reason, sequence: ++sequence })
  }

  function find(idOrName: string): GraphUser | undefined {
    const wanted = idOrName.toLowerCase()
    return present().find(
      ({ id, userPrincipalName }) => id === idOrName || userPrincipalName.toLowerCase() === wanted,
    )
  }

  function present(): GraphUser[] {
    return [...entries.values()].filter(({ removed }) => removed === null).map(({ user }) => user)
  }

  function answer(call: GraphCall): GraphReply {
    if (call.method !== 'GET') throw new Refusal(405, 'Request_BadRequest', 'Only GET.')
    const [, second] = call.segments
    if (second === undefined) return list(call)
    return second === 'delta' ? delta(call) : one(call, second)
  }

  function one(call: GraphCall, idOrName: string): GraphReply {
    allowQuery(call, ['$select'])
    const user = find(idOrName)
    if (!user) throw new Refusal(404, 'Request_ResourceNotFound', `Resource '${idOrName}' does not exist.`)
    return { status: 200, body: pick({ ...user }, selected(call, properties)) }
  }

  function list(call: GraphCall): GraphReply {
    allowQuery(call, ['$select', '$top', '$skiptoken'])
    const names = selected(call, properties)
    const from = numberOf(call, '$skiptoken', 0, 1_000_000)
    const top = numberOf(call, '$top', pageSize, 999)
    const all = present()
    const value = all.slice(from, from + top).map((user) => pick({ ...user }, names))
    const nextLink =
      from + top < all.length ? { '@odata.nextLink': link('/users', call, { $skiptoken: from + top }) } : {}
    return { status: 200, body: { value, ...nextLink } }
  }

  /** The state is in the token, `<sequence to begin after>.<sequence to end with>.<entries to skip>.<select>`. */
  function delta(call: GraphCall): GraphReply {
    allowQuery(call, ['$select', '$skiptoken', '$deltatoken'])
    const token = call.query.get('$skiptoken') ?? call.query.get('$deltatoken')
    const [after = 0, until = sequence, skip = 0] =
      token === null ? [0, sequence, 0] : token.split('.').slice(0, 3).map(Number)
    if (token !== null && (Number.isNaN(after) || after < oldestToken))
      throw new Refusal(410, 'syncStateNotFound', 'The sync state generation is not found; start again.')
    const select = token === null ? call.query.get('$select') : (token.split('.')[3] ?? null)
    const names = select ? ['id', ...select.split(',')] : [...properties]
    const end = call.query.has('$deltatoken') ? sequence : until
    const changed = [...entries.values()]
      .filter((entry) => entry.sequence > after && entry.sequence <= end)
      .filter(({ removed }) => removed === null || after > 0)
      .sort((one, other) => one.sequence - other.sequence)
    const value = changed.slice(skip, skip + pageSize).map((entry) => deltaView(entry, names))
    const tail = select ? `.${select}` : ''
    const more = skip + pageSize < changed.length
    const next = more
      ? {
          '@odata.nextLink': link('/users/delta', null, {
            $skiptoken: `${after}.${end}.${skip + pageSize}${tail}`,
          }),
        }
      : { '@odata.deltaLink': link('/users/delta', null, { $deltatoken: `${end}.0.0${tail}` }) }
    return { status: 200, body: { value, ...next } }
  }

  function link(path: string, call: GraphCall | null, more: Record<string, string | number>): string {
    const query = new URLSearchParams(call?.query)
    for (const [name, value] of Object.entries(more)) query.set(name, String(value))
    return `${origin()}/v1.0${path}?${query}`
  }
}

function deltaView({ user, removed }: Entry, names: readonly string[]) {
  return removed === null ? pick({ ...user }, names) : { id: user.id, '@removed': { reason: removed } }
}
