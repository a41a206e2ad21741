/**
 * A message: what one person (or the system) said in one conversation at one moment, or what later
 * happened to it. Every source decodes into this shape and nothing else; the e-mail, the catalogue and
 * the search index are made from it.
 */

export const channels = ['whatsapp', 'wechat', 'wecom'] as const
export type Channel = (typeof channels)[number]

/** What happened. Anything but `sent` is an event of its own that points at its original (`refersTo`). */
export const messageEvents = ['sent', 'edited', 'deleted', 'recalled', 'reacted', 'receipt'] as const
export type MessageEvent = (typeof messageEvents)[number]

export const messageKinds = [
  'text',
  'image',
  'voice',
  'audio',
  'video',
  'file',
  'sticker',
  'location',
  'contact',
  'poll',
  'call',
  'meeting',
  'link',
  'forwarded',
  'mixed',
  'payment',
  'calendar',
  'form',
  'task',
  'consent',
  'system',
  'unknown',
] as const
export type MessageKind = (typeof messageKinds)[number]

/**
 * How a participant is known to the vendor. `name` means that nothing but a display name is known:
 * it is shown and searched, but never mapped to a mailbox by itself.
 */
export const identityTypes = [
  'phone',
  'whatsapp-lid',
  'whatsapp-bsuid',
  'wecom-userid',
  'wecom-robot',
  'wechat-external',
  'email',
  'name',
] as const
export type IdentityType = (typeof identityTypes)[number]

export interface Identity {
  readonly type: IdentityType
  /** Phone: E.164 with `+`. E-mail: lower case. WeCom userid: lower case (it is case-insensitive). Others: as the vendor writes them. */
  readonly value: string
}

export interface Participant {
  readonly identity: Identity
  /** The name the source shows for this person, as written there. */
  readonly name?: string
}

export interface Conversation {
  /** The vendor's id (room id, or both parties of a direct chat in sorted order); for exports the chat's name. */
  readonly id: string
  readonly name?: string
  readonly type: 'direct' | 'group'
}

export interface SentAt {
  /** Milliseconds since 1970 UTC. When `latest` is present this is the earliest reading. */
  readonly utc: number
  /** The later reading of an ambiguous local time (the repeated hour in autumn). Counts for retention. */
  readonly latest?: number
  /** The time exactly as the source wrote it. */
  readonly text: string
  /** IANA zone or `UTC`; the zone the source's text is in. */
  readonly zone: string
  /** Minutes east of UTC that apply to `utc` in `zone`; 0 where the sender's offset is unknown. */
  readonly offsetMinutes: number
}

export interface Attachment {
  /** File name as the source gives it, never a path. */
  readonly name: string
  /** Media type, `application/octet-stream` when unknown. */
  readonly mediaType: string
  readonly bytes: number
  /** Lower-case hex of the content. */
  readonly sha256: string
}

/** An attachment the source speaks of but did not hand over. The message is kept and says so. */
export interface MissingAttachment {
  readonly name: string
  /** `omitted`: exported without media. `not-in-archive`: named, but the zip or folder lacks it. `expired`: the vendor no longer has it. */
  readonly reason: 'omitted' | 'not-in-archive' | 'expired' | 'view-once'
}

export interface CallDetails {
  readonly medium: 'voice' | 'video'
  readonly outcome: 'completed' | 'missed' | 'unanswered' | 'declined' | 'unknown'
  readonly group: boolean
  readonly durationSeconds?: number
}

export interface LocationDetails {
  readonly latitude?: number
  readonly longitude?: number
  readonly title?: string
  readonly address?: string
  readonly live?: boolean
}

export interface PollDetails {
  readonly question: string
  readonly options: readonly { readonly text: string; readonly votes?: number }[]
}

/** One labelled line of a card (link, mini program, calendar, form, payment, unknown type …). */
export interface CardField {
  readonly label: string
  readonly value: string
}

/** A message inside a forwarded or mixed one. Nested records nest again in `parts`. */
export interface MessagePart {
  readonly kind: MessageKind
  readonly senderName?: string
  readonly sentAtText?: string
  readonly text: string
  /** Names of attachments of the enclosing message that belong to this part. */
  readonly attachmentNames?: readonly string[]
  readonly parts?: readonly MessagePart[]
}

export interface Reference {
  readonly relation: 'replies-to' | 'edits' | 'deletes' | 'recalls' | 'reacts-to' | 'receipt-of'
  /** The vendor's id of the original, when the vendor gives one. */
  readonly vendorId?: string
  /** What the source quotes of the original. */
  readonly quotedText?: string
  readonly quotedSenderName?: string
}

interface MessageCommon {
  readonly channel: Channel
  readonly event: MessageEvent
  /** The capture source's name, for example `whatsapp-export`. */
  readonly route: string
  /** The vendor's own id; absent in exports. */
  readonly vendorId?: string
  readonly conversation: Conversation
  /** Null for system events, which nobody says. */
  readonly sender: Participant | null
  /** Everyone else the source says took part. Never contains the sender. */
  readonly recipients: readonly Participant[]
  readonly sentAt: SentAt
  /** What a person reads: the text, the caption, or a plain sentence made from the details. Never empty for kinds other than pure attachments. */
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly missingAttachments?: readonly MissingAttachment[]
  readonly refersTo?: Reference
  /** True when the source marks the text as edited without giving the earlier text. */
  readonly markedEdited?: boolean
  /** Further labelled facts, in display order. Searchable. */
  readonly fields?: readonly CardField[]
  /** Children of forwarded and mixed messages. Searchable. */
  readonly parts?: readonly MessagePart[]
  /** Everything the decoder noticed and a reader should know (`user export, unverified` …). */
  readonly notes?: readonly string[]
}

export type Message = MessageCommon &
  (
    | { readonly kind: 'call'; readonly call: CallDetails }
    | { readonly kind: 'location'; readonly location: LocationDetails }
    | { readonly kind: 'poll'; readonly poll: PollDetails }
    | { readonly kind: Exclude<MessageKind, 'call' | 'location' | 'poll'> }
  )

/** The folder of a mailbox that items of a channel go to. The names are those of the Microsoft 365 connectors. */
export const folderOfChannel = {
  whatsapp: 'WhatsApp Archiver',
  wechat: 'WeChat Archiver',
  wecom: 'WeChat Archiver',
} as const satisfies Record<Channel, string>
export type FolderName = (typeof folderOfChannel)[Channel]
