import { normaliseEmail } from './email-address.ts'
import { type Identity, type IdentityType, identityTypes } from './message.ts'
import { normalisePhone } from './phone.ts'

/** An identity as one string, `type:value`: the key of maps, tables and logs of identities. */
export function identityKey(identity: Identity): string {
  return `${identity.type}:${identity.value}`
}

/** The identity a key of `identityKey` stands for, or null when it is no such key. */
export function parseIdentityKey(key: string): Identity | null {
  const colon = key.indexOf(':')
  const type = identityTypes.find((known) => known === key.slice(0, colon))
  const value = key.slice(colon + 1)
  return colon < 0 || type === undefined || value === '' ? null : { type, value }
}

/** True when both are the same identity. Expects normalised values, as sources deliver them. */
export function sameIdentity(a: Identity, b: Identity): boolean {
  return a.type === b.type && a.value === b.value
}

/**
 * The identity that a written value stands for, in the one form that is compared: phone as E.164, e-mail
 * and WeCom userid in lower case (the vendor treats userids so), anything else trimmed. Null when the value
 * is empty or not of that type.
 */
export function normaliseIdentity(type: IdentityType, text: string): Identity | null {
  const value = normaliseValue(type, text)
  return value === null || value === '' ? null : { type, value }
}

function normaliseValue(type: IdentityType, text: string): string | null {
  if (type === 'phone') return normalisePhone(text)
  if (type === 'email') return normaliseEmail(text)
  if (type === 'wecom-userid') return text.trim().toLowerCase()
  return text.trim()
}
