/** What a message says, once its type and its content are read together. */
import type {
  CallDetails,
  CardField,
  LocationDetails,
  MessageKind,
  MessagePart,
  Reference,
} from '../../domain/message.ts'
import type { Media } from './media.ts'

interface BodyCommon {
  readonly text: string
  readonly fields?: readonly CardField[]
  readonly parts?: readonly MessagePart[]
  readonly media?: readonly Media[]
  /** The message quoted (`replies-to`) or recalled (`recalls`; the body is then an event of its own). */
  readonly refersTo?: Reference
  /** Who recalled, by the name the notice shows; `you` is the owner of the export. */
  readonly recalledBy?: { readonly name: string } | 'you'
  readonly notes?: readonly string[]
}

export type Body = BodyCommon &
  (
    | { readonly kind: 'call'; readonly call: CallDetails }
    | { readonly kind: 'location'; readonly location: LocationDetails }
    | { readonly kind: Exclude<MessageKind, 'call' | 'location' | 'poll'> }
  )
