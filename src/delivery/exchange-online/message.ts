/** An item as Graph's JSON message: a copy that reads as the e-mail, is no draft, and can be known again. */
import PostalMime, { type Address, type Email } from 'postal-mime'
import type { LeftOut } from '../delivery.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import {
  classProperty,
  deliveredProperty,
  type ExtendedProperty,
  flagsProperty,
  headerProperty,
  itemProperty,
  readFlag,
  sentProperty,
} from './properties.ts'

export interface Person {
  readonly emailAddress: { readonly address: string; readonly name?: string }
}

/** The fields of `POST …/messages`; attachments join them where they are small. */
export interface GraphMessage {
  readonly subject: string
  readonly body: { readonly contentType: 'html' | 'text'; readonly content: string }
  readonly from: Person
  readonly sender: Person
  readonly toRecipients: readonly Person[]
  readonly internetMessageId: string
  readonly internetMessageHeaders?: readonly { readonly name: string; readonly value: string }[]
  readonly singleValueExtendedProperties: readonly ExtendedProperty[]
}

/** PidTagSubject, in UTF-16 units. */
const subjectMax = 255
/** Graph's for one message. */
const recipientsMax = 500
/** Graph takes no sixth header, and none that is longer. */
const headersMax = 5
const headerLengthMax = 995
/** Of a body, in UTF-16 units: room for the files' part of a request stays. A longer text is whole in the `.eml`. */
const htmlMax = 600_000
const textMax = 500_000

/** Of the e-mail's own, these go into the five headers that Graph takes; the others become properties. */
const firstHeaders = ['item-class', 'channel', 'user-email-address', 'participants', 'record-sha256'].map(
  (name) => `x-holdfast-${name}`,
)

export async function messageOf(item: OutgoingItem, leftOut: readonly LeftOut[]): Promise<GraphMessage> {
  const email = await PostalMime.parse(item.skeleton)
  const people = (email.to ?? []).flatMap(personsOf)
  const from = personsOf(email.from ?? { name: '', address: '' })[0] ?? people[0]
  if (!from) throw new Error(`the e-mail of item ${item.id} is from nobody`)
  const notes = notesOf(leftOut, people.length)
  const { headers, properties } = ownHeaders(email)
  return {
    subject: item.subject.slice(0, subjectMax).toWellFormed(),
    body: bodyOf(email, notes),
    ...{ from, sender: from, toRecipients: people.slice(0, recipientsMax) },
    internetMessageId: item.messageId,
    // Graph refuses an empty list.
    ...(headers.length > 0 ? { internetMessageHeaders: headers } : {}),
    singleValueExtendedProperties: [
      { id: flagsProperty, value: readFlag },
      { id: sentProperty, value: new Date(item.sentAt).toISOString() },
      // As a mail server's own date: what counts from it counts from when the message was sent.
      { id: deliveredProperty, value: new Date(item.sentAt).toISOString() },
      { id: classProperty, value: item.itemClass },
      { id: itemProperty, value: item.id },
      ...properties,
    ],
  }
}

function personsOf(given: Address): Person[] {
  if (given.group) return given.group.flatMap(personsOf)
  const { address, name } = given
  return address ? [{ emailAddress: { address, ...(name ? { name } : {}) } }] : []
}

function ownHeaders({ headers: all }: Email) {
  const rank = (key: string) =>
    (firstHeaders.indexOf(key) + firstHeaders.length + 1) % (firstHeaders.length + 1)
  const own = all
    .filter(({ key }) => key.startsWith('x-holdfast-'))
    .sort((one, other) => rank(one.key) - rank(other.key))
  const headers = own.filter(({ value }) => value.length <= headerLengthMax).slice(0, headersMax)
  const rest = own.filter((header) => !headers.includes(header))
  return {
    headers: headers.map(({ key, value }) => ({ name: key, value })),
    properties: rest.map(({ key, value }) => ({ id: headerProperty(key), value })),
  }
}

function notesOf(leftOut: readonly LeftOut[], people: number): string[] {
  const files = leftOut.map(
    ({ name, bytes, sha256 }) =>
      `Attachment kept in Holdfast, too large for this mailbox: ${name}, ${bytes} bytes, SHA-256 ${sha256}`,
  )
  const more = people - recipientsMax
  return more > 0 ? [...files, `${more} more recipients stand in the attached e-mail.`] : files
}

function bodyOf({ html, text = '' }: Email, notes: readonly string[]): GraphMessage['body'] {
  if (html && html.length <= htmlMax) {
    const paragraphs = notes.map((note) => `<p>[${escaped(note)}]</p>`).join('')
    return { contentType: 'html', content: html + paragraphs }
  }
  const cut =
    text.length > textMax
      ? [`${text.slice(0, textMax).toWellFormed()}…`, '[The rest of the text stands in the attached e-mail.]']
      : [text]
  return { contentType: 'text', content: [...cut, ...notes.map((note) => `[${note}]`)].join('\n\n') }
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
