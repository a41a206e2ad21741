import { createHmac } from 'node:crypto'
import { identityTypeCodes } from '../../domain/codes.ts'
import type { Pool } from '../../platform/postgres/index.ts'

/**
 * Names that stand for people where names are not shown: the same person is the same one within a policy, and another
 * one in the next policy, so that nobody adds up what he saw.
 */
export function createPseudonyms(key: Uint8Array, policyId: number): (person: string) => string {
  return (person) => {
    const digits =
      createHmac('sha256', key).update(`${policyId} ${person}`).digest().readUInt32BE(0) % 1_000_000
    return `Anon-${String(digits).padStart(6, '0')}`
  }
}

/** Somebody of a message. */
export interface CalledPerson {
  /** As pseudonyms are made of. */
  readonly person: string
  /** All he may be called by: names and their parts, numbers, addresses. */
  readonly calls: readonly string[]
}

export async function peopleOf(db: Pick<Pool, 'query'>, messageId: bigint): Promise<CalledPerson[]> {
  const { rows } = await db.query<{
    identity_type: number
    identity_value: string
    name: string | null
    address: string | null
    mailbox_name: string | null
  }>(
    `select identity_type, identity_value, p.name, mailbox.address, mailbox.name as mailbox_name
       from message as m join participant as p on p.id = m.sender_id or p.id = any(m.recipient_ids)
       left join item on item.message_id = m.id and item.participant_id = p.id
       left join mailbox on mailbox.id = item.mailbox_id
      where m.id = $1`,
    [messageId],
  )
  return rows.map(({ identity_type, identity_value, name, address, mailbox_name }) => ({
    person: `${identityTypeCodes.wordOf(identity_type)} ${identity_value}`,
    calls: [
      ...[identity_value, name, address, mailbox_name, address?.split('@')[0]],
      ...[name, mailbox_name].flatMap((one) => one?.split(/\s+/) ?? []),
    ].filter((one): one is string => one != null && one.length >= 2),
  }))
}

/** What people of the message are called in a text, replaced by what they are called where names are not shown. */
export function hideNames(
  text: string,
  people: readonly CalledPerson[],
  pseudonym: (person: string) => string,
): string {
  const personOf = new Map(
    people.flatMap(({ person, calls }) => calls.map((call) => [call.toLowerCase(), person])),
  )
  if (personOf.size === 0) return text
  // The longest first: an address before the name that it begins with.
  const calls = [...personOf.keys()].sort((a, b) => b.length - a.length)
  const anyCall = new RegExp(calls.map(patternOf).join('|'), 'giu')
  return text.replace(anyCall, (call) => {
    const person = personOf.get(call.toLowerCase())
    return person === undefined ? call : pseudonym(person)
  })
}

/** Latin names and numbers as whole words, so that "An" is not found in "can"; Chinese ones anywhere. */
function patternOf(call: string): string {
  const escaped = call.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const other = '[\\p{Script=Latin}\\p{N}]'
  return /\p{Script=Han}/u.test(call) ? escaped : `(?<!${other})${escaped}(?!${other})`
}
