import type { MappingRow } from './mapping-file.ts'
import type { Identity } from './message.ts'
import { phoneMatchKey } from './phone.ts'

/** A time span in milliseconds UTC: from inclusive, to exclusive; absent or null means without end. */
interface Span {
  readonly from?: number | null | undefined
  readonly to?: number | null | undefined
}

/** A registered user of a site. A person who changed number, userid or e-mail is several of these. */
export interface RegisteredUser {
  readonly name: string
  /** E.164 with `+`. */
  readonly mobile: string
  /** Lower case. */
  readonly email: string
  readonly wecomUserid?: string | null | undefined
  /** Milliseconds UTC, inclusive. */
  readonly validFrom?: number | null | undefined
  /** Milliseconds UTC, exclusive. */
  readonly validTo?: number | null | undefined
}

export interface DirectoryMailbox {
  readonly id: number
  /** Lower case. */
  readonly address: string
  /**
   * An active mailbox takes items from `activeFrom` on. An inactive one takes those sent before `activeTo`,
   * and none when `activeTo` is not known.
   */
  readonly active: boolean
  readonly activeFrom?: number | null | undefined
  readonly activeTo?: number | null | undefined
  /** Every address it has had by a source of the directory, with its time; a former one maps what was sent then. */
  readonly addresses?: readonly HeldAddress[] | undefined
}

export interface HeldAddress {
  /** Lower case. */
  readonly address: string
  /** Milliseconds UTC, inclusive. */
  readonly from?: number | null | undefined
  /** Milliseconds UTC, exclusive. */
  readonly to?: number | null | undefined
}

/** An administrator's confirmation that an identity (a display name, a LID) is that person. */
export interface ConfirmedAlias {
  readonly alias: Identity
  readonly identity: Identity
}

export interface MappingInput {
  /** The custom mapping CSV, as `parseMapping` gives it. */
  readonly rows: readonly MappingRow[]
  /** Whether registered users' e-mail addresses map where the CSV says nothing. */
  readonly automatic: boolean
  readonly registeredUsers: readonly RegisteredUser[]
  readonly mailboxes: readonly DirectoryMailbox[]
  readonly aliases?: readonly ConfirmedAlias[]
  /** Id of the mailbox for messages none of whose participants maps. */
  readonly catchAll?: number | null | undefined
}

/** What a participant maps to at one time, and why. */
export interface IdentityMapping {
  readonly mailboxId: number | null
  readonly rule: 'csv' | 'email-property' | 'none'
  /** For people: `by CSV row 12`, `by e-mail property ada@example.com`, `no match because …`. No phone numbers. */
  readonly explanation: string
  /** True for a registered user: a record of theirs that reaches no mailbox needs attention. */
  readonly registered: boolean
  /** The registered user's e-mail and name at that time: the *User's Email address* property. */
  readonly email?: string
  readonly name?: string
}

export interface Mapping {
  readonly catchAll: number | null
  /** Cheap enough to be called for every participant of every message: answers are kept per identity. */
  readonly mapIdentity: (identity: Identity, atMs: number) => IdentityMapping
}

/** An answer and the moment from which it no longer holds. */
interface Period {
  readonly until: number
  readonly answer: IdentityMapping
}

/** Identities remembered before starting over; a busy organisation's contacts are a few hundred thousand. */
const identitiesRememberedMax = 200_000

/**
 * Prepares the user mapping of a connector. The order is: custom CSV (by phone; for a WeCom userid or an
 * e-mail the phone of its registered user), then, if automatic mapping is on, the registered user's e-mail.
 * The mailbox must be in the directory and active when the message was sent. A CSV row that names a mailbox
 * which was not is final: falling through to another rule could deliver to somebody else.
 * Display names map only as confirmed aliases.
 */
export function compileMapping(input: MappingInput): Mapping {
  const directory = createDirectory(input)
  const remembered = new Map<string, Map<string, readonly Period[]>>()
  let identities = 0

  function remember(identity: Identity): readonly Period[] {
    if (identities >= identitiesRememberedMax) {
      remembered.clear()
      identities = 0
    }
    const periods = periodsOf(directory, identity)
    const ofType = remembered.get(identity.type) ?? new Map<string, readonly Period[]>()
    remembered.set(identity.type, ofType.set(identity.value, periods))
    identities += 1
    return periods
  }

  function mapIdentity(identity: Identity, atMs: number): IdentityMapping {
    const periods = remembered.get(identity.type)?.get(identity.value) ?? remember(identity)
    let index = 0
    while (periods[index]!.until <= atMs) index += 1
    return periods[index]!.answer
  }

  return { catchAll: input.catchAll ?? null, mapIdentity }
}

interface Holder extends Span {
  readonly mailbox: DirectoryMailbox
}

interface Directory {
  readonly automatic: boolean
  readonly rowsOfPhone: ReadonlyMap<string, readonly MappingRow[]>
  readonly usersOfPhone: ReadonlyMap<string, readonly RegisteredUser[]>
  readonly usersOfUserid: ReadonlyMap<string, readonly RegisteredUser[]>
  readonly usersOfEmail: ReadonlyMap<string, readonly RegisteredUser[]>
  readonly mailboxOfAddress: ReadonlyMap<string, DirectoryMailbox>
  /** Who has had an address by a source of the directory, and when. */
  readonly holdersOfAddress: ReadonlyMap<string, readonly Holder[]>
  readonly identityOfAlias: ReadonlyMap<string, Identity>
}

function createDirectory(input: MappingInput): Directory {
  // The newest registration first, so that it wins should two overlap.
  const users = input.registeredUsers.toSorted(
    (a, b) => (b.validFrom ?? -Infinity) - (a.validFrom ?? -Infinity) || 0,
  )
  const withUserid = users.filter((user) => (user.wecomUserid ?? '') !== '')
  return {
    automatic: input.automatic,
    rowsOfPhone: Map.groupBy(input.rows, (row) => phoneMatchKey(row.phone)),
    usersOfPhone: Map.groupBy(users, (user) => phoneMatchKey(user.mobile)),
    usersOfUserid: Map.groupBy(withUserid, (user) => user.wecomUserid!.toLowerCase()),
    usersOfEmail: Map.groupBy(users, (user) => user.email.toLowerCase()),
    mailboxOfAddress: new Map(input.mailboxes.map((mailbox) => [mailbox.address.toLowerCase(), mailbox])),
    holdersOfAddress: holdersOf(input.mailboxes),
    identityOfAlias: new Map(
      input.aliases?.map(({ alias, identity }) => [`${alias.type}:${alias.value}`, identity]),
    ),
  }
}

function holdersOf(mailboxes: readonly DirectoryMailbox[]): ReadonlyMap<string, readonly Holder[]> {
  const holders = mailboxes.flatMap((mailbox) =>
    (mailbox.addresses ?? []).map(({ address, from, to }) => ({
      address: address.toLowerCase(),
      mailbox,
      from,
      to,
    })),
  )
  return Map.groupBy(holders, ({ address }) => address)
}

/**
 * Everything an identity ever maps to, in order of time. The answer can change only where a row, a
 * registration or a mailbox begins or ends, so it is found once for each stretch between such moments.
 */
function periodsOf(directory: Directory, written: Identity): readonly Period[] {
  const alias = directory.identityOfAlias.get(`${written.type}:${written.value}`)
  const identity = alias ?? written
  const users = usersOf(directory, identity)
  const rows = rowsOf(directory, identity, users)
  const changes = momentsOfChange(directory, identity, rows, users)
  const periods: Period[] = []
  for (const [index, from] of changes.entries()) {
    const answer = answerAt(directory, identity, users, rows, from)
    const told =
      alias === undefined ? answer : { ...answer, explanation: `by confirmed alias, ${answer.explanation}` }
    periods.push({ until: changes[index + 1] ?? Number.POSITIVE_INFINITY, answer: told })
  }
  return periods
}

function usersOf(directory: Directory, identity: Identity): readonly RegisteredUser[] {
  if (identity.type === 'phone') return directory.usersOfPhone.get(phoneMatchKey(identity.value)) ?? []
  if (identity.type === 'wecom-userid') return directory.usersOfUserid.get(identity.value.toLowerCase()) ?? []
  if (identity.type === 'email') return directory.usersOfEmail.get(identity.value.toLowerCase()) ?? []
  return []
}

function rowsOf(
  directory: Directory,
  identity: Identity,
  users: readonly RegisteredUser[],
): readonly MappingRow[] {
  const phones = identity.type === 'phone' ? [identity.value] : users.map((user) => user.mobile)
  const keys = new Set(phones.map(phoneMatchKey))
  return [...keys].flatMap((key) => directory.rowsOfPhone.get(key) ?? [])
}

function momentsOfChange(
  directory: Directory,
  identity: Identity,
  rows: readonly MappingRow[],
  users: readonly RegisteredUser[],
): readonly number[] {
  const addresses = [
    ...rows.map((row) => row.mailboxAddress),
    ...users.map((user) => user.email),
    identity.value,
  ]
  const spans: Span[] = [
    ...rows.map((row) => ({ from: row.validFrom, to: row.validTo })),
    ...users.map((user) => ({ from: user.validFrom, to: user.validTo })),
    ...addresses.flatMap((address) => spansOf(directory, address.toLowerCase())),
  ]
  const moments = new Set([Number.NEGATIVE_INFINITY])
  for (const { from, to } of spans) {
    if (from != null) moments.add(from)
    if (to != null) moments.add(to)
  }
  return [...moments].sort((a, b) => (a < b ? -1 : 1))
}

function answerAt(
  directory: Directory,
  identity: Identity,
  users: readonly RegisteredUser[],
  rows: readonly MappingRow[],
  at: number,
): IdentityMapping {
  const user = users.find((one) => holds({ from: one.validFrom, to: one.validTo }, at))
  const phone = identity.type === 'phone' ? identity.value : user?.mobile
  const known =
    user === undefined ? { registered: false } : { registered: true, email: user.email, name: user.name }
  const row = phone === undefined ? undefined : rowAt(rows, phone, at)
  if (row !== undefined) return { ...known, ...byRow(directory, row, at) }
  return { ...known, ...byEmail(directory, identity, user, rows.length > 0, at) }
}

function rowAt(rows: readonly MappingRow[], phone: string, at: number): MappingRow | undefined {
  const key = phoneMatchKey(phone)
  return rows.find(
    (row) => phoneMatchKey(row.phone) === key && holds({ from: row.validFrom, to: row.validTo }, at),
  )
}

type Answer = Pick<IdentityMapping, 'mailboxId' | 'rule' | 'explanation'>

function byRow(directory: Directory, row: MappingRow, at: number): Answer {
  // A row names a mailbox, whoever may have had its address before.
  const found = whenActive(directory.mailboxOfAddress.get(row.mailboxAddress.toLowerCase()), at)
  if ('problem' in found) return unmapped(`CSV row ${row.row} names ${row.mailboxAddress}, ${found.problem}`)
  return { mailboxId: found.id, rule: 'csv', explanation: `by CSV row ${row.row}` }
}

function byEmail(
  directory: Directory,
  identity: Identity,
  user: RegisteredUser | undefined,
  hasRows: boolean,
  at: number,
): Answer {
  const noRow = hasRows ? 'no CSV row was valid when the message was sent' : 'no CSV row names it'
  const email = identity.type === 'email' ? identity.value : user?.email
  if (email === undefined) return unmapped(`${noRow} and ${whyNobody(identity)}`)
  if (!directory.automatic) return unmapped(`${noRow} and automatic mapping is off`)
  const found = whenActive(holderAt(directory, email.toLowerCase(), at), at)
  if ('problem' in found) return unmapped(`${noRow} and its e-mail address is ${email}, ${found.problem}`)
  return { mailboxId: found.id, rule: 'email-property', explanation: `by e-mail property ${email}` }
}

function whyNobody(identity: Identity): string {
  if (identity.type === 'phone') return 'the number was no registered user’s when the message was sent'
  if (identity.type === 'wecom-userid')
    return 'the WeCom userid was no registered user’s when the message was sent'
  if (identity.type === 'name') return 'a display name maps only as a confirmed alias'
  return 'it belongs to no registered user'
}

function unmapped(reason: string): Answer {
  return { mailboxId: null, rule: 'none', explanation: `no match because ${reason}` }
}

function whenActive(mailbox: DirectoryMailbox | undefined, at: number): { id: number } | { problem: string } {
  if (mailbox === undefined) return { problem: 'which is not a mailbox of the directory' }
  if (holds(activeSpan(mailbox), at)) return { id: mailbox.id }
  return { problem: 'a mailbox that was not active when the message was sent' }
}

/**
 * The mailbox whose address it was. Where the time of it is not known, the mailbox that goes by the address, unless
 * another has had it: then only the times that are known count.
 */
function holderAt(directory: Directory, address: string, at: number): DirectoryMailbox | undefined {
  const holders = directory.holdersOfAddress.get(address) ?? []
  const holder = holders.find((one) => holds(one, at))
  if (holder !== undefined) return holder.mailbox
  const named = directory.mailboxOfAddress.get(address)
  return holders.some(({ mailbox }) => mailbox !== named) ? undefined : named
}

/** The times at which the answer to whose address it is may change. */
function spansOf({ holdersOfAddress, mailboxOfAddress }: Directory, address: string): Span[] {
  const holders = holdersOfAddress.get(address) ?? []
  return [
    ...holders,
    ...holders.map(({ mailbox }) => activeSpan(mailbox)),
    activeSpan(mailboxOfAddress.get(address)),
  ]
}

function activeSpan(mailbox: DirectoryMailbox | undefined): Span {
  if (mailbox === undefined) return {}
  if (mailbox.active) return { from: mailbox.activeFrom }
  return { from: mailbox.activeFrom, to: mailbox.activeTo ?? Number.NEGATIVE_INFINITY }
}

function holds({ from, to }: Span, at: number): boolean {
  return (from == null || at >= from) && (to == null || at < to)
}
