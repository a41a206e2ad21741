/** New e-mails of a mailbox, by UID. They are read without being marked; where asked for, those captured are moved. */
import { hash } from 'node:crypto'
import type { FetchMessageObject, ImapFlow } from 'imapflow'
import { z } from 'zod'
import { AppError } from '../../../domain/errors.ts'
import type { Json, RecordContext } from '../../../domain/record.ts'
import type { Pulled, RouteGiven } from '../../live-source.ts'
import { contextName, readingOf } from '../context.ts'
import { gapOf, tooLarge } from '../files/gaps.ts'
import { emailRecord, unreadRecord } from '../record.ts'
import { emailBytesMax } from '../settings.ts'
import { openMailbox, whileAsked } from './imap-connection.ts'
import type { EmailDropSecret, ImapWay } from './route-settings.ts'

export type ImapGiven = RouteGiven<ImapWay, EmailDropSecret>

/** `left`: UIDs that were not captured and so are never moved. */
const cursorSchema = z.object({
  uidValidity: z.string(),
  lastUid: z.int(),
  left: z.array(z.int()),
})
type Cursor = z.infer<typeof cursorSchema>

const emailsPerPage = 100
const emailsPerMove = 200
const leftMax = 5_000

/**
 * A mailbox whose UIDVALIDITY changed is read from its beginning: what is known already is recognised. Moving is left to
 * the next pull, for only then the cursor that stands for what is moved is sure to be durable.
 */
export async function* pullMailbox(
  given: ImapGiven & { readonly cursor: Json | null },
): AsyncIterable<Pulled> {
  const { settings } = given
  const { client, uidValidity, close } = await openMailbox(given, settings.moveTo === undefined)
  try {
    const cursor = cursorOf(given.cursor, uidValidity)
    const isMoving = settings.moveTo !== undefined
    if (isMoving && canMove(client)) await moveCaptured(given, client, cursor)
    yield* pullNew(given, client, cursor)
    if (isMoving && !canMove(client)) throw cannotMove(settings)
  } finally {
    await close()
  }
}

function cursorOf(json: Json | null, uidValidity: string): Cursor {
  const known = cursorSchema.safeParse(json)
  if (known.success && known.data.uidValidity === uidValidity) return known.data
  return { uidValidity, lastUid: 0, left: [] }
}

/** Without either a move would expunge what others have marked. */
export function canMove(client: ImapFlow): boolean {
  return client.capabilities.has('MOVE') || client.capabilities.has('UIDPLUS')
}

export function cannotMove({ host }: ImapWay): AppError {
  return new AppError(
    'vendor-refused',
    `${host} cannot move single e-mails (neither MOVE nor UIDPLUS): leave the folder to move to empty. What is new was captured.`,
  )
}

async function* pullNew(given: ImapGiven, client: ImapFlow, start: Cursor): AsyncIterable<Pulled> {
  const { uidValidity } = start
  const left = new Set(start.left)
  const uids = await uidsFrom(given, client, start.lastUid)
  for (let at = 0; at < uids.length; at += emailsPerPage) {
    const page = uids.slice(at, at + emailsPerPage)
    const facts = new Map((await factsOf(given, client, page)).map((message) => [message.uid, message]))
    for (const uid of page) {
      given.signal.throwIfAborted()
      const found = await takeEmail(given, client, uidValidity, facts.get(uid) ?? { seq: 0, uid })
      if ('gap' in found && left.size < leftMax) left.add(uid)
      yield found
      yield { cursor: { uidValidity, lastUid: uid, left: [...left] } }
    }
  }
}

/** In ascending order. `n:*` names the last e-mail even where it is below n. */
async function uidsFrom(given: ImapGiven, client: ImapFlow, lastUid: number): Promise<readonly number[]> {
  const found = await whileAsked(given, client, () =>
    client.search({ uid: `${lastUid + 1}:*` }, { uid: true }),
  )
  return (found || []).filter((uid) => uid > lastUid).sort((one, other) => one - other)
}

async function factsOf(
  given: ImapGiven,
  client: ImapFlow,
  uids: readonly number[],
): Promise<readonly FetchMessageObject[]> {
  const query = { uid: true, size: true, internalDate: true }
  return whileAsked(given, client, () => client.fetchAll(uids.join(','), query, { uid: true }))
}

async function takeEmail(
  given: ImapGiven,
  client: ImapFlow,
  uidValidity: string,
  { uid, size = 0, internalDate }: FetchMessageObject,
): Promise<Exclude<Pulled, { cursor: Json } | { closed: unknown }>> {
  const { settings, registeredUsers } = given
  const name = `E-mail ${uid} of ${settings.mailbox} (UIDVALIDITY ${uidValidity})`
  const bytesMax = emailBytesMax(settings)
  if (size > bytesMax) return tooLarge(name, bytesMax, size)
  const query = { uid: true, source: { start: 0, maxLength: bytesMax + 1 } }
  const fetched = await whileAsked(given, client, () => client.fetchOne(String(uid), query, { uid: true }))
  const bytes = fetched ? fetched.source : undefined
  if (bytes === undefined)
    return gapOf('file-gone', name, `${name} was deleted before it could be read: ask the sender for it.`)
  if (bytes.length > bytesMax) return tooLarge(name, bytesMax, bytes.length)
  const origin = {
    ...{ settings, registeredUsers, place: { offset: 0 } },
    context: contextOf(settings, uidValidity, uid, bytes, internalDate),
  }
  return emailRecord(bytes, origin) ?? unreadRecord(bytes, origin)
}

function contextOf(
  settings: ImapWay,
  uidValidity: string,
  uid: number,
  bytes: Buffer,
  internalDate: Date | string | undefined,
): RecordContext {
  const received = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime()
  return {
    ...{ mailbox: contextName(settings.mailbox), uidValidity, uid, sha256: hash('sha256', bytes) },
    ...(Number.isNaN(received) ? {} : { receivedAt: new Date(received).toISOString() }),
    ...readingOf(settings),
  }
}

/** Those up to the durable cursor, but for what was refused. */
async function moveCaptured(given: ImapGiven, client: ImapFlow, { lastUid, left }: Cursor): Promise<void> {
  if (lastUid === 0) return
  const { moveTo } = given.settings
  const kept = new Set(left)
  const found = await whileAsked(given, client, () => client.search({ uid: `1:${lastUid}` }, { uid: true }))
  const uids = (found || []).filter((uid) => uid <= lastUid && !kept.has(uid))
  for (let at = 0; at < uids.length; at += emailsPerMove) {
    const page = uids.slice(at, at + emailsPerMove).join(',')
    const moved = await whileAsked(given, client, () => client.messageMove(page, moveTo!, { uid: true }))
    if (!moved)
      throw new AppError(
        'vendor-refused',
        `${given.settings.host} does not move e-mails to ${moveTo}: check that the folder exists.`,
      )
  }
}
