/** Pulls the session archive from the cursor to the end: each message a record, whatever cannot be had a gap. */

import { numberOf, type ParsedObject, parseObject, type Raw } from '../../formats/raw-json.ts'
import type { Pulled } from '../../live-source.ts'
import type { Json, RecordContext } from '../../source.ts'
import { contextChooser } from '../chat-names.ts'
import { instantMs } from '../times.ts'
import type { ChatRow } from './chat-page.ts'
import { cursorJson, type PullCursor, readCursor } from './cursor.ts'
import { openedRecord, type PageParts, sealedRecord, unopenedGap } from './records.ts'
import { returnCodeOf } from './return-codes.ts'
import { crashReason, type RouteParts, routePartsOf, type WecomGiven } from './route-parts.ts'
import type { OpenedMessage } from './sdk-protocol.ts'
import { lagOf, sequenceGap } from './sequence.ts'

/** A pull that is still not at the end goes on with the next one. */
const pagesMax = 5_000
/** Opened while the ones before are taken. */
const rowsAtOnce = 250

interface Pull {
  readonly given: WecomGiven
  readonly parts: RouteParts
  readonly custodians: ReadonlyMap<string, string>
  cursor: PullCursor
}

export async function* pullMessages(
  given: WecomGiven & { readonly cursor: Json | null },
): AsyncGenerator<Pulled> {
  const parts = routePartsOf(given)
  const cursor = readCursor(given.cursor)
  if (cursor.told !== undefined) await parts.notices.forget(cursor.told)
  const custodians = await (await parts.userIds()).custodians(given.registeredUsers)
  const pull: Pull = { given, parts, custodians, cursor }
  yield* tellNotices(pull)
  yield* openWaiting(pull)
  for (let page = 0; page < pagesMax; page++) {
    const before = pull.cursor.seq
    const rows = await parts.session.page(BigInt(before))
    if (rows.length > 0) yield* pullPage(pull, rows)
    yield* tellNotices(pull)
    const reachedEnd = pull.cursor.seq === before
    if (reachedEnd) {
      yield* await (await parts.consents()).check()
      yield* reachEnd(pull)
    }
    yield { cursor: cursorJson(pull.cursor) }
    if (reachedEnd || given.signal.aborted) return
  }
}

async function* pullPage(pull: Pull, rows: readonly ChatRow[]): AsyncGenerator<Pulled> {
  const before = pull.cursor
  let first = true
  for await (const one of openRows(pull, rows, true)) {
    if (first) yield* lookAtTime(pull, rows, one)
    first = false
    if ('message' in one) yield openedRecord(one.row, one.message.bytes, one.message.parsed, one.page)
    else yield* keepSealed(pull, one)
  }
  const highest = rows.reduce(
    (max, { seq }) => (seq !== undefined && seq > max ? seq : max),
    BigInt(before.seq),
  )
  pull.cursor = { ...pull.cursor, seq: String(highest) }
}

/** What the numbers and the age of a page tell, by its first message. */
function* lookAtTime(pull: Pull, rows: readonly ChatRow[], first: OpenedRow): Generator<Pulled> {
  const now = pull.given.clock.now()
  const oldestMs = 'message' in first ? timeOf(first.message.raw) : undefined
  const jump = sequenceGap(pull.cursor, rows, now, oldestMs)
  if (jump !== undefined) yield jump
  const { found, lagging } = lagOf(pull.cursor, now, oldestMs)
  if (found !== undefined) yield found
  pull.cursor = { ...pull.cursor, lagging }
}

interface ReadMessage {
  readonly bytes: Buffer
  readonly parsed: ParsedObject
  readonly raw: Raw
}

type NotOpened = Exclude<OpenedMessage, { readonly bytes: Uint8Array }>

type OpenedRow = { readonly row: ChatRow; readonly page: PageParts } & (
  | { readonly message: ReadMessage }
  | { readonly problem: NotOpened }
)

/** In order; the next ones are opened while these are taken. `keepsWaiting`: those without a key are remembered. */
async function* openRows(
  pull: Pull,
  rows: readonly ChatRow[],
  keepsWaiting: boolean,
): AsyncGenerator<OpenedRow> {
  const { session } = pull.parts
  const groups = Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, index) =>
    rows.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce),
  )
  const open = (group: readonly ChatRow[] | undefined) => {
    if (group === undefined) return undefined
    const during = `messages from seq ${group[0]?.seq ?? '?'} to seq ${group.at(-1)?.seq ?? '?'} were decrypted`
    const opening = session.open(
      group.map(({ sealed }) => sealed),
      during,
    )
    // Awaited below; nobody waits for it when the pull is stopped in between.
    opening.catch(() => {})
    return opening
  }
  let opening = open(groups[0])
  for (const [index, group] of groups.entries()) {
    const opened = judged(group, await opening!)
    opening = open(groups[index + 1])
    if (keepsWaiting) await pull.parts.sealed.add(group.filter((row, at) => isWaiting(row, opened[at]!)))
    yield* readRows(pull, group, opened)
  }
}

/**
 * A key that opens other messages of its version is not the wrong one: then it is the message that is damaged. And what
 * a wrong key seemed to open, which happens by chance, is what cannot be decrypted.
 */
function judged(rows: readonly ChatRow[], opened: readonly OpenedMessage[]): readonly OpenedMessage[] {
  const versionsOf = (fits: (one: OpenedMessage) => boolean) =>
    new Set(rows.flatMap(({ sealed }, index) => (fits(opened[index]!) ? [sealed.keyVersion] : [])))
  const right = versionsOf((one) => 'bytes' in one)
  const wrong = versionsOf((one) => 'problem' in one && one.problem === 'key-wrong')
  return opened.map((one, index) => {
    const version = rows[index]!.sealed.keyVersion
    if (!('problem' in one) || !wrong.has(version)) return one
    if (right.has(version)) return one.problem === 'key-wrong' ? { problem: 'random-key-damaged' } : one
    return one.problem === 'refused' ? { problem: 'key-wrong' } : one
  })
}

async function* readRows(
  pull: Pull,
  rows: readonly ChatRow[],
  opened: readonly OpenedMessage[],
): AsyncGenerator<OpenedRow> {
  const read = opened.map((one) => ('bytes' in one ? readMessage(one.bytes) : one))
  const page = await pageParts(
    pull,
    read.flatMap((one) => ('raw' in one ? [one.raw] : [])),
  )
  for (const [index, row] of rows.entries()) {
    const one = read[index]!
    yield 'raw' in one ? { row, page, message: one } : { row, page, problem: one }
  }
}

function readMessage({ buffer, byteOffset, byteLength }: Uint8Array): ReadMessage {
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  const parsed = parseObject(bytes)
  return { bytes, parsed, raw: 'raw' in parsed ? parsed.raw : {} }
}

/** Another key may open it one day. */
function isWaiting(row: ChatRow, opened: OpenedMessage): boolean {
  return 'problem' in opened && opened.problem.startsWith('key-') && !isDamaged(row)
}

function isDamaged({ messageId, sealed }: ChatRow): boolean {
  return messageId === '' || sealed.keyVersion === '' || sealed.message === ''
}

async function pageParts(
  { given, parts, custodians, cursor }: Pull,
  messages: readonly Raw[],
): Promise<PageParts> {
  const names = await parts.names()
  await names.learn(messages)
  const consents = await parts.consents()
  consents.see(messages)
  const context: RecordContext = { route: 'live', corpId: given.settings.corpId, after: cursor.seq }
  const known = names.known()
  const shown = Object.keys(known).length === 0 ? undefined : known
  return { contextOf: contextChooser(context, shown), custodians, fetch: parts.fetch }
}

/** What could not be opened is kept as it came, with the gap that says why. */
function* keepSealed(
  pull: Pull,
  { row, page, problem }: Extract<OpenedRow, { readonly problem: NotOpened }>,
): Generator<Pulled> {
  yield sealedRecord(row, page)
  if (isDamaged(row)) yield unopenedGap(row, 'the row is damaged')
  else if (problem.problem === 'key-missing' || problem.problem === 'key-wrong')
    yield* noteWaiting(pull, row, problem.problem)
  else yield unopenedGap(row, whyNot(problem))
}

function whyNot(opened: NotOpened): string {
  if (opened.problem === 'refused') return `${returnCodeOf(opened.code).meaning} (${opened.code})`
  if (opened.problem === 'crashed') return 'the WeCom library died of it, twice'
  return opened.problem === 'random-key-damaged' ? 'its random key is damaged' : 'its key is not known'
}

const waitingReasons = { 'key-missing': 'key-version-missing', 'key-wrong': 'key-version-wrong' } as const

/** One gap for each version of the key: it closes when its messages were opened. */
function* noteWaiting(pull: Pull, row: ChatRow, problem: keyof typeof waitingReasons): Generator<Pulled> {
  const { keyVersion } = row.sealed
  if (pull.cursor.waiting[keyVersion] !== undefined) return
  const from = String(row.seq ?? pull.cursor.seq)
  const reason = waitingReasons[problem]
  pull.cursor = { ...pull.cursor, waiting: { ...pull.cursor.waiting, [keyVersion]: { from, reason } } }
  const what = problem === 'key-missing' ? 'is not among the keys of the route' : 'does not open its messages'
  yield {
    gap: {
      reason,
      key: `${keyVersion}/${from}`,
      explanation: `The private key of version ${keyVersion} ${what}: messages from seq ${from} on are kept as WeCom sent them. Give the route that key, and they are read.`,
    },
  }
}

/** Tries what waits for a key, once for each change of the keys. */
async function* openWaiting(pull: Pull): AsyncGenerator<Pulled> {
  const { sealed } = pull.parts
  const mark = await sealed.mark()
  if (mark === undefined) return
  if (pull.cursor.tried === allOpened(mark)) await sealed.forget()
  if (pull.cursor.tried === mark || pull.cursor.tried === allOpened(mark)) return
  const stillWaiting = new Set<string>()
  for await (const rows of sealed.read()) {
    for await (const one of openRows(pull, rows, false)) {
      const { row, page } = one
      if ('message' in one) yield openedRecord(row, one.message.bytes, one.message.parsed, page)
      else if (isWaiting(row, one.problem)) stillWaiting.add(row.sealed.keyVersion)
      else yield unopenedGap(row, whyNot(one.problem))
    }
  }
  yield* closeWaiting(pull, stillWaiting)
  pull.cursor = { ...pull.cursor, tried: stillWaiting.size === 0 ? allOpened(mark) : mark }
  yield { cursor: cursorJson(pull.cursor) }
}

function allOpened(mark: string): string {
  return `${mark}/opened`
}

function* closeWaiting(pull: Pull, stillWaiting: ReadonlySet<string>): Generator<Pulled> {
  const waiting = Object.entries(pull.cursor.waiting)
  for (const [version, { from, reason }] of waiting) {
    if (stillWaiting.has(version)) continue
    const by = `The private key of version ${version} was added, and the messages that waited for it were read.`
    yield { closed: { reason, key: `${version}/${from}`, by } }
  }
  pull.cursor = {
    ...pull.cursor,
    waiting: Object.fromEntries(waiting.filter(([version]) => stillWaiting.has(version))),
  }
}

/** What happened aside: crashes, files that stayed wrong. */
async function* tellNotices(pull: Pull): AsyncGenerator<Pulled> {
  const waiting = await pull.parts.notices.waiting()
  if (waiting === null || waiting.mark === pull.cursor.told) return
  yield* waiting.notices
  const crashed = waiting.notices.some((notice) => 'gap' in notice && notice.gap.reason === crashReason)
  pull.cursor = { ...pull.cursor, told: waiting.mark, crashed: crashed || pull.cursor.crashed }
}

function* reachEnd(pull: Pull): Generator<Pulled> {
  const now = pull.given.clock.now()
  pull.cursor = { ...pull.cursor, reachedEndAt: now }
  const { found, lagging } = lagOf(pull.cursor, now, undefined)
  if (found !== undefined) yield found
  if (pull.cursor.crashed === true) {
    const by = `The library was started again, and the pull reached the end at seq ${pull.cursor.seq}.`
    yield { closed: { reason: crashReason, by } }
  }
  pull.cursor = { ...pull.cursor, lagging, crashed: undefined }
}

function timeOf(message: Raw): number | undefined {
  const time = numberOf(message, 'msgtime') ?? numberOf(message, 'time')
  return time === undefined || time === 0 ? undefined : instantMs(time)
}
