import type { Mapping } from './mapping.ts'
import type { Participant } from './message.ts'

/** One mailbox that gets the message, and the participant because of whom. */
export interface MappedMailbox {
  readonly mailboxId: number
  readonly rule: 'csv' | 'email-property' | 'catch-all'
  readonly explanation: string
  /** Everyone who maps to it: one person may take part under two identities. Empty for the catch-all. */
  readonly participants: readonly Participant[]
}

export interface UnmappedParticipant {
  readonly participant: Participant
  readonly registered: boolean
  readonly explanation: string
}

export interface MessageMapping {
  /** Each mailbox once, in the order of the participants. */
  readonly mailboxes: readonly MappedMailbox[]
  readonly unmapped: readonly UnmappedParticipant[]
  /** The message is imported, but some registered participant has no mailbox: `participant-partly-unmapped`. */
  readonly partly: boolean
  /** Nobody gets it: `participant-unmapped`. */
  readonly none: boolean
}

/** Which mailboxes get a message, from its participants (sender included) at the time it was sent. */
export function mapMessage(
  participants: readonly Participant[],
  atMs: number,
  mapping: Mapping,
): MessageMapping {
  const mailboxes: MappedMailbox[] = []
  const unmapped: UnmappedParticipant[] = []
  for (const participant of participants) {
    const { mailboxId, rule, explanation, registered } = mapping.mapIdentity(participant.identity, atMs)
    if (mailboxId === null || rule === 'none') unmapped.push({ participant, registered, explanation })
    else addMailbox(mailboxes, { mailboxId, rule, explanation, participants: [participant] })
  }
  if (mailboxes.length === 0 && mapping.catchAll !== null) {
    const explanation = 'by the catch-all mailbox, since no participant maps'
    mailboxes.push({ mailboxId: mapping.catchAll, rule: 'catch-all', explanation, participants: [] })
  }
  const none = mailboxes.length === 0
  return { mailboxes, unmapped, none, partly: !none && unmapped.some((one) => one.registered) }
}

function addMailbox(mailboxes: MappedMailbox[], added: MappedMailbox): void {
  const index = mailboxes.findIndex((one) => one.mailboxId === added.mailboxId)
  const before = mailboxes[index]
  if (before === undefined) mailboxes.push(added)
  else mailboxes[index] = { ...before, participants: [...before.participants, ...added.participants] }
}
