/**
 * The rules of a sync: given the directory as it is and what a source says, what is to be done. Nobody is deleted:
 * who disappears or is disabled becomes inactive, who returns is active again. An administrator's own closing of a
 * mailbox stands. What is not clear is told and left as it is.
 */
import { type Claimant, type Settlement, settleAddresses } from './address-claims.ts'
import {
  changedFields,
  factsOf,
  phoneProblem,
  retired,
  type Wanted,
  wantedAddresses,
} from './desired-mailbox.ts'
import type {
  ChangeKind,
  DirectoryState,
  KnownMailbox,
  KnownUser,
  MailboxFacts,
  PassedOver,
  PlannedChange,
  PlannedUser,
  SyncPlan,
} from './plan.ts'
import { type DirectoryRecord, type DirectorySource, mergeRecord, type Said } from './record.ts'

/** Pure, and in the order of the source's ids, so that a plan shown is the plan made true. */
export function planSync(source: DirectorySource, state: DirectoryState, said: Said): SyncPlan {
  const unowned = unownedMailboxes(source, state.mailboxes)
  const mailboxes = new Map(state.mailboxes.map((mailbox) => [mailbox.id, mailbox]))
  const considering = peopleOf(state.users, said).map((person) => considered(person, mailboxes, unowned))
  const people = withMailboxesOfLeavers(considering, unowned)
  const settlements = settleAddresses({
    claimants: people.flatMap((person) => person.claimant ?? []),
    mailboxes: state.mailboxes,
    retired: new Set(people.flatMap((person) => (person.claimant ? [] : (person.mailbox?.id ?? [])))),
    unowned: new Set([...unowned.values()].map(({ id }) => id)),
  })
  const decisions = people.map((person) => decide(person, settlements.get(person.sourceId)))
  return {
    source,
    changes: decisions.flatMap(({ change }) => change ?? []),
    conflicts: people.flatMap(({ sourceId }) => settlements.get(sourceId)?.conflicts ?? []),
    passedOver: decisions.flatMap(({ passedOver }) => passedOver ?? []),
    users: decisions.flatMap(({ user }) => user ?? []),
    unchanged: decisions.filter(({ change, keeps }) => keeps && !change).length,
  }
}

type UnownedMailboxes = ReadonlyMap<string, KnownMailbox>

/**
 * By address, mailboxes that were added by hand. Files are for beginning with: what one brought is handed on to a
 * source that keeps itself up to date.
 */
function unownedMailboxes(source: DirectorySource, mailboxes: readonly KnownMailbox[]): UnownedMailboxes {
  const unowned = mailboxes.filter(({ owner }) => owner === null || (owner === 'csv' && source !== 'csv'))
  return new Map(unowned.map((mailbox) => [mailbox.address, mailbox]))
}

interface Person {
  readonly sourceId: string
  readonly known: KnownUser | null
  readonly record: DirectoryRecord
  readonly gone: boolean
}

/** Everybody the source knew or knows, with what was told of them now. */
function peopleOf(users: readonly KnownUser[], said: Said): Person[] {
  const told = new Map(said.users.map((user) => [user.sourceId, user.record]))
  const removed = new Set(said.removed)
  const known = new Map(users.map((user) => [user.sourceId, user]))
  const ids = [...new Set([...known.keys(), ...told.keys()])].sort()
  return ids.map((sourceId) => {
    const user = known.get(sourceId) ?? null
    const record = told.get(sourceId)
    const goneNow = removed.has(sourceId) || (record === undefined && (said.complete || user?.gone === true))
    return {
      sourceId,
      known: user,
      record: record === undefined ? user!.record : mergeRecord(user?.record ?? null, record),
      gone: goneNow,
    }
  })
}

interface Considered extends Person {
  readonly mailbox: KnownMailbox | null
  /** Whether the mailbox was added by hand and is only now known to be his. */
  readonly adopts: boolean
  readonly wanted: Wanted
  /** Of one who is to have a mailbox. */
  readonly claimant: Claimant | null
}

function considered(
  person: Person,
  mailboxes: ReadonlyMap<number, KnownMailbox>,
  unowned: UnownedMailboxes,
): Considered {
  const { sourceId, record, known } = person
  const mailbox = known?.mailboxId == null ? null : (mailboxes.get(known.mailboxId) ?? null)
  const wanted = wantedAddresses(record)
  const { address } = wanted
  const hasMailbox = mailbox !== null || (address !== null && unowned.has(address))
  const takesPart = !person.gone && record.enabled && (hasMailbox || record.licensed !== false)
  const userName = record.userName || address || sourceId
  const claimant =
    takesPart && address !== null ? { sourceId, userName, mailbox, wanted: { ...wanted, address } } : null
  return { ...person, mailbox, adopts: false, wanted, claimant }
}

/** A disabled user's mailbox that was added by hand is his too, and closes: unless others want that address as well. */
function withMailboxesOfLeavers(people: readonly Considered[], unowned: UnownedMailboxes): Considered[] {
  const taken = new Set(people.flatMap(({ claimant }) => claimant?.wanted.address ?? []))
  const leavers = people.filter((person) => isLeaver(person) && unowned.has(person.wanted.address!))
  const byAddress = Map.groupBy(leavers, ({ wanted }) => wanted.address!)
  return people.map((person) => {
    const { address } = person.wanted
    const alone = address !== null && !taken.has(address) && byAddress.get(address)?.length === 1
    return alone && isLeaver(person) ? { ...person, mailbox: unowned.get(address)!, adopts: true } : person
  })
}

function isLeaver({ claimant, gone, mailbox, record, wanted }: Considered): boolean {
  return !claimant && !gone && mailbox === null && !record.enabled && wanted.address !== null
}

interface Decision {
  readonly change: PlannedChange | null
  readonly passedOver: PassedOver | null
  readonly user: PlannedUser | null
  /** Whether he has a mailbox here already. */
  readonly keeps: boolean
}

function decide(person: Considered, settlement: Settlement | undefined): Decision {
  if (!person.claimant || !settlement) return leave(person)
  const problem = settlement.conflicts.map(({ explanation }) => explanation).join(' ') || null
  if (settlement.granted === null) return hold(person, problem)
  const { aliases, adopts } = settlement.granted
  const mailbox = person.mailbox ?? adopts
  const opens = mailbox === null || adopts !== null || person.known?.retired === true
  const { address } = person.claimant.wanted
  const facts = factsOf(person.record, { address, aliases, active: opens || mailbox.active })
  return {
    change: changeOf(person, mailbox, facts, adopts !== null),
    passedOver: null,
    user: userOf(person, {
      mailbox: mailbox === null ? { address } : { id: mailbox.id },
      retired: false,
      problem: [problem, phoneProblem(person.record)].filter(Boolean).join(' ') || null,
    }),
    keeps: mailbox !== null,
  }
}

/** One whose main address is refused: what was told is kept, his mailbox stays as it is. */
function hold(person: Considered, problem: string | null): Decision {
  const { mailbox, known } = person
  const user = userOf(person, {
    mailbox: mailbox && { id: mailbox.id },
    retired: known?.retired ?? false,
    problem,
  })
  return { change: null, passedOver: null, user, keeps: mailbox !== null }
}

/** One who is to have no mailbox, or none any more. */
function leave(person: Considered): Decision {
  const { mailbox, known } = person
  const user = userOf(person, {
    mailbox: mailbox && { id: mailbox.id },
    retired: mailbox !== null,
    problem: null,
  })
  if (mailbox === null) return { change: null, passedOver: passedOver(person), user, keeps: false }
  const change = known?.retired ? null : changeOf(person, mailbox, retired(mailbox), person.adopts)
  return { change, passedOver: null, user, keeps: true }
}

function passedOver({ sourceId, record, gone, wanted }: Considered): PassedOver | null {
  if (gone) return null
  const reason =
    wanted.address === null
      ? ('no-address' as const)
      : record.enabled
        ? ('unlicensed' as const)
        : ('disabled' as const)
  return { sourceId, userName: record.userName || sourceId, reason }
}

function changeOf(
  { sourceId, known, record }: Considered,
  mailbox: KnownMailbox | null,
  facts: MailboxFacts,
  adopted: boolean,
): PlannedChange | null {
  const made = { sourceId, before: mailbox, facts, adopted }
  if (mailbox === null) {
    const fields = changedFields({ mailbox: nothing, record: null }, { mailbox: facts, record })
    return { ...made, kind: 'added', mailboxId: null, fields }
  }
  const fields = changedFields({ mailbox, record: known?.record ?? null }, { mailbox: facts, record })
  if (fields.length === 0 && !adopted && sameAddresses(mailbox, facts)) return null
  return { ...made, kind: kindOf(mailbox, facts), mailboxId: mailbox.id, fields }
}

const nothing: MailboxFacts = {
  ...{ address: '', name: '', mobile: null, department: null, active: false, addresses: [], phones: [] },
}

function sameAddresses(before: MailboxFacts, after: MailboxFacts): boolean {
  return (
    new Set([...before.addresses, ...after.addresses]).size === before.addresses.length &&
    before.addresses.length === after.addresses.length
  )
}

function kindOf(before: MailboxFacts, after: MailboxFacts): ChangeKind {
  if (before.active === after.active) return 'changed'
  return after.active ? 'reactivated' : 'deactivated'
}

/** The row of the user where it differs from the one there is. */
function userOf(
  { sourceId, known, record, gone }: Considered,
  { mailbox, retired, problem }: Pick<PlannedUser, 'mailbox' | 'retired' | 'problem'>,
): PlannedUser | null {
  const mailboxId = mailbox && 'id' in mailbox ? mailbox.id : null
  const same =
    known !== null &&
    known.gone === gone &&
    known.retired === retired &&
    known.problem === problem &&
    known.mailboxId === mailboxId &&
    !(mailbox && 'address' in mailbox) &&
    JSON.stringify(known.record) === JSON.stringify(record)
  return same ? null : { sourceId, record, gone, retired, mailbox, problem }
}
