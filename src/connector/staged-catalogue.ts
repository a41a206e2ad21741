/**
 * What transfer leaves for import beside the content: everything of a page's messages that the catalogue and
 * the index need, so that import decodes nothing again. Sealed like content; deleted once imported.
 */
import type { Identity } from '../domain/message.ts'

export interface StagedParticipant {
  readonly identity: Identity
  readonly name?: string
}

export interface StagedConversation {
  /** Code of the channel family. */
  readonly family: number
  readonly vendorId: string
  readonly name?: string
  readonly type: 'direct' | 'group'
}

export interface StagedAttachment {
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
  readonly sha256: string
  /** Where the site holds it, for attachments too large for the block. */
  readonly remote?: { readonly object: string; readonly key: string }
}

interface StagedPlace {
  readonly sequence: number
  readonly capturedAt: number
  readonly channel: number
  /** Which block of the segment, from 0, and which record in it. */
  readonly block: number
  readonly place: number
}

export interface StagedMessage extends StagedPlace {
  /** Hex. */
  readonly messageKey: string
  readonly emailBytes: number
  /** Hex; null until the large attachments have been streamed through it. */
  readonly sha256: string | null
  readonly sentAt: number
  readonly latestMinutes: number | null
  readonly offsetMinutes: number
  readonly kind: number
  readonly event: number
  /** Indexes into the page's conversations and participants. */
  readonly conversation: number
  readonly sender: number | null
  readonly recipients: readonly number[]
  readonly custodian: number | null
  readonly subject: string
  /** Text form of tsvectors, one a part. */
  readonly words: readonly string[]
  readonly attachments: readonly StagedAttachment[]
  readonly refersToKey: string | null
  readonly linkKey: string | null
}

export interface StagedRefusal extends StagedPlace {
  readonly refused: 'undecodable' | 'attachment-too-large'
  readonly explanation: string
  readonly sentAt: number | null
}

export interface StagedCatalogue {
  readonly participants: readonly StagedParticipant[]
  readonly conversations: readonly StagedConversation[]
  readonly messages: readonly StagedMessage[]
  readonly refusals: readonly StagedRefusal[]
  /** Hex, by block: what the commitments of the integrity log are salted with. Absent in pages staged by older versions. */
  readonly saltSeeds?: readonly string[]
}
