/** A user as SCIM has him (RFC 7643 §4.1 and §4.3), and as the directory keeps him. */
import { z } from 'zod'
import type { DirectoryRecord, PushedUser } from '../../directory/index.ts'
import { ScimRefusal } from './scim-failure.ts'

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const text = z.string().max(1_000).nullish()
/** Entra ID sends words where the standard has true and false. */
const flag = z.preprocess(
  (value) =>
    typeof value === 'string' ? ({ true: true, false: false }[value.toLowerCase()] ?? value) : value,
  z.boolean(),
)
const typed = { type: text, primary: flag.nullish() }

/** Attributes that we do not keep are taken and left out: providers send what their administrator mapped. */
export const scimUser = z.object({
  userName: z.string().trim().min(1).max(320),
  externalId: text,
  displayName: text,
  name: z.object({ formatted: text, givenName: text, familyName: text }).nullish(),
  active: flag.nullish(),
  title: text,
  emails: z
    .array(z.object({ value: text, ...typed }))
    .max(400)
    .nullish(),
  phoneNumbers: z
    .array(z.object({ value: text, ...typed }))
    .max(50)
    .nullish(),
  addresses: z
    .array(z.object({ formatted: text, locality: text, country: text, ...typed }))
    .max(50)
    .nullish(),
  [enterpriseSchema]: z.object({ department: text, organization: text }).nullish(),
})
export type ScimUser = z.output<typeof scimUser>

/** Throws `invalidValue`, naming the attribute and never its value. */
export function checkedUser(body: unknown): ScimUser {
  const checked = scimUser.safeParse(body)
  if (checked.success) return checked.data
  const places = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'user'}: ${message}`)
  throw new ScimRefusal(400, 'invalidValue', `The user cannot be read: ${places.slice(0, 5).join('; ')}.`)
}

/** What the directory keeps of him. Absent attributes are none, as PUT means it. */
export function recordOf(user: ScimUser): DirectoryRecord {
  const mail = mailOf(user)
  const addresses = (user.emails ?? []).flatMap(({ value }) => value?.trim() || [])
  const work = addressOf(user)
  const enterprise = user[enterpriseSchema]
  return {
    userName: user.userName,
    externalId: user.externalId ?? null,
    name: nameOf(user),
    mail,
    aliases: addresses.filter((one) => one !== mail),
    mobile: phonesOf(user, 'mobile').at(-1) ?? null,
    businessPhones: phonesOf(user, 'work'),
    department: enterprise?.department ?? null,
    company: enterprise?.organization ?? null,
    country: work?.country ?? null,
    city: work?.locality ?? null,
    office: work?.formatted ?? null,
    title: user.title ?? null,
    enabled: user.active ?? true,
    licensed: null,
  }
}

/** The primary address, else the one of work, else the first, else a user name that is one. */
function mailOf({ emails, userName }: ScimUser): string | null {
  const given = (emails ?? []).filter(({ value }) => value?.trim())
  const chosen = given.find(({ primary }) => primary) ?? given.find((one) => isType(one, 'work')) ?? given[0]
  return chosen?.value?.trim() ?? (userName.includes('@') ? userName : null)
}

function nameOf({ displayName, name, userName }: ScimUser): string {
  const parts = [name?.givenName, name?.familyName].filter(Boolean).join(' ')
  return displayName?.trim() || name?.formatted?.trim() || parts || userName
}

function phonesOf({ phoneNumbers }: ScimUser, type: string): string[] {
  return (phoneNumbers ?? []).filter((one) => isType(one, type)).flatMap(({ value }) => value?.trim() || [])
}

function addressOf({ addresses }: ScimUser) {
  return addresses?.find((one) => isType(one, 'work')) ?? addresses?.[0]
}

function isType({ type }: { readonly type?: string | null | undefined }, wanted: string): boolean {
  return type?.toLowerCase() === wanted
}

/** As a provider gets him; what PATCH begins with. */
export function scimUserOf({ record, active }: Pick<PushedUser, 'record' | 'active'>): ScimUser {
  const { userName, externalId, name, title, mail, aliases, mobile, businessPhones } = record
  const work = { country: record.country, locality: record.city, formatted: record.office }
  const located = Object.values(work).some((value) => value !== null)
  return {
    ...{ userName, externalId, displayName: name, active: active && record.enabled, title },
    emails: [
      ...(mail === null ? [] : [{ value: mail, type: 'work', primary: true }]),
      ...aliases.map((value) => ({ value, type: 'other' })),
    ],
    phoneNumbers: [
      ...(mobile === null ? [] : [{ value: mobile, type: 'mobile' }]),
      ...businessPhones.map((value) => ({ value, type: 'work' })),
    ],
    addresses: located ? [{ ...work, type: 'work' }] : [],
    [enterpriseSchema]: { department: record.department, organization: record.company },
  }
}

/** The whole resource. `base` is `https://host/scim/v2`. Without what is not there, as the standard asks. */
export function resourceOf(user: PushedUser, base: string): Record<string, unknown> {
  const resource = {
    schemas: [userSchema, enterpriseSchema],
    id: String(user.id),
    ...scimUserOf(user),
    meta: {
      resourceType: 'User',
      created: user.createdAt.toISOString(),
      lastModified: user.changedAt.toISOString(),
      location: `${base}/Users/${user.id}`,
      version: entityTag(user),
    },
  }
  return withoutEmpty(resource)
}

export function entityTag({ version }: Pick<PushedUser, 'version'>): string {
  return `W/"${version}"`
}

function withoutEmpty<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutEmpty) as Value
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
    .filter(([, inner]) => inner != null && !(Array.isArray(inner) && inner.length === 0))
    .map(([name, inner]) => [name, withoutEmpty(inner)])
  return Object.fromEntries(entries) as Value
}
