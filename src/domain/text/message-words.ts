import type { CardField, Message, MessagePart } from '../message.ts'
import { indexParts } from './index-parts.ts'

/**
 * The searchable text of a message as tsvectors (text form), one a part. `subjectTextLength`: how many leading
 * characters of the text stand in its subject. The names of the conversation and of people are searched in
 * their own tables, where a new name finds old messages too.
 */
export function messageWords(message: Message, subjectTextLength: number): string[] {
  return indexParts({
    subjectPrefix: '',
    text: message.text,
    subjectTextLength,
    extra: [...extraTexts(message)],
    attachmentNames: [...message.attachments, ...(message.missingAttachments ?? [])].map(({ name }) => name),
  })
}

function* extraTexts(message: Message): Iterable<string> {
  if (message.fields) yield* message.fields.map(fieldText)
  if (message.parts) for (const part of message.parts) yield* partTexts(part)
  if (message.refersTo?.quotedText) yield message.refersTo.quotedText
  if (message.kind === 'location') {
    yield [message.location.title, message.location.address].filter(Boolean).join(' ')
  }
  if (message.kind === 'poll') {
    yield [message.poll.question, ...message.poll.options.map((option) => option.text)].join(' ')
  }
}

function fieldText({ label, value }: CardField): string {
  return `${label} ${value}`
}

function* partTexts(part: MessagePart): Iterable<string> {
  yield [part.senderName, part.text].filter(Boolean).join(' ')
  for (const child of part.parts ?? []) yield* partTexts(child)
}
