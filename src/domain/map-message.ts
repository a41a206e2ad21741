import type { Mapping } from './mapping.ts'
import type { Participant } from './message.ts'

/** One mailbox that gets the message, and the participant because of whom. */
export interface MappedMailbox<Person extends Participant = Participant> {
  readonly mailboxId: number
  readonly rule: 'csv' | 'email-property' | 'catch-all'
  readonly explanation: string
  /** Everyone who maps to it: one person may take part under two identities. Empty for the catch-all. */
  readonly participants: readonly Person[]
}

export interface UnmappedParticipant<Person extends Participant = Participant> {
  readonly participant: Person
  readonly registered: boolean
  readonly explanation: string
}

export interface MessageMapping<Person extends Participant = Participant> {
  /** Each mailbox once, in the order of the participants. */
  readonly mailboxes: readonly MappedMailbox<Person>[]
  readonly unmapped: readonly UnmappedParticipant<Person>[]
  /** The message is imported, but some registered participant has no mailbox: `participant-partly-unmapped`. */
  readonly partly: boolean
  /** Nobody gets it: `participant-unmapped`. */
  readonly none: boolean
}

/** Which mailboxes get a message, from its participants (sender included) at the time it was sent. */
export function mapMessage<Person extends Participant>(
  participants: readonly Person[],
  atMs: number,
  mapping: Mapping,
): MessageMapping<Person> {
  const mailboxes: MappedMailbox<Person>[] = []
  const unmapped: UnmappedParticipant<Person>[] = []
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

function addMailbox<Person extends Participant>(
  mailboxes: MappedMailbox<Person>[],
  added: MappedMailbox<Person>,
): void {
  const index = mailboxes.findIndex((one) => one.mailboxId === added.mailboxId)
  const before = mailboxes[index]
  if (before === undefined) mailboxes.push(added)
  else mailboxes[index] = { ...before, participants: [...before.participants, ...added.participants] }
}
