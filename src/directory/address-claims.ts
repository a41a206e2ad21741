/**
 * Who gets an address. An address has one holder: whoever has it keeps it, and where nobody has it and several
 * want it, nobody gets it and each is told. A user whose main address is refused stays as he is as a whole.
 */
import type { Wanted } from './desired-mailbox.ts'
import type { Conflict, KnownMailbox } from './plan.ts'
import type { DirectorySource } from './record.ts'

export interface Claimant {
  readonly sourceId: string
  readonly userName: string
  readonly wanted: Wanted & { readonly address: string }
  /** The one he has. */
  readonly mailbox: KnownMailbox | null
}

export interface Grounds {
  readonly claimants: readonly Claimant[]
  readonly mailboxes: readonly KnownMailbox[]
  /** Ids of mailboxes of users of the source who left. */
  readonly retired: ReadonlySet<number>
  /** Ids of mailboxes that may be given to the first user whose main address is theirs. */
  readonly unowned: ReadonlySet<number>
}

export interface Settlement {
  /** Null where the main address is refused. */
  readonly granted: { readonly aliases: readonly string[]; readonly adopts: KnownMailbox | null } | null
  readonly conflicts: readonly Conflict[]
}

/** The settlement of each claimant, by his id at the source. */
export function settleAddresses(grounds: Grounds): ReadonlyMap<string, Settlement> {
  const ground = prepare(grounds)
  const refused = new Map<string, string>()
  // Each pass refuses somebody, who then keeps what he has, which may be in the way of another.
  for (let pass = 0; pass <= grounds.claimants.length; pass += 1) {
    const claims = claimsOf(grounds.claimants, refused)
    const losers = grounds.claimants.flatMap((claimant) => {
      if (refused.has(claimant.sourceId)) return []
      const why = objection(ground, claims, claimant, claimant.wanted.address)
      return why === null ? [] : [[claimant.sourceId, why] as const]
    })
    for (const [sourceId, why] of losers) refused.set(sourceId, why)
    if (losers.length === 0) break
  }
  const claims = claimsOf(grounds.claimants, refused)
  return new Map(
    grounds.claimants.map((claimant) => [claimant.sourceId, settle(ground, claims, claimant, refused)]),
  )
}

interface Ground extends Grounds {
  readonly mailboxesOf: ReadonlyMap<string, readonly KnownMailbox[]>
  readonly tied: ReadonlySet<number>
}

interface Claim {
  readonly claimant: Claimant
  /** Whether his mailbox goes by the address and, as he was refused another, keeps to. */
  readonly named: boolean
}

type Claims = ReadonlyMap<string, readonly Claim[]>

function prepare(grounds: Grounds): Ground {
  const held = grounds.mailboxes.flatMap((mailbox) =>
    [...addressesOf(mailbox)].map((address) => ({ address, mailbox })),
  )
  const byAddress = Map.groupBy(held, ({ address }) => address)
  return {
    ...grounds,
    mailboxesOf: new Map(
      [...byAddress].map(([address, all]) => [address, all.map(({ mailbox }) => mailbox)]),
    ),
    tied: new Set(grounds.claimants.flatMap(({ mailbox }) => (mailbox === null ? [] : [mailbox.id]))),
  }
}

function addressesOf({ address, addresses }: KnownMailbox): Set<string> {
  return new Set([address, ...addresses])
}

/** Who wants or, having been refused, keeps each address. */
function claimsOf(claimants: readonly Claimant[], refused: ReadonlyMap<string, string>): Claims {
  const claims = claimants.flatMap((claimant) => {
    const { wanted, mailbox } = claimant
    const isRefused = refused.has(claimant.sourceId)
    const kept = mailbox === null ? [] : [...addressesOf(mailbox)]
    return (isRefused ? kept : [wanted.address, ...wanted.aliases]).map((address) => ({
      ...{ address, claimant, named: isRefused && mailbox?.address === address },
    }))
  })
  return Map.groupBy(claims, ({ address }) => address)
}

/** Why the claimant does not get the address; null where he does. */
function objection(ground: Ground, claims: Claims, claimant: Claimant, address: string): string | null {
  const main = address === claimant.wanted.address
  const others = (claims.get(address) ?? []).filter((claim) => claim.claimant.sourceId !== claimant.sourceId)
  const stronger = holds(claimant, address)
    ? others.find((other) => holds(other.claimant, address) || (main && other.named))
    : others[0]
  if (stronger) return claimedTwice(claimant, stronger.claimant, address)
  for (const mailbox of ground.mailboxesOf.get(address) ?? []) {
    const why = objectionOf(ground, mailbox, claimant, address)
    if (why !== null) return why
  }
  return null
}

/** A closed mailbox keeps its name, which is not enough to keep an address that was handed on since. */
function holds({ mailbox }: Claimant, address: string): boolean {
  if (mailbox === null) return false
  return mailbox.addresses.includes(address) || (mailbox.active && mailbox.address === address)
}

/** A mailbox that is nobody's who claims: added by hand, of another source, or of somebody who left. */
function objectionOf(
  ground: Ground,
  mailbox: KnownMailbox,
  claimant: Claimant,
  address: string,
): string | null {
  if (ground.tied.has(mailbox.id)) return null
  const main = address === claimant.wanted.address
  // What nobody has any more may be handed on, but for the name that a mailbox itself goes by.
  if (ground.retired.has(mailbox.id))
    return main && mailbox.address === address ? leftBehind(claimant, address) : null
  if (!main && !mailbox.active && !mailbox.addresses.includes(address)) return null
  if (main && mayAdopt(ground, mailbox, claimant)) return null
  const origin = mailbox.owner === null ? 'was added by hand' : `comes from ${sourceTitles[mailbox.owner]}`
  return `${address} of ${claimant.userName} is an address of the mailbox ${mailbox.address}, which ${origin}; take it from one of them.`
}

const sourceTitles: Readonly<Record<DirectorySource, string>> = {
  csv: 'a CSV file',
  graph: 'Microsoft Graph',
  scim: 'SCIM',
}

function mayAdopt({ unowned }: Ground, mailbox: KnownMailbox, claimant: Claimant): boolean {
  return unowned.has(mailbox.id) && mailbox.address === claimant.wanted.address && claimant.mailbox === null
}

function claimedTwice(claimant: Claimant, other: Claimant, address: string): string {
  const both = `${address} is claimed by ${claimant.userName} and by ${other.userName}`
  return `${both}; leave it to one of them at the source.`
}

function leftBehind({ userName }: Claimant, address: string): string {
  return (
    `${address} of ${userName} was the address of another user, who left. ` +
    `Where the old mailbox is to go on with ${userName}, run "holdfast directory release ${address}" and sync again.`
  )
}

function settle(
  ground: Ground,
  claims: Claims,
  claimant: Claimant,
  refused: ReadonlyMap<string, string>,
): Settlement {
  const { sourceId, userName, wanted } = claimant
  const why = refused.get(sourceId)
  const conflictOf = (address: string, explanation: string) => ({ sourceId, userName, address, explanation })
  if (why !== undefined) return { granted: null, conflicts: [conflictOf(wanted.address, why)] }
  const judged = wanted.aliases.map((address) => ({
    address,
    why: objection(ground, claims, claimant, address),
  }))
  const adoptable = (ground.mailboxesOf.get(wanted.address) ?? []).find((mailbox) =>
    mayAdopt(ground, mailbox, claimant),
  )
  return {
    granted: {
      aliases: judged.filter((one) => one.why === null).map(({ address }) => address),
      adopts: adoptable ?? null,
    },
    conflicts: judged.flatMap((one) => (one.why === null ? [] : [conflictOf(one.address, one.why)])),
  }
}
