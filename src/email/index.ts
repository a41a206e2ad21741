export { addressOf } from './address.ts'
export { safeMediaType } from './attachment-part.ts'
export { type Base64Lines, base64LinesLength, createBase64Lines } from './base64-lines.ts'
export { composeEmail } from './compose.ts'
export type {
  ComposeAttachment,
  ComposedEmail,
  ComposeInput,
  ComposeParticipant,
  Hole,
} from './composition.ts'
export { messageIdOf } from './identifiers.ts'
export { inlineAttachment } from './inline-attachment.ts'
export { itemClassOf } from './item-class.ts'
export { type DigestedStream, digestOf, emailStream, type StreamDigest, withDigest } from './stream.ts'
export { type Subject, subjectOf, subjectTextLengthIn } from './subject.ts'
