/** PATCH (RFC 7644 §3.5.2) in the standard's forms and in those that Entra ID really sends. */
import { z } from 'zod'
import { ScimRefusal } from './scim-failure.ts'
import { pathOf, type ScimPath } from './scim-path.ts'
import { checkedUser, enterpriseSchema, type ScimUser } from './scim-user.ts'

const operationsMax = 200

/** Names of operations come in any case. */
export const patchRequest = z.object({
  Operations: z
    .array(
      z.object({
        op: z
          .string()
          .toLowerCase()
          .pipe(z.enum(['add', 'replace', 'remove'])),
        path: z.string().max(500).nullish(),
        value: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(operationsMax),
})
type Operation = z.output<typeof patchRequest>['Operations'][number]

type Values = Record<string, unknown>

/** The user after the operations, all of them or none. Throws `invalidPath`, `invalidValue`, `noTarget`, `mutability`. */
export function patched(user: ScimUser, body: unknown): ScimUser {
  const request = patchRequest.safeParse(body)
  if (!request.success)
    throw new ScimRefusal(
      400,
      'invalidSyntax',
      'The request is no PatchOp: it needs Operations of add, replace or remove.',
    )
  const values = structuredClone(user) as Values
  for (const operation of request.data.Operations) perform(values, operation)
  return checkedUser(values)
}

function perform(user: Values, { op, path, value }: Operation): void {
  if (path != null && path !== '') {
    performAt(user, op, pathOf(path), value)
    return
  }
  if (op === 'remove') throw new ScimRefusal(400, 'noTarget', 'A removal needs a path.')
  if (!isValues(value))
    throw new ScimRefusal(400, 'invalidValue', 'An operation without a path needs an object of attributes.')
  // Keys are attributes, or whole paths ("name.givenName", 'emails[type eq "work"].value', "urn:…:User:department").
  for (const [key, inner] of Object.entries(value)) performAt(user, op, pathOf(key), inner)
}

function performAt(user: Values, op: Operation['op'], path: ScimPath, value: unknown): void {
  if (path.extension) performOnExtension(user, op, path, value)
  else performOnAttribute(user, op, { ...path, attribute: nameOf(path.attribute) }, value)
}

function performOnExtension(user: Values, op: Operation['op'], path: ScimPath, value: unknown): void {
  const own = isValues(user[enterpriseSchema]) ? user[enterpriseSchema] : {}
  user[enterpriseSchema] = op === 'remove' && path.attribute === '' ? {} : own
  if (path.attribute !== '')
    performOnAttribute(own, op, { ...path, attribute: nameOf(path.attribute) }, value)
  else if (op !== 'remove' && isValues(value))
    for (const [key, inner] of Object.entries(value)) performAt(own, op, pathOf(key), inner)
}

function performOnAttribute(user: Values, op: Operation['op'], path: ScimPath, value: unknown): void {
  const { attribute: name, selection, part } = path
  if (name === 'id' || name === 'meta')
    throw new ScimRefusal(400, 'mutability', `The attribute ${name} cannot be changed.`)
  if (severalValued.has(name)) performOnValues(user, op, path, value)
  else if (selection !== null)
    throw new ScimRefusal(400, 'invalidPath', `The attribute ${name} has one value only.`)
  else if (part !== null) performOnPart(user, op, { name, part }, value)
  else if (op === 'remove') delete user[name]
  else user[name] = isValues(value) && isValues(user[name]) ? { ...user[name], ...value } : plain(value)
}

function performOnPart(
  user: Values,
  op: Operation['op'],
  { name, part }: { readonly name: string; readonly part: string },
  value: unknown,
): void {
  const whole = isValues(user[name]) ? user[name] : {}
  const key = nameOf(part)
  if (op === 'remove') delete whole[key]
  else whole[key] = plain(value)
  user[name] = whole
}

const severalValued = new Set(['emails', 'phoneNumbers', 'addresses'])

function performOnValues(user: Values, op: Operation['op'], path: ScimPath, value: unknown): void {
  const { attribute, selection, part } = path
  const all = Array.isArray(user[attribute]) ? (user[attribute] as Values[]) : []
  if (selection === null && part === null) {
    user[attribute] = op === 'remove' ? [] : op === 'add' ? withAdded(all, listOf(value)) : listOf(value)
    return
  }
  const chosen = selection === null ? all : all.filter((one) => isSelected(one, selection))
  if (op === 'remove') {
    removeValues(user, path, { all, chosen })
    return
  }
  // Entra ID replaces what is not there yet; the value is then added, as the one the path speaks of.
  const missing = chosen.length === 0 ? [selection === null ? {} : { [selection.name]: selection.value }] : []
  const changed = [...chosen, ...missing]
  for (const one of changed)
    Object.assign(one, part === null ? listOf(value)[0] : { [nameOf(part)]: plain(value) })
  user[attribute] = [...all, ...missing]
}

function removeValues(
  user: Values,
  { attribute, part }: ScimPath,
  { all, chosen }: { readonly all: readonly Values[]; readonly chosen: readonly Values[] },
): void {
  const name = part === null ? 'value' : nameOf(part)
  if (name !== 'value') for (const one of chosen) delete one[name]
  // A value without its `value` is none.
  user[attribute] = name === 'value' ? all.filter((one) => !chosen.includes(one)) : all
}

function withAdded(all: readonly Values[], added: readonly Values[]): Values[] {
  const isThere = (one: Values) =>
    all.some((before) => before.value !== undefined && before.value === one.value)
  const fresh = added.filter((one) => !isThere(one))
  const primary = fresh.some((one) => one.primary === true)
  // An address of a place has no `value` by which to tell it from another: there is one of each type.
  const kept = all.filter((one) => !fresh.some(({ value, type }) => value === undefined && type === one.type))
  return [...kept.map((one) => (primary ? { ...one, primary: false } : one)), ...fresh]
}

function isSelected(one: Values, selection: NonNullable<ScimPath['selection']>): boolean {
  const value = one[selection.name]
  if (typeof selection.value === 'boolean') return (value ?? false) === selection.value
  return typeof value === 'string' && value.toLowerCase() === selection.value.toLowerCase()
}

function listOf(value: unknown): Values[] {
  const list = Array.isArray(value) ? value : [value]
  return list.map((one) => (isValues(one) ? { ...one } : { value: one }))
}

/** Some senders wrap the value of an attribute that has one: `[{ "value": "x" }]`. */
function plain(value: unknown): unknown {
  const [first] = Array.isArray(value) && value.length === 1 ? value : []
  return isValues(first) && 'value' in first ? first.value : value
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const names = new Map(
  [
    ...[
      'userName',
      'externalId',
      'displayName',
      'name',
      'active',
      'title',
      'emails',
      'phoneNumbers',
      'addresses',
    ],
    ...['formatted', 'givenName', 'familyName', 'value', 'type', 'primary', 'locality', 'country'],
    ...['department', 'organization'],
  ].map((name) => [name.toLowerCase(), name]),
)

/** Names are the same in any case; one that we do not keep stays as it is and is left out in the end. */
function nameOf(attribute: string): string {
  return names.get(attribute) ?? attribute
}
