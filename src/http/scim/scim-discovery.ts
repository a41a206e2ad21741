/** What a provider asks first: what is supported, and how (RFC 7643 §5 to §7). */
import { ScimRefusal } from './scim-failure.ts'
import { listOf, pageMax } from './scim-list.ts'
import { enterpriseSchema, userSchema } from './scim-user.ts'

export function serviceProviderConfig(base: string) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: pageMax },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        ...{ type: 'oauthbearertoken', name: 'Bearer token', primary: true },
        description: 'A token of Holdfast’s API with the role Mail Recipients and no other.',
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  }
}

export function resourceTypes(base: string) {
  return [
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      ...{ id: 'User', name: 'User', endpoint: '/Users', schema: userSchema },
      description: 'A person with a mailbox in the archive.',
      schemaExtensions: [{ schema: enterpriseSchema, required: false }],
      meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/User` },
    },
  ]
}

export function schemas(base: string) {
  const schemaOf = (id: string, name: string, description: string, attributes: readonly unknown[]) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    ...{ id, name, description, attributes },
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
  })
  return [
    schemaOf(userSchema, 'User', 'A person with a mailbox in the archive.', userAttributes),
    schemaOf(enterpriseSchema, 'EnterpriseUser', 'Where a person works.', [
      text('department'),
      text('organization'),
    ]),
  ]
}

/** One of a list by its id, or the list. Throws 404. */
export function oneOf(all: readonly { readonly id: string }[], id: string | undefined): unknown {
  if (id === undefined) return listOf(all, { offset: 0 }, all.length)
  const found = all.find((one) => one.id.toLowerCase() === id.toLowerCase())
  if (found) return found
  throw new ScimRefusal(404, null, 'There is nothing of this name.')
}

interface Facts {
  readonly type?: string
  readonly required?: boolean
  readonly multiValued?: boolean
  readonly uniqueness?: 'none' | 'server'
  readonly caseExact?: boolean
  readonly subAttributes?: readonly unknown[]
}

function text(name: string, facts: Facts = {}) {
  return {
    ...{ name, type: 'string', multiValued: false, required: false, caseExact: false },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'none' },
    ...facts,
  }
}

const several = (name: string, ...parts: string[]) =>
  text(name, {
    ...{ type: 'complex', multiValued: true },
    subAttributes: [...parts.map((part) => text(part)), text('type'), text('primary', { type: 'boolean' })],
  })

const userAttributes = [
  text('userName', { required: true, uniqueness: 'server' }),
  text('externalId', { caseExact: true }),
  text('displayName'),
  text('name', {
    type: 'complex',
    subAttributes: ['formatted', 'givenName', 'familyName'].map((part) => text(part)),
  }),
  text('active', { type: 'boolean' }),
  text('title'),
  several('emails', 'value'),
  several('phoneNumbers', 'value'),
  several('addresses', 'formatted', 'locality', 'country'),
]
