/** What the readers of the message types have in common: the body they answer and the pieces it is made of. */
import { hash } from 'node:crypto'
import type {
  CallDetails,
  CardField,
  LocationDetails,
  MessageKind,
  MessagePart,
  PollDetails,
} from '../../domain/message.ts'
import { mediaTypeOf } from '../formats/media-types.ts'
import { numberOf, type Raw, textOf } from '../formats/raw-json.ts'

/** A file a message names by its sdkfileid; fetched apart from the message. */
export interface Media {
  readonly reference: string
  /** Display name: the sender's file name, else one made from the kind and the hash. */
  readonly name: string
  readonly mediaType: string
  /** Lower-case hex; empty when the message gives none. */
  readonly md5: string
}

interface BodyCommon {
  readonly text: string
  readonly fields?: readonly CardField[]
  readonly parts?: readonly MessagePart[]
  readonly media?: readonly Media[]
  /** Names of files WeCom speaks of but never hands out. */
  readonly withheld?: readonly string[]
  readonly notes?: readonly string[]
}

export type Body = BodyCommon &
  (
    | { readonly kind: 'call'; readonly call: CallDetails }
    | { readonly kind: 'location'; readonly location: LocationDetails }
    | { readonly kind: 'poll'; readonly poll: PollDetails }
    | { readonly kind: Exclude<MessageKind, 'call' | 'location' | 'poll'> }
  )

/** What a reader may know besides its own object. */
export interface Reading {
  /** The whole message: a few types keep an id beside their object. */
  readonly message: Raw
  readonly depth: number
  /** `Name (id)` where the operator named the id, else the id. */
  person(id: string): string
  /** Reads an object of another type inside this one. */
  readInner(type: string, body: Raw): Body
}

export interface BodyType {
  /** Where the object is kept, in order of preference, when not under the type's own name. */
  readonly keys?: readonly string[]
  /** Keys of scalar values the reader shows, or leaves out on purpose (hashes, sizes). */
  readonly known: readonly string[]
  /** Keys of lists the reader shows. */
  readonly lists?: readonly string[]
  /** Keys beside the object that belong to it. */
  readonly beside?: readonly string[]
  read(body: Raw, reading: Reading): Body
}

/** Keys of an object with media; the reader shows what a person can use of them. */
export const mediaKeys = ['md5sum', 'filesize', 'sdkfileid'] as const

/** `Label: one, two`, without the blanks; the bare label when all are. */
export function sentence(label: string, ...values: readonly string[]): string {
  const shown = values.filter((value) => value !== '')
  return shown.length === 0 ? label : `${label}: ${shown.join(', ')}`
}

/** Labelled lines, blank values left out. */
export function fieldsOf(...lines: readonly (readonly [label: string, value: string])[]): CardField[] {
  return lines.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}

/** The file an object names, called `PREFIX-1a2b3c4d.EXTENSION` unless `name` is given; none without sdkfileid. */
export function mediaOf(
  body: Raw,
  reading: Reading,
  naming: { readonly prefix: string; readonly extension: string; readonly name?: string },
): Media[] {
  const reference = textOf(body, 'sdkfileid')
  if (reference === '') return []
  const md5 = textOf(body, 'md5sum').toLowerCase()
  const given = displayName(naming.name ?? '')
  const made = `${naming.prefix}-${shortTag(md5, reference, reading)}.${naming.extension}`
  const name = given === '' ? displayName(made) : given
  return [{ reference, name, mediaType: mediaTypeOf(name, naming.extension), md5 }]
}

/** Eight characters of the hash, else of the message's id; inside another message, where ids repeat, of the reference. */
function shortTag(md5: string, reference: string, { message, depth }: Reading): string {
  const tag = (md5 === '' && depth === 0 ? textOf(message, 'msgid') : md5).replace(/[^A-Za-z0-9]/g, '')
  return (tag === '' ? hash('sha256', reference) : tag).slice(0, 8)
}

/** A file name that is never a path: separators and control characters become `_`, all else stays. */
export function displayName(name: string): string {
  const safe = name.replace(/[/\\\u0000-\u001f\u007f]/g, '_')
  return safe === '.' || safe === '..' ? '_' : safe
}

/** A length of time in seconds, when one above zero is given. */
export function secondsOf(raw: Raw, key: string): number | undefined {
  const seconds = numberOf(raw, key)
  return seconds === undefined || seconds <= 0 ? undefined : seconds
}
