/** Items of the reading thread packed for the way to the other one: one buffer of bytes, lists of facts beside it. */
import type { ErrorCode } from '../../domain/errors.ts'
import type { RecordContext } from '../source.ts'
import type { ReadGap, ReadItem, ReadMedia, ReadRecord } from './read-item.ts'

export interface Batch {
  /** The records' bytes, one after the other. */
  readonly bytes: ArrayBuffer
  /** Where each ends. */
  readonly ends: readonly number[]
  readonly keys: readonly (number | bigint)[]
  readonly chats: readonly number[]
  readonly messageIds: readonly string[]
  readonly fingerprints: readonly string[]
  /** Empty where it refers to nothing. */
  readonly refersTo: readonly string[]
  readonly media: readonly (ReadMedia | undefined)[]
  readonly contexts: readonly { readonly context: RecordContext; readonly chat: number }[]
  readonly gaps: readonly ReadGap[]
}

export interface ReadAnswer {
  readonly batch?: Batch
  readonly ended?: true
  readonly failure?: { readonly code: ErrorCode; readonly message: string }
}

const recordsMax = 1_000
const bytesMax = 4 * 1024 * 1024

/** Bounded by records and by bytes; one record that is larger goes alone. */
export function* batches(items: Iterable<ReadItem>): Generator<Batch> {
  let open = emptyBatch()
  let [texts, length]: [string[], number] = [[], 0]
  const close = () => {
    const batch = { ...open, ...encoded(texts, open) }
    ;[open, texts, length] = [emptyBatch(), [], 0]
    return batch
  }
  for (const item of items) {
    if ('gap' in item) open.gaps.push(item.gap)
    else if ('context' in item) open.contexts.push(item)
    else {
      add(open, item.record)
      texts.push(item.record.json)
      length += item.record.json.length
    }
    if (texts.length >= recordsMax || length >= bytesMax || open.gaps.length >= recordsMax) yield close()
  }
  yield close()
}

function emptyBatch() {
  return {
    ...{ keys: [] as (number | bigint)[], chats: [] as number[], messageIds: [] as string[] },
    ...{ fingerprints: [] as string[], refersTo: [] as string[], media: [] as (ReadMedia | undefined)[] },
    ...{ contexts: [] as { context: RecordContext; chat: number }[], gaps: [] as ReadGap[] },
  }
}

function add(open: ReturnType<typeof emptyBatch>, record: ReadRecord): void {
  open.keys.push(record.key)
  open.chats.push(record.chat)
  open.messageIds.push(record.messageId)
  open.fingerprints.push(record.fingerprint)
  open.refersTo.push(record.refersTo)
  open.media.push(record.media)
}

/** Each text with its id before what the rows say, for decoding has to come to the same: `{"id":…,"refersTo":…,` */
function encoded(texts: readonly string[], { messageIds, refersTo }: Pick<Batch, 'messageIds' | 'refersTo'>) {
  const heads = texts.map((_, index) => headOf(messageIds[index]!, refersTo[index]!))
  // No character of a string takes more than three bytes.
  const room = texts.reduce((sum, text, index) => sum + (text.length + heads[index]!.length) * 3, 0)
  if (scratch.byteLength < room) scratch = Buffer.allocUnsafeSlow(room)
  let at = 0
  const ends = texts.map((text, index) => {
    const head = heads[index]!
    at += scratch.write(head, at)
    const joint = at
    at += scratch.write(text, at)
    // Text and head each begin with a brace; where both are there, the text's becomes the comma between them.
    if (head !== '') scratch[joint] = comma
    return at
  })
  return { bytes: scratch.buffer.slice(0, at) as ArrayBuffer, ends }
}

function headOf(messageId: string, refersTo: string): string {
  if (messageId === '') return refersTo === '' ? '' : `{"refersTo":${JSON.stringify(refersTo)}`
  const id = `{"id":${JSON.stringify(messageId)}`
  return refersTo === '' ? id : `${id},"refersTo":${JSON.stringify(refersTo)}`
}

const comma = 0x2c
/** Where records are written before a copy of the right size is handed over. */
let scratch = Buffer.alloc(0)
