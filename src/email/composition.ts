/** What goes into composing and what comes out of it. */
import type { Message, Participant } from '../domain/message.ts'

export interface ComposeAttachment {
  /** As the source gives it, in any script. */
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
  /** Lower-case hex of the content. */
  readonly sha256: string
  /** Present: goes into the e-mail here. Absent: the e-mail keeps a hole for it. */
  readonly content?: Uint8Array
}

export interface ComposeParticipant {
  readonly participant: Participant
  /** The registered user's e-mail address, if this person is one. */
  readonly email?: string
  readonly displayName: string
}

export interface ComposeInput {
  readonly message: Message
  /** 16 bytes. */
  readonly messageKey: Uint8Array
  /** Domain of Message-IDs and of the addresses of people without e-mail, for example `archive.example`. */
  readonly domain: string
  /** The sender, if the message has one, and then the recipients, in the message's order. */
  readonly participants: readonly ComposeParticipant[]
  /** One for each attachment of the message, in its order. */
  readonly attachments: readonly ComposeAttachment[]
  /** Lower-case hex SHA-256 of the raw record. */
  readonly recordSha256?: string
}

/** A place in the skeleton where the base64 lines of an attachment belong. */
export interface Hole {
  /** Byte offset in the skeleton. */
  readonly offset: number
  readonly attachmentIndex: number
}

export interface ComposedEmail {
  readonly subject: string
  /** See `Subject.subjectTextLength`. */
  readonly subjectTextLength: number
  /** The e-mail without the bodies of the attachments that are kept elsewhere. */
  readonly skeleton: Buffer
  /** In the order of their offsets. */
  readonly holes: readonly Hole[]
  /** Length of the whole e-mail, holes filled. */
  readonly bytes: number
  /** Lower-case hex of the whole e-mail; absent while there are holes: `withDigest` over `emailStream` gives it. */
  readonly sha256?: string
}
