/** One webhook body into raw records: each is the exact bytes of its JSON, with what describes it as context. */

import { elementSlices, memberSlices, type Slice, wholeSlice } from '../formats/json-slices.ts'
import { parseLosslessJson } from '../formats/lossless-json.ts'
import { isRaw, type Raw, textOf } from '../formats/raw-json.ts'
import type { CapturedClosure, CapturedGap, CapturedRecord, Json, RecordContext } from '../source.ts'
import type { Change } from './change.ts'
import { gapsOfChange, gapsOfElement, gapsOfHistory } from './gaps.ts'
import { fingerprintOf, identityOf, refersToOf } from './identity.ts'
import { describing, elementLists, type RecordList } from './lists.ts'
import { mediaOf, type OpenMedia } from './media.ts'

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
}

/** The same records each time. Bytes that are no webhook become one record whose identity is its bytes. */
export function* splitBody(given: SplitGiven): Generator<Found> {
  const changes = changesOf(given.body)
  if (changes === null) {
    yield unreadable(given)
    return
  }
  for (const change of changes) yield* splitChange(given, change)
}

function unreadable({ body, offset = 0, context = {} }: SplitGiven): CapturedRecord {
  return {
    ...{ channel: 'whatsapp', bytes: body, place: { offset }, attachments: [] },
    context: { ...context, list: 'unreadable' },
    identity: { type: 'bytes', custodian: '' },
  }
}

/** Null where the bytes are not the JSON of a webhook. */
function changesOf(body: Uint8Array): ChangeAt[] | null {
  let webhook: unknown
  try {
    webhook = parseLosslessJson(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return null
  }
  if (!isRaw(webhook) || !Array.isArray(webhook.entry)) return null
  const root = memberSlices(body, wholeSlice(body))
  const changes: ChangeAt[] = []
  for (const [place, entrySlice] of elementSlices(body, root.get('entry')!).entries()) {
    const entry: unknown = webhook.entry[place]
    if (!isRaw(entry) || !Array.isArray(entry.changes)) return null
    const list = elementSlices(body, memberSlices(body, entrySlice).get('changes')!)
    for (const [index, changeSlice] of list.entries()) {
      const change: unknown = entry.changes[index]
      if (!isRaw(change) || !isRaw(change.value)) return null
      const slice = memberSlices(body, changeSlice).get('value')!
      changes.push(changeAt(entry, change, change.value, slice, memberSlices(body, slice)))
    }
  }
  return changes
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
    ...{ slice, slices },
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
  for (const found of historyOf(given, change)) {
    if (!('gap' in found) && !('closed' in found)) records += 1
    yield found
  }
  // A field or a list that nobody here knows is kept whole: Meta adds them without notice.
  const known = (name: string) => name === 'history' || (elementLists as readonly string[]).includes(name)
  const rest = Object.keys(change.value).filter((name) => !describing.has(name) && !known(name))
  if (records === 0 || rest.length > 0)
    yield* recordsOf(given, change, 'value', change.value, change.slice, {})
}

/** Threads of past messages (coexistence), each message a record. */
function* historyOf(given: SplitGiven, change: ChangeAt): Generator<Found> {
  const { body } = given
  const chunks = change.value.history
  if (!Array.isArray(chunks)) return
  for (const [place, chunkSlice] of elementSlices(body, change.slices.get('history')!).entries()) {
    const chunk: unknown = chunks[place]
    if (!isRaw(chunk)) continue
    yield* gapsOfHistory(change, chunk)
    const metadata = isRaw(chunk.metadata) ? chunk.metadata : {}
    const threads = Array.isArray(chunk.threads) ? chunk.threads : []
    const threadsSlice = memberSlices(body, chunkSlice).get('threads')
    for (const [index, threadSlice] of threadsSlice ? elementSlices(body, threadsSlice).entries() : []) {
      const thread: unknown = threads[index]
      if (!isRaw(thread) || !Array.isArray(thread.messages)) continue
      const context = { thread: textOf(thread, 'id'), chunk: metadata as { [key: string]: Json } }
      const list = elementSlices(body, memberSlices(body, threadSlice).get('messages')!)
      for (const [at, slice] of list.entries())
        yield* recordsOf(given, change, 'history', thread.messages[at], slice, context)
    }
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
  const refersTo = refersToOf(list, raw)
  yield {
    ...{ channel: 'whatsapp', bytes, place: { offset: offset + slice.start } },
    context: {
      ...context,
      list,
      field,
      waba,
      business,
      phoneNumberId,
      ...(time === '' ? {} : { time }),
      ...more,
    },
    identity:
      identity === null
        ? { type: 'bytes', custodian: business }
        : {
            type: 'vendor-id',
            messageId: identity,
            observer: business,
            fingerprint: fingerprintOf(list, raw, bytes),
          },
    ...(business === '' ? {} : { custodian: business }),
    attachments: mediaOf(raw).map((media) => ({ ...media.attachment, open: () => openMedia(media, change) })),
    ...(refersTo === null ? {} : { refersTo }),
  }
  yield* gapsOfElement(list, change, raw)
}

/** Of the contacts a webhook describes, those of the one message: a batch of a thousand has a thousand. */
function contactsFor({ value }: Change, element: unknown): { readonly [key: string]: Json } {
  if (!Array.isArray(value.contacts) || !isRaw(element)) return {}
  const ids = [
    element.from,
    element.from_user_id,
    element.to,
    element.recipient_id,
    element.recipient_user_id,
  ]
  const own = value.contacts.filter(
    (contact) =>
      isRaw(contact) &&
      ids.some((id) => typeof id === 'string' && (id === contact.wa_id || id === contact.user_id)),
  )
  return own.length === 0 ? {} : { contacts: own.slice(0, 8) as Json }
}
