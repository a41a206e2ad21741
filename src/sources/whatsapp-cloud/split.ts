/** One webhook body into raw records: each is the exact bytes of its JSON, with what describes it as context. */

import { elementSlices, memberSlices, type Slice, wholeSlice } from '../formats/json-slices.ts'
import { parseLosslessJson } from '../formats/lossless-json.ts'
import { isRaw, objectsOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { CapturedClosure, CapturedGap, CapturedRecord, Json, RecordContext } from '../source.ts'
import type { Change } from './change.ts'
import { gapsOfChange, gapsOfElement, gapsOfHistory } from './gaps.ts'
import { fingerprintOf, identityOf, refersToOf, sharedIdOf, sharedNameOf } from './identity.ts'
import { describing, elementLists, type RecordList } from './lists.ts'
import { mediaOf, type OpenMedia } from './media.ts'
import { partiesOf } from './people.ts'

export interface SplitGiven {
  readonly body: Uint8Array
  /** Of the body in a file that holds several; 0 for a webhook. */
  readonly offset?: number
  /** Of every record. */
  readonly context?: RecordContext
  readonly openMedia: OpenMedia
}

type Found = CapturedRecord | CapturedGap | CapturedClosure

interface ChangeAt extends Change {
  readonly slices: ReadonlyMap<string, Slice>
  readonly slice: Slice
  readonly contacts: ReadonlyMap<string, readonly Raw[]>
}

/** The same records each time. Whatever is no webhook, or no part of one, is a record whose identity is its bytes. */
export function splitBody(given: SplitGiven): readonly Found[] {
  const whole = wholeSlice(given.body)
  try {
    const webhook = parseLosslessJson(new TextDecoder('utf-8', { fatal: true }).decode(given.body))
    return isRaw(webhook) && Array.isArray(webhook.entry)
      ? [...splitEntries(given, webhook.entry, whole)]
      : [unreadable(given, whole)]
  } catch (error) {
    // Not text, not JSON, or nested so deep that nothing can read it.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)
      return [unreadable(given, whole)]
    throw error
  }
}

function unreadable({ body, offset = 0, context = {} }: SplitGiven, { start, end }: Slice): CapturedRecord {
  return {
    ...{
      channel: 'whatsapp',
      bytes: body.subarray(start, end),
      place: { offset: offset + start },
      attachments: [],
    },
    context: { ...context, list: 'unreadable' },
    identity: { type: 'bytes', custodian: '' },
  }
}

function* splitEntries(given: SplitGiven, entries: readonly unknown[], whole: Slice): Generator<Found> {
  const { body } = given
  for (const [place, entrySlice] of elementsOf(body, whole, 'entry').entries()) {
    const entry = entries[place]
    const changes = isRaw(entry) && Array.isArray(entry.changes) ? entry.changes : null
    if (!isRaw(entry) || changes === null) {
      yield unreadable(given, entrySlice)
      continue
    }
    for (const [index, changeSlice] of elementsOf(body, entrySlice, 'changes').entries()) {
      const change: unknown = changes[index]
      if (!isRaw(change) || !isRaw(change.value)) {
        yield unreadable(given, changeSlice)
        continue
      }
      const slice = memberSlices(body, changeSlice).get('value')!
      yield* splitChange(given, changeAt(entry, change, change.value, slice, memberSlices(body, slice)))
    }
  }
}

function elementsOf(body: Uint8Array, object: Slice, name: string): readonly Slice[] {
  const list = memberSlices(body, object).get(name)
  return list ? elementSlices(body, list) : []
}

function changeAt(
  entry: Raw,
  change: Raw,
  value: Raw,
  slice: Slice,
  slices: ReadonlyMap<string, Slice>,
): ChangeAt {
  const metadata = isRaw(value.metadata) ? value.metadata : {}
  const digits = (textOf(metadata, 'display_phone_number') || textOf(value, 'phone_number')).replace(
    /\D/g,
    '',
  )
  return {
    ...{ field: textOf(change, 'field'), value, waba: textOf(entry, 'id'), time: textOf(entry, 'time') },
    business: digits === '' ? '' : `+${digits}`,
    phoneNumberId: textOf(metadata, 'phone_number_id'),
    ...{ slice, slices, contacts: contactsById(value) },
  }
}

function* splitChange(given: SplitGiven, change: ChangeAt): Generator<Found> {
  yield* gapsOfChange(change)
  let records = 0
  for (const name of elementLists) {
    const elements = change.value[name]
    if (!Array.isArray(elements)) continue
    for (const [place, slice] of elementSlices(given.body, change.slices.get(name)!).entries()) {
      yield* recordsOf(given, change, name, elements[place], slice, contactsFor(change, elements[place]))
      records += 1
    }
  }
  const history = Array.isArray(change.value.history) ? change.value.history : []
  const chunks = elementsOf(given.body, change.slice, 'history')
  for (const [place, slice] of chunks.entries()) yield* historyOf(given, change, history[place], slice)
  // A field or a list that nobody here knows is kept whole: Meta adds them without notice.
  const known = (name: string) => name === 'history' || (elementLists as readonly string[]).includes(name)
  const rest = Object.keys(change.value).filter((name) => !describing.has(name) && !known(name))
  if (records + chunks.length === 0 || rest.length > 0)
    yield* recordsOf(given, change, 'value', change.value, change.slice, {})
}

/** One chunk of past messages (coexistence): each message of its threads a record, what has another shape as it is. */
function* historyOf(given: SplitGiven, change: ChangeAt, chunk: unknown, slice: Slice): Generator<Found> {
  const { body } = given
  const threads = isRaw(chunk) && Array.isArray(chunk.threads) ? chunk.threads : []
  if (isRaw(chunk)) yield* gapsOfHistory(change, chunk)
  if (!isRaw(chunk) || !Array.isArray(chunk.threads))
    yield* recordsOf(given, change, 'value', chunk, slice, {})
  const metadata = isRaw(chunk) && isRaw(chunk.metadata) ? chunk.metadata : {}
  for (const [index, threadSlice] of elementsOf(body, slice, 'threads').entries()) {
    const thread: unknown = threads[index]
    if (!isRaw(thread) || !Array.isArray(thread.messages)) {
      yield* recordsOf(given, change, 'value', thread, threadSlice, {})
      continue
    }
    const context = { thread: textOf(thread, 'id'), chunk: metadata as { [key: string]: Json } }
    for (const [at, message] of elementsOf(body, threadSlice, 'messages').entries())
      yield* recordsOf(given, change, 'history', thread.messages[at], message, context)
  }
}

function* recordsOf(
  given: SplitGiven,
  change: ChangeAt,
  list: RecordList,
  element: unknown,
  slice: Slice,
  more: { readonly [key: string]: Json },
): Generator<Found> {
  const { body, offset = 0, context = {}, openMedia } = given
  const raw = isRaw(element) ? element : {}
  const { field, waba, business, phoneNumberId, time } = change
  const bytes = body.subarray(slice.start, slice.end)
  const identity = identityOf(list, change, raw)
  const shared = sharedIdOf(list, change, raw)
  const described: RecordContext = {
    ...{ ...context, list, field, waba, business, phoneNumberId, sharedIds: true },
    ...(time === '' ? {} : { time }),
    ...more,
  }
  const refersTo = refersToOf(list, raw)
  const refersToShared = refersTo === null ? null : sharedNameOf(refersTo, raw, business)
  yield {
    ...{ channel: 'whatsapp', bytes, place: { offset: offset + slice.start } },
    context: described,
    identity:
      identity === null
        ? { type: 'bytes', custodian: business }
        : {
            type: 'vendor-id',
            messageId: identity,
            observer: business,
            fingerprint: fingerprintOf(list, raw, bytes),
            ...(shared === null ? {} : { sharedId: shared }),
          },
    ...(business === '' ? {} : { custodian: business }),
    attachments: mediaOf(raw).map((media) => ({ ...media.attachment, open: () => openMedia(media, change) })),
    ...(refersTo === null ? {} : { refersTo }),
    ...(refersToShared === null ? {} : { refersToSharedId: refersToShared }),
    ...(list === 'value' || list === 'errors'
      ? {}
      : { conversation: partiesOf(raw, described).conversation.id }),
  }
  yield* gapsOfElement(list, change, raw)
}

/** Of the contacts a webhook describes, those of the one message: a batch of a thousand has a thousand. */
function contactsFor({ contacts }: ChangeAt, element: unknown): { readonly [key: string]: Json } {
  if (!isRaw(element)) return {}
  const ids = [
    element.from,
    element.from_user_id,
    element.to,
    element.recipient_id,
    element.recipient_user_id,
  ]
  const own = new Set(ids.flatMap((id) => (typeof id === 'string' ? (contacts.get(id) ?? []) : [])))
  return own.size === 0 ? {} : { contacts: [...own] as unknown as Json }
}

function contactsById(value: Raw): ReadonlyMap<string, readonly Raw[]> {
  const byId = new Map<string, Raw[]>()
  for (const contact of objectsOf(value, 'contacts'))
    for (const id of [textOf(contact, 'wa_id'), textOf(contact, 'user_id')]) {
      if (id !== '') byId.set(id, [...(byId.get(id) ?? []).slice(0, 3), contact])
    }
  return byId
}
