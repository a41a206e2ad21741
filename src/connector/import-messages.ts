/**
 * Import: maps the messages of a catalogue to mailboxes and writes them, with their items, observations and
 * exceptions, in the caller's transaction. It serves staged pages and exceptions that are tried again alike.
 */
import { commitmentOf, commitmentSalt } from '../archive/content-block.ts'
import { logCopy, logLine } from '../archive/log/index.ts'
import { type MessageMapping, mapMessage } from '../domain/map-message.ts'
import type { Mapping } from '../domain/mapping.ts'
import type { Participant } from '../domain/message.ts'
import { faultPoint } from '../platform/faults.ts'
import { type Client, copyRows } from '../platform/postgres/index.ts'
import type { Directories } from './directories.ts'
import type { FoundException } from './exceptions.ts'
import { addItems, type ExistingMessage, existingMessages } from './existing-messages.ts'
import { allotIds } from './message-ids.ts'
import {
  attachmentCopy,
  attachmentLines,
  type CatalogueRow,
  itemCopy,
  itemLines,
  longTextCopy,
  longTextLines,
  messageCopy,
  messageLine,
  type RowOrigin,
} from './message-rows.ts'
import { keepObservedAttachments } from './observed-attachments.ts'
import type { NewItems } from './parts.ts'
import type { StagedCatalogue, StagedMessage } from './staged-catalogue.ts'

export interface ImportInput extends RowOrigin {
  readonly catalogue: StagedCatalogue
  /** Hashes of e-mails that were completed after the catalogue was made, by place. */
  readonly lateSha256: Readonly<Record<string, string>>
  readonly mapping: Mapping
  readonly directories: Directories
}

export interface ImportOutcome {
  readonly imported: number
  readonly duplicates: number
  /** Further raw records of known messages. */
  readonly observed: number
  readonly items: number
  readonly attachments: number
  readonly bytes: number
  readonly largestItemBytes: number
  readonly itemsByMailbox: ReadonlyMap<number, number>
  readonly exceptions: readonly FoundException[]
  /** Sequences of messages that now reach everyone they should: exceptions over them are over. */
  readonly settled: readonly number[]
  readonly newIds: readonly bigint[]
  /** Every item that was added, message and mailbox in step. */
  newItems(): NewItems
}

type NumberedParticipant = Participant & { readonly id: number }

interface Candidate {
  readonly index: number
  readonly staged: StagedMessage
  readonly participants: readonly NumberedParticipant[]
  readonly mapping: MessageMapping<NumberedParticipant>
}

const linesPerBuffer = 500

export async function importMessages(client: Client, input: ImportInput): Promise<ImportOutcome> {
  const { catalogue, directories } = input
  await directories.ensureMonths(catalogue.messages.map(({ sentAt }) => sentAt))
  const participantIds = await directories.participantIds(catalogue.participants)
  const conversationIds = await directories.conversationIds(catalogue.conversations)
  const people = catalogue.participants.map((one, place) => ({ ...one, id: participantIds[place]! }))
  const candidates = catalogue.messages.map((staged, index) => candidate(input, staged, index, people))
  const explanations = await directories.explanationIds(explanationsOf(candidates))
  await directories.noteMembers(membersOf(candidates, conversationIds))

  const known = await existingMessages(client, catalogue.messages)
  const fresh: Candidate[] = []
  const repeated: { candidate: Candidate; existing: ExistingMessage | Candidate }[] = []
  const seen = new Map<string, Candidate>()
  for (const one of candidates) {
    const existing = known.get(one.staged.messageKey) ?? seen.get(one.staged.messageKey)
    if (existing) repeated.push({ candidate: one, existing })
    else if (!one.mapping.none) fresh.push(one)
    if (!existing && !one.mapping.none) seen.set(one.staged.messageKey, one)
  }
  const rowOf = rowMaker(input, participantIds, conversationIds, explanations)
  const ids = await allotIds(
    client,
    fresh.map(({ staged }) => staged.sentAt),
  )
  const rows = fresh.map((one, place) => rowOf(one, ids[place]!))
  const attachmentIds = await referAttachments(client, rows)
  await copyAll(client, rows, input, attachmentIds)
  const commit = commitmentsOf(catalogue)
  await copyLogged(client, rows, input.receivedAt, commit)
  faultPoint('import.rows-copied')

  const idsOfFresh = new Map(fresh.map((one, place) => [one, ids[place]!]))
  const { added, observed } = await observeAgain(client, input, repeated, idsOfFresh, rowOf)
  // Their messages were committed to when they came; the sequencer finds what to.
  await copyLogged(client, added, input.receivedAt, () => null)
  await noteActivity(client, candidates)
  return { ...outcomeOf(candidates, rows, added), duplicates: repeated.length, observed }
}

function candidate(
  input: ImportInput,
  staged: StagedMessage,
  index: number,
  people: Candidate['participants'],
): Candidate {
  const places = new Set(staged.recipients)
  if (staged.sender !== null) places.add(staged.sender)
  if (staged.custodian !== null) places.add(staged.custodian)
  const participants = Array.from(places, (place) => people[place]!)
  return { index, staged, participants, mapping: mapMessage(participants, staged.sentAt, input.mapping) }
}

function explanationsOf(candidates: readonly Candidate[]): string[] {
  const explanations = new Set<string>()
  for (const { mapping } of candidates) {
    for (const { explanation } of mapping.mailboxes) explanations.add(explanation)
  }
  return [...explanations]
}

function membersOf(
  candidates: readonly Candidate[],
  conversationIds: readonly number[],
): Map<number, Set<number>> {
  const members = new Map<number, Set<number>>()
  for (const { staged, participants } of candidates) {
    const conversation = conversationIds[staged.conversation]!
    const known = members.get(conversation) ?? new Set()
    members.set(conversation, known)
    for (const { id } of participants) known.add(id)
  }
  return members
}

type RowMaker = (candidate: Candidate, id: bigint) => CatalogueRow

function rowMaker(
  input: ImportInput,
  participantIds: readonly number[],
  conversationIds: readonly number[],
  explanations: ReadonlyMap<string, number>,
): RowMaker {
  const idOf = (place: number | null) => (place === null ? null : participantIds[place]!)
  return ({ index, staged, mapping }, id) => ({
    id,
    staged,
    sha256: staged.sha256 ?? input.lateSha256[index]!,
    conversationId: conversationIds[staged.conversation]!,
    senderId: idOf(staged.sender),
    recipientIds: staged.recipients.map((place) => participantIds[place]!),
    custodianId: idOf(staged.custodian),
    mailboxes: mapping.mailboxes.map(({ mailboxId, explanation, participants }) => ({
      mailboxId,
      participantId: participants[0]?.id ?? null,
      explanationId: explanations.get(explanation)!,
    })),
  })
}

async function copyAll(
  client: Client,
  rows: readonly CatalogueRow[],
  origin: RowOrigin,
  attachmentIds: ReadonlyMap<string, bigint>,
): Promise<void> {
  if (rows.length === 0) return
  await copyRows(
    client,
    messageCopy,
    buffersOf(rows, (row) => messageLine(row, origin)),
  )
  await copyRows(client, itemCopy, buffersOf(rows, itemLines))
  const long = rows.filter(({ staged }) => staged.words.length > 1)
  if (long.length > 0) await copyRows(client, longTextCopy, buffersOf(long, longTextLines))
  const attached = rows.filter(({ staged }) => staged.attachments.length > 0)
  if (attached.length > 0) {
    await copyRows(
      client,
      attachmentCopy,
      buffersOf(attached, (row) => attachmentLines(row, attachmentIds)),
    )
  }
}

/** What the integrity log commits to for a row: salted, so that a leaf betrays nothing of a short message. */
function commitmentsOf({ saltSeeds }: StagedCatalogue): (row: CatalogueRow) => Uint8Array | null {
  const seeds = saltSeeds?.map((seed) => Buffer.from(seed, 'hex'))
  return ({ staged, sha256 }) => {
    const seed = seeds?.[staged.block]
    return seed ? commitmentOf(commitmentSalt(seed, staged.place), Buffer.from(sha256, 'hex')) : null
  }
}

/** Notes an entry for the integrity log for every item. */
async function copyLogged(
  client: Client,
  rows: readonly CatalogueRow[],
  at: string,
  commit: (row: CatalogueRow) => Uint8Array | null,
): Promise<void> {
  if (rows.length === 0) return
  const lines = (row: CatalogueRow) => {
    const commitment = commit(row)
    return row.mailboxes.map(({ mailboxId }) => logLine(at, row.id, mailboxId, commitment)).join('')
  }
  await copyRows(client, logCopy, buffersOf(rows, lines))
}

function* buffersOf(rows: readonly CatalogueRow[], lineOf: (row: CatalogueRow) => string): Iterable<Buffer> {
  for (let from = 0; from < rows.length; from += linesPerBuffer) {
    let lines = ''
    for (const row of rows.slice(from, from + linesPerBuffer)) lines += lineOf(row)
    yield Buffer.from(lines)
  }
}

/** Counts the references to large attachments under their rows' locks, so that disposition cannot race it. */
async function referAttachments(client: Client, rows: readonly CatalogueRow[]): Promise<Map<string, bigint>> {
  const references = new Map<string, number>()
  for (const { staged } of rows) {
    for (const { sha256, remote } of staged.attachments) {
      if (remote) references.set(sha256, (references.get(sha256) ?? 0) + 1)
    }
  }
  if (references.size === 0) return new Map()
  // In order, so that two importers take the rows' locks in the same one.
  const digests = [...references.keys()].sort()
  const answer = await client.query<{ id: bigint; sha256: Buffer }>(
    `update attachment set reference_count = reference_count + added, staged_page_id = null
       from unnest($1::bytea[], $2::int[]) as reference (digest, added)
      where sha256 = digest returning id, sha256`,
    [digests.map((digest) => Buffer.from(digest, 'hex')), digests.map((digest) => references.get(digest))],
  )
  if (answer.rowCount !== references.size) throw new Error('an attachment of a staged message is not stored')
  return new Map(answer.rows.map(({ id, sha256 }) => [sha256.toString('hex'), id]))
}

/** Messages the catalogue has already: another raw record is an observation, a newly mapped participant gets his item. */
async function observeAgain(
  client: Client,
  input: ImportInput,
  repeated: readonly { candidate: Candidate; existing: ExistingMessage | Candidate }[],
  idsOfFresh: ReadonlyMap<Candidate, bigint>,
  rowOf: RowMaker,
): Promise<{ added: CatalogueRow[]; observed: number }> {
  const rows = repeated.map(({ candidate: one, existing }) => ({
    row: rowOf(one, 'id' in existing ? existing.id : idsOfFresh.get(existing)!),
    isSameRecord:
      'id' in existing &&
      existing.feedAccountId === input.feedAccountId &&
      existing.sequence === one.staged.sequence,
  }))
  const observations = rows.filter(({ isSameRecord }) => !isSameRecord).map(({ row }) => row)
  let observed = 0
  if (observations.length > 0) {
    const answer = await client.query(
      `insert into observation (message_id, feed_account_id, sequence, custodian_id, captured_at, block_id, place)
       select message_id, $1, sequence, custodian_id, captured_at, block_id, place
         from unnest($2::bigint[], $3::bigint[], $4::int[], $5::timestamptz[], $6::bigint[], $7::smallint[])
           as seen (message_id, sequence, custodian_id, captured_at, block_id, place)
       on conflict do nothing`,
      [
        input.feedAccountId,
        observations.map(({ id }) => id),
        observations.map(({ staged }) => staged.sequence),
        observations.map(({ custodianId }) => custodianId),
        observations.map(({ staged }) => new Date(staged.capturedAt)),
        observations.map(({ staged }) => input.firstBlockId + BigInt(staged.block)),
        observations.map(({ staged }) => staged.place),
      ],
    )
    observed = answer.rowCount ?? 0
    await keepObservedAttachments(client, observations)
  }
  return {
    added: await addItems(
      client,
      rows.map(({ row }) => row),
    ),
    observed,
  }
}

/**
 * When each participant last took part in a message that reached somebody. In order, so that two importers take the
 * rows' locks in the same one.
 */
async function noteActivity(client: Client, candidates: readonly Candidate[]): Promise<void> {
  const last = new Map<number, number>()
  for (const { staged, participants, mapping } of candidates) {
    if (mapping.none) continue
    for (const { id } of participants) last.set(id, Math.max(last.get(id) ?? staged.sentAt, staged.sentAt))
  }
  if (last.size === 0) return
  const ids = [...last.keys()].sort((a, b) => a - b)
  await client.query(
    `insert into participant_activity (participant_id, last_sent_at)
     select participant_id, to_timestamp(ms / 1000.0) from unnest($1::int[], $2::bigint[]) as seen (participant_id, ms)
     on conflict (participant_id) do update set last_sent_at = excluded.last_sent_at
      where participant_activity.last_sent_at < excluded.last_sent_at`,
    [ids, ids.map((id) => last.get(id))],
  )
}

/** `added`: rows of existing messages, holding only the items that are new. */
function outcomeOf(
  candidates: readonly Candidate[],
  rows: readonly CatalogueRow[],
  added: readonly CatalogueRow[],
): Omit<ImportOutcome, 'duplicates' | 'observed'> {
  const itemsByMailbox = new Map<number, number>()
  let items = 0
  for (const { mailboxes } of [...rows, ...added]) {
    for (const { mailboxId } of mailboxes) {
      items += 1
      itemsByMailbox.set(mailboxId, (itemsByMailbox.get(mailboxId) ?? 0) + 1)
    }
  }
  return {
    imported: rows.length,
    items,
    itemsByMailbox,
    attachments: rows.reduce((sum, { staged }) => sum + staged.attachments.length, 0),
    bytes: rows.reduce((sum, { staged }) => sum + staged.emailBytes, 0),
    largestItemBytes: rows.reduce((largest, { staged }) => Math.max(largest, staged.emailBytes), 0),
    exceptions: candidates.filter(({ mapping }) => mapping.none || mapping.partly).map(exceptionOf),
    settled: candidates
      .filter(({ mapping }) => !mapping.none && !mapping.partly)
      .map(({ staged }) => staged.sequence),
    newIds: rows.filter(({ staged }) => staged.linkKey !== null).map(({ id }) => id),
    newItems: () => itemsOf([...rows, ...added]),
  }
}

function exceptionOf({ index, staged, mapping }: Candidate): FoundException {
  const people = mapping.unmapped.filter(({ registered }) => mapping.none || registered)
  const reasons = people.map(({ participant, explanation }) => {
    const { type, value } = participant.identity
    return `${participant.name === undefined ? '' : `${participant.name}, `}${type} ${value}: ${explanation}`
  })
  return {
    catalogueIndex: index,
    sequence: staged.sequence,
    reason: mapping.none ? 'participant-unmapped' : 'participant-partly-unmapped',
    explanation: reasons.join('; ') || 'the message names no participant',
    channel: staged.channel,
    sentAt: staged.sentAt,
    capturedAt: staged.capturedAt,
    block: staged.block,
    place: staged.place,
  }
}

function itemsOf(rows: readonly CatalogueRow[]): NewItems {
  const items = { messageIds: [] as bigint[], mailboxIds: [] as number[] }
  for (const { id, mailboxes } of rows) {
    for (const { mailboxId } of mailboxes) {
      items.messageIds.push(id)
      items.mailboxIds.push(mailboxId)
    }
  }
  return items
}
