/**
 * A message as an e-mail (RFC 5322, MIME). Pure: the same input gives the same bytes, today and in thirty
 * years; nothing of when or by whom it was captured goes in.
 */
import { hash } from 'node:crypto'
import type { Message } from '../domain/message.ts'
import { attachmentHead } from './attachment-part.ts'
import { base64Lines, base64LinesLength } from './base64-lines.ts'
import { bodiesOf } from './body.ts'
import type { ComposeAttachment, ComposedEmail, ComposeInput, Hole } from './composition.ts'
import { headOf } from './head.ts'
import { messageIdOf } from './identifiers.ts'
import { conversationTitle, subjectOf } from './subject.ts'
import { encodeBody } from './transfer-encoding.ts'

/**
 * Composes the e-mail of a message. Never fails on content: what cannot stand in an e-mail is encoded or
 * visibly replaced. Throws only if the participants or attachments are not those of the message.
 */
export function composeEmail(input: ComposeInput): ComposedEmail {
  assertComplete(input)
  const { message, attachments } = input
  const title = conversationTitle(message, message.conversation.name ? [] : displayNames(input))
  const { subject, subjectTextLength } = subjectOf(message, title)
  const messageId = messageIdOf(input.messageKey, input.domain)
  const mark = messageId.slice(1, 9)
  const head = headOf(input, messageId, subject, title)
  const alternative = alternativePart(message, `alt-${mark}`)
  if (attachments.length > 0) {
    return { subject, subjectTextLength, ...withAttachments(head, alternative, attachments, `mix-${mark}`) }
  }
  const skeleton = Buffer.from(head + alternative)
  return { subject, subjectTextLength, ...whole(skeleton) }
}

type Content = Omit<ComposedEmail, 'subject' | 'subjectTextLength'>

function whole(skeleton: Buffer): Content {
  return { skeleton, holes: [], bytes: skeleton.length, sha256: hash('sha256', skeleton, 'hex') }
}

function alternativePart(message: Message, boundary: string): string {
  const bodies = bodiesOf(message)
  const text = encodeBody(bodies.text)
  const html = encodeBody(bodies.html)
  return (
    `Content-Type: multipart/alternative; boundary=${boundary}\r\n\r\n` +
    `--${boundary}\r\nContent-Type: text/plain${text.parameters}${text.body}\r\n` +
    `--${boundary}\r\nContent-Type: text/html${html.parameters}${html.body}\r\n` +
    `--${boundary}--\r\n`
  )
}

/** Everything here is ASCII, so the length of the text is its length in bytes. */
function withAttachments(
  head: string,
  alternative: string,
  attachments: readonly ComposeAttachment[],
  boundary: string,
): Content {
  const holes: Hole[] = []
  let holeBytes = 0
  let text = `${head}Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n${alternative}`
  for (const [attachmentIndex, attachment] of attachments.entries()) {
    text += `--${boundary}\r\n${attachmentHead(attachment)}`
    if (attachment.content === undefined) {
      holes.push({ offset: text.length, attachmentIndex })
      holeBytes += base64LinesLength(attachment.bytes)
    } else {
      text += base64Lines(attachment.content)
    }
    text += '\r\n'
  }
  const skeleton = Buffer.from(`${text}--${boundary}--\r\n`)
  return holes.length === 0 ? whole(skeleton) : { skeleton, holes, bytes: skeleton.length + holeBytes }
}

function displayNames(input: ComposeInput): string[] {
  return input.participants.slice(0, 2).map((person) => person.displayName)
}

function assertComplete({ message, messageKey, participants, attachments }: ComposeInput): void {
  const people = message.recipients.length + (message.sender === null ? 0 : 1)
  if (participants.length !== people) throw new Error('compose: participants are not those of the message')
  if (attachments.length !== message.attachments.length) {
    throw new Error('compose: attachments are not those of the message')
  }
  if (messageKey.length !== 16) throw new Error('compose: a message key has 16 bytes')
}
