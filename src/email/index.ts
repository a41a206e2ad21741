export { addressOf } from './address.ts'
export { type ComposeAttachment, safeMediaType } from './attachment-part.ts'
export { type Base64Lines, base64LinesLength, createBase64Lines } from './base64-lines.ts'
export {
  type ComposedEmail,
  type ComposeInput,
  type ComposeParticipant,
  composeEmail,
  type Hole,
} from './compose.ts'
export { messageIdOf } from './identifiers.ts'
export { itemClassOf } from './item-class.ts'
export { type DigestedStream, digestOf, emailStream, type StreamDigest, withDigest } from './stream.ts'
export { type Subject, subjectOf } from './subject.ts'
