/** A batch: appended, then read back. */
import type { ImapFlow, MailboxObject } from 'imapflow'
import { isAppError } from '../../domain/errors.ts'
import type { LeftOut, Outcome, RefusalReason } from '../delivery.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import { DeliveryProblem } from '../problem.ts'
import { type ReducedEmail, reducedToFit, smallestEmail } from '../reduced-email.ts'
import { appendLarge, appendSmall, type Uid } from './append.ts'
import { codeOf, isRefusedCommand, wordsOf } from './connection.ts'
import { fullMailbox } from './folder.ts'
import { fetchByUid, findByMessageId, receiptOf, sentAtOf } from './look.ts'

/** The mailbox as a batch sees it. */
export interface Session {
  readonly client: ImapFlow
  readonly opened: MailboxObject
  readonly address: string
  readonly itemBytesMax: number | undefined
  /** Whether the connection is to be made anew: a damaged e-mail is taken back by cutting it. */
  renew(): Promise<Session>
}

/** An e-mail over this is streamed and never held. */
const heldBytesMax = 1024 * 1024

/** An e-mail on its way: the item's own, or the reduced one. */
interface Parcel {
  readonly item: OutgoingItem
  readonly bytes: number
  readonly leftOut: readonly LeftOut[]
  readonly stream: () => Promise<AsyncIterable<Uint8Array>>
}

type Appended = { readonly parcel: Parcel; readonly at: Uid }
type Settled = Appended | Outcome

/** One outcome for each item, in their order. Throws `DeliveryProblem` and what the library throws. */
export async function deliverBatch(session: Session, items: readonly OutgoingItem[]): Promise<Outcome[]> {
  const settled = new Map<OutgoingItem, Settled>()
  const limit = limitOf(session)
  let small: Parcel[] = []
  let now = session
  for (const item of items) {
    const parcel = parcelWithin(item, limit)
    if ('state' in parcel) settled.set(item, parcel)
    else if (parcel.bytes <= heldBytesMax) small.push(parcel)
    else {
      // Kept in order as far as it costs nothing: what is small goes first.
      for (const [one, result] of await appendHeld(now, small)) settled.set(one, result)
      small = []
      settled.set(item, await appendStreamed(now, parcel))
      if (!now.client.usable) now = await now.renew()
    }
  }
  for (const [one, result] of await appendHeld(now, small)) settled.set(one, result)
  return readBack(
    now,
    items.map((item) => settled.get(item)!),
  )
}

/** The smaller of what is set and what the server names (RFC 7889), or no limit. */
export function limitOf({ client, itemBytesMax }: Pick<Session, 'client' | 'itemBytesMax'>): number {
  const named = client.capabilities.get('APPENDLIMIT')
  return Math.min(
    itemBytesMax ?? Number.POSITIVE_INFINITY,
    Number(named) > 0 ? Number(named) : Number.POSITIVE_INFINITY,
  )
}

function parcelWithin(item: OutgoingItem, bytesMax: number): Parcel | Outcome {
  if (item.emailBytes <= bytesMax) return wholeParcel(item)
  const reduced = reducedToFit(item, bytesMax)
  return reduced ? reducedParcel(item, reduced) : tooLarge(item, `it takes ${bytesMax} bytes`)
}

function wholeParcel(item: OutgoingItem): Parcel {
  return { item, bytes: item.emailBytes, leftOut: [], stream: () => item.email() }
}

function reducedParcel(item: OutgoingItem, reduced: ReducedEmail): Parcel {
  return { item, bytes: reduced.bytes, leftOut: reduced.leftOut, stream: () => reduced.stream() }
}

/** Together where the server can; one by one where it cannot, or where it refused all for the sake of one. */
async function appendHeld(session: Session, parcels: readonly Parcel[]): Promise<[OutgoingItem, Settled][]> {
  const results: [OutgoingItem, Settled][] = []
  const ready: { parcel: Parcel; bytes: Buffer }[] = []
  for (const parcel of parcels) {
    const bytes = await held(parcel)
    if (Buffer.isBuffer(bytes)) ready.push({ parcel, bytes })
    else results.push([parcel.item, bytes])
  }
  if (ready.length > 1 && session.client.capabilities.has('MULTIAPPEND')) {
    const uids = await appendTogether(session, ready)
    if (uids)
      return [
        ...results,
        ...ready.map(
          ({ parcel }, place) => [parcel.item, { parcel, at: uids[place]! }] as [OutgoingItem, Settled],
        ),
      ]
  }
  for (const { parcel, bytes } of ready) {
    const send = async () =>
      (await appendSmall(session.client, session.opened.path, [{ bytes, sentAt: parcel.item.sentAt }]))[0]!
    results.push([parcel.item, await appendOrReduce(session, parcel, send)])
  }
  return results
}

/** The whole e-mail, whose hash is checked by then; the outcome of an item that is damaged. */
async function held({ item, stream }: Parcel): Promise<Buffer | Outcome> {
  try {
    return Buffer.concat(await Array.fromAsync(await stream()))
  } catch (error) {
    return damaged(item, error)
  }
}

/** Null where the server refused: it has taken none of them then. */
async function appendTogether(
  { client, opened }: Session,
  ready: readonly { parcel: Parcel; bytes: Buffer }[],
): Promise<Uid[] | null> {
  const emails = ready.map(({ parcel, bytes }) => ({ bytes, sentAt: parcel.item.sentAt }))
  try {
    return await appendSmall(client, opened.path, emails)
  } catch (error) {
    if (isRefusedCommand(error)) return null
    throw error
  }
}

async function appendStreamed(session: Session, parcel: Parcel): Promise<Settled> {
  const { bytes, item } = parcel
  try {
    return await appendOrReduce(session, parcel, async () =>
      appendLarge(session.client, session.opened.path, {
        bytes,
        sentAt: item.sentAt,
        stream: await parcel.stream(),
      }),
    )
  } catch (error) {
    return damaged(item, error)
  }
}

/** Sends; where it is too large after all, sends it once more without its large attachments. */
async function appendOrReduce(session: Session, parcel: Parcel, send: () => Promise<Uid>): Promise<Settled> {
  try {
    return { parcel, at: await send() }
  } catch (error) {
    if (!isRefusedCommand(error)) throw error
    const { item } = parcel
    if (!isTooLarge(error)) return refusal(session, item, error)
    const smallest = smallestEmail(item)
    if (smallest === null || smallest.bytes >= parcel.bytes) return tooLarge(item, wordsOf(error))
    const reduced = reducedParcel(item, smallest)
    const again = async () => {
      if (smallest.bytes > heldBytesMax)
        return appendLarge(session.client, session.opened.path, {
          ...reduced,
          sentAt: item.sentAt,
          stream: await smallest.stream(),
        })
      const bytes = Buffer.concat(await Array.fromAsync(await smallest.stream()))
      return (await appendSmall(session.client, session.opened.path, [{ bytes, sentAt: item.sentAt }]))[0]!
    }
    return appendOrReduce(session, reduced, again)
  }
}

/** `LIMIT` is of the account (RFC 5530) except where the words say that it is about size. */
function isTooLarge(error: unknown): boolean {
  const code = codeOf(error)
  if (code === 'TOOBIG' || code === 'APPENDLIMIT') return true
  return (
    code !== 'OVERQUOTA' &&
    /too (?:big|large)|size limit|maximum (?:message |mail )?size/i.test(wordsOf(error))
  )
}

const passing = new Set(['UNAVAILABLE', 'INUSE', 'SERVERBUG', 'LIMIT', 'EXPUNGEISSUED', 'TRYCREATE'])

function refusal({ address, opened }: Session, item: OutgoingItem, error: unknown): Outcome {
  const code = codeOf(error)
  const words = wordsOf(error)
  if (code === 'OVERQUOTA')
    throw new DeliveryProblem('mailbox-full', fullMailbox(address, words), { cause: error })
  if (code === 'NOPERM' || code === 'NOTPERMITTED')
    throw new DeliveryProblem(
      'mailbox-refused',
      `This login may not add e-mails to "${opened.path}" of ${address} (${words}): grant it the right to.`,
      { cause: error },
    )
  if (passing.has(code))
    return {
      state: 'later',
      afterMs: null,
      message: `The server cannot take item ${item.id} now (${words}).`,
    }
  return refused(
    'item-refused',
    `The server refuses item ${item.id} (${words}): ask who runs it why, then retry.`,
  )
}

function refused(reason: RefusalReason, message: string): Outcome {
  return { state: 'refused', reason, message }
}

function tooLarge(item: OutgoingItem, why: string): Outcome {
  return refused(
    'item-too-large',
    `Item ${item.id} is too large for the server even without its large attachments (${why}): it stays in Holdfast; raise the server's limit and retry.`,
  )
}

function damaged(item: OutgoingItem, error: unknown): Outcome {
  if (!isAppError(error, 'content-damaged')) throw error
  return refused('content-damaged', `Item ${item.id} was not sent: ${error.message}`)
}

/** What was appended, as the server has it now. */
async function readBack({ client, opened }: Session, settled: readonly Settled[]): Promise<Outcome[]> {
  const appended = settled.filter((one) => 'at' in one)
  if (appended.length === 0) return settled as Outcome[]
  // A session sees what became of a folder only when it is told; a FETCH alone may answer from what it knew.
  await client.noop()
  const unnumbered = appended.filter(({ at }) => at.uid === null).map(({ parcel }) => parcel.item)
  const found = await findByMessageId(client, unnumbered)
  const uids = appended.flatMap(({ at }) => (at.uid === null ? [] : [at.uid]))
  const byUid = await fetchByUid(client, uids)
  return settled.map((one) => {
    if (!('at' in one)) return one
    const { parcel, at } = one
    const there = at.uid === null ? found.get(parcel.item.id) : byUid.get(at.uid)
    if (!there) return lost(parcel.item)
    const differences = differencesOf(parcel, there)
    if (differences.length > 0) return changed(parcel.item, differences)
    const receipt = receiptOf(at.uidValidity ?? opened.uidValidity, there.uid)
    const { leftOut } = parcel
    return { state: 'confirmed', receipt, ...(leftOut.length > 0 ? { leftOut } : {}) }
  })
}

function differencesOf(
  { item, bytes }: Parcel,
  there: Awaited<ReturnType<ImapFlow['fetchAll']>>[number],
): string[] {
  const seconds = Math.floor((sentAtOf(there) ?? Number.NaN) / 1000)
  const wanted = Math.floor(item.sentAt / 1000)
  return [
    ...(there.envelope?.messageId === item.messageId ? [] : ['another Message-ID']),
    ...(there.size === bytes ? [] : [`${there.size} bytes instead of ${bytes}`]),
    ...(seconds === wanted ? [] : ['another date']),
    ...(there.flags?.has('\\Draft') ? ['it is a draft'] : []),
  ]
}

function changed(item: OutgoingItem, differences: readonly string[]): Outcome {
  return refused(
    'item-changed',
    `The server changed item ${item.id} (${differences.join(', ')}): find what rewrites e-mails there, delete the copy and retry.`,
  )
}

function lost(item: OutgoingItem): Outcome {
  return refused(
    'item-lost',
    `The server accepted item ${item.id} and does not have it: look for a rule or program that removes e-mails, then retry.`,
  )
}
