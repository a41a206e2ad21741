/** The head of an e-mail: everything before its Content-Type. */

import type { Message } from '../domain/message.ts'
import { messageKeyOfVendorId } from '../domain/message-key.ts'
import { addressOf, mailboxEntry } from './address.ts'
import type { ComposeInput, ComposeParticipant } from './composition.ts'
import { lineHeader, textHeader } from './header-text.ts'
import { conversationAddress, messageIdOf } from './identifiers.ts'
import { itemClassOf } from './item-class.ts'
import { createMemory } from './memory.ts'

/** The header lines of an e-mail, each ended by CRLF. `title` is what the subject calls the conversation. */
export function headOf(input: ComposeInput, messageId: string, subject: string, title: string): string {
  const { message, participants, domain } = input
  const people = participants.map((person) => rememberedPerson(person, domain))
  const conversation = rememberedConversation(message, title, domain)
  return (
    fromAndTo(message, people, conversation.entry) +
    `Date: ${dateOf(message.sentAt)}\r\n` +
    `Message-ID: ${messageId}\r\n` +
    threadHeaders(message, domain, conversation.root) +
    lineHeader('Subject', subject) +
    messageHeaders(message) +
    conversation.headers +
    participantHeaders(people) +
    (input.recordSha256 === undefined ? '' : `X-Holdfast-Record-SHA256: ${input.recordSha256}\r\n`) +
    'MIME-Version: 1.0\r\n'
  )
}

interface Person {
  /** As it stands in From or To. */
  readonly entry: string
  /** As it stands in the list of identities. */
  readonly identity: string
  /** The registered e-mail address as it stands in the list of them, or nothing. */
  readonly email: string
}

/** One address, in any script (such a one cannot stand in From), that cannot be read as two. */
const listable = /^[^\s\p{C},]+@[^\s\p{C},]+$/u

const people = createMemory<Person>(20_000)

function rememberedPerson(person: ComposeParticipant, domain: string): Person {
  const { type, value } = person.participant.identity
  const details = [type, person.email ?? '', person.displayName, domain]
  return people.get(value, details, () => personOf(person, domain))
}

function personOf(
  { participant: { identity }, email, displayName }: ComposeParticipant,
  domain: string,
): Person {
  return {
    entry: mailboxEntry(displayName, addressOf(identity, email, domain)),
    // What would read as the end of an identity is percent-encoded.
    identity: `${identity.type}:${identity.value.replace(/[%,]/g, encodeURIComponent)}`,
    email: email !== undefined && listable.test(email) ? email : '',
  }
}

interface ConversationHead {
  readonly entry: string
  readonly root: string
  readonly headers: string
}

const conversations = createMemory<ConversationHead>(10_000)

function rememberedConversation(message: Message, title: string, domain: string): ConversationHead {
  const { id, name = '' } = message.conversation
  return conversations.get(id, [message.channel, name, title, domain], () => {
    const address = conversationAddress(message.channel, id, domain)
    const nameHeader = name === id ? '' : textHeader('X-Holdfast-Conversation-Name', name)
    return {
      entry: mailboxEntry(title, address),
      root: `<${address}>`,
      headers: textHeader('X-Holdfast-Conversation', id) + nameHeader,
    }
  })
}

/** A system event is from the conversation itself; what names no recipient is to the conversation. */
function fromAndTo(message: Message, people: readonly Person[], conversation: string): string {
  const entries = people.map((person) => person.entry)
  const from = message.sender === null ? conversation : entries.shift()!
  return `From: ${from}\r\nTo: ${entries.length === 0 ? conversation : entries.join(',\r\n ')}\r\n`
}

/** `Mon, 02 Nov 2026 17:15:00 +0800`: the moment in the offset that was in force for the sender. */
function dateOf({ utc, offsetMinutes }: Message['sentAt']): string {
  const date = new Date(utc + offsetMinutes * 60_000).toUTCString()
  return date.slice(0, -'GMT'.length) + (offsetMinutes === 0 ? '+0000' : offsetText(offsetMinutes))
}

function offsetText(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes)
  const digits = String(Math.floor(minutes / 60) * 100 + (minutes % 60)).padStart(4, '0')
  return `${offsetMinutes < 0 ? '-' : '+'}${digits}`
}

/**
 * All messages of a conversation name its root first, so that mail programs thread them; what refers to an
 * original names that too.
 */
function threadHeaders(message: Message, domain: string, root: string): string {
  const vendorId = message.refersTo?.vendorId
  if (vendorId === undefined) return `References: ${root}\r\n`
  const original = messageIdOf(messageKeyOfVendorId(message.channel, vendorId), domain)
  return `In-Reply-To: ${original}\r\nReferences: ${root}\r\n ${original}\r\n`
}

/** The event is named where it is not the plain `sent`. */
function messageHeaders(message: Message): string {
  const { channel, kind, event, route, sentAt, vendorId } = message
  return (
    `X-Holdfast-Item-Class: ${itemClassOf(message)}\r\n` +
    `X-Holdfast-Channel: ${channel}\r\n` +
    `X-Holdfast-Kind: ${kind}\r\n` +
    (event === 'sent' ? '' : `X-Holdfast-Event: ${event}\r\n`) +
    textHeader('X-Holdfast-Route', route) +
    textHeader('X-Holdfast-Sent-At', `${sentAt.text}; ${sentAt.zone}`) +
    (vendorId === undefined ? '' : textHeader('X-Holdfast-Vendor-Id', vendorId))
  )
}

/** Everybody's identity, and the *User's Email address* property: the address of everybody who is registered. */
function participantHeaders(people: readonly Person[]): string {
  let identities = ''
  let emails = ''
  for (const { identity, email } of people) {
    identities += identities === '' ? identity : `, ${identity}`
    if (email !== '') emails += emails === '' ? email : `, ${email}`
  }
  return (
    textHeader('X-Holdfast-Participants', identities) + textHeader('X-Holdfast-User-Email-Address', emails)
  )
}
