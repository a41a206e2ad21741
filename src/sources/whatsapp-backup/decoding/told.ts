/** What the reader of a table tells of a record; `message.ts` makes a message of it. */
import type {
  CallDetails,
  CardField,
  LocationDetails,
  MessageEvent,
  MessageKind,
  MissingAttachment,
  Participant,
  PollDetails,
  Reference,
} from '../../../domain/message.ts'

export interface Body {
  readonly kind: MessageKind
  readonly text: string
  readonly call?: CallDetails
  readonly location?: LocationDetails
  readonly poll?: PollDetails
  readonly fields?: readonly CardField[]
  readonly notes?: readonly string[]
}

export interface Told extends Body {
  readonly event?: MessageEvent
  /** Null for what nobody says. */
  readonly sender: Participant | null
  /** Everybody concerned; the sender may be among them. */
  readonly people: readonly Participant[]
  /** Milliseconds UTC. */
  readonly utc: number
  /** As the database writes it. */
  readonly timeText: string
  readonly refersTo?: Reference
  /** The one file of the record, where it is not among its attachments. */
  readonly file?: MissingAttachment
}
