/** The content half of verification: e-mails against hashes, the index against what the messages say. */
import type { Message } from '../domain/message.ts'
import type { RawRecord } from '../domain/record.ts'
import { messageWords } from '../domain/text/message-words.ts'
import { digestOf, subjectTextLengthIn } from '../email/index.ts'
import { type Client, inTransaction } from '../platform/postgres/index.ts'
import {
  type ContentReader,
  createContentReader,
  openEmail,
  openStored,
  type StoredAttachment,
} from './content.ts'
import type { BlockRecord } from './content-block.ts'
import type { ArchiveParts } from './parts.ts'
import type { ProblemList } from './problem.ts'

export type DecodeRecord = (
  source: string,
  record: RawRecord,
) =>
  | { readonly decoded: true; readonly message: Message }
  | { readonly decoded: false; readonly explanation: string }

export interface ContentCheck {
  readonly decode: DecodeRecord
  /** The share of messages to check, 0 to 1; null for all. */
  readonly sample: number | null
  readonly onProgress: (checked: number) => void
}

interface CheckedRow {
  readonly id: bigint
  readonly block_id: bigint
  readonly place: number
  readonly message_key: Buffer
  readonly subject: string
  readonly parts: number
}

const rowsPerFetch = 2_000

/** Answers how many messages were checked. Reads under one snapshot, in the order the content lies in. */
export async function verifyContent(
  parts: ArchiveParts,
  problems: ProblemList,
  check: ContentCheck,
): Promise<number> {
  const reader = createContentReader(parts)
  return inTransaction(
    parts.pool,
    async (client) => {
      const chosen = check.sample === null ? '' : `where random() < ${Number(check.sample)}`
      await client.query(
        `declare checked_message no scroll cursor for
         select id, block_id, place, message_key, subject, parts from message ${chosen} order by block_id, place`,
      )
      let checked = 0
      for (;;) {
        const { rows } = await client.query<CheckedRow>(`fetch ${rowsPerFetch} from checked_message`)
        if (rows.length === 0) {
          if (check.sample === null) await checkTheRest(client, parts, reader, problems)
          return checked
        }
        await checkRows(client, parts, reader, rows, problems, check.decode)
        checked += rows.length
        check.onProgress(checked)
      }
    },
    { isolation: 'repeatable read' },
  )
}

/** Blocks and attachments that no message reads: of import exceptions, of pages that wait. They open, or they were changed. */
async function checkTheRest(
  client: Client,
  parts: ArchiveParts,
  reader: ContentReader,
  problems: ProblemList,
): Promise<void> {
  const noting = async (read: () => Promise<unknown>) => {
    await read().catch((error: unknown) =>
      problems.add('content-unreadable', error instanceof Error ? error.message : String(error)),
    )
  }
  const blocks = await client.query<{ id: bigint }>(
    'select id from block where not exists (select from message where block_id = block.id) order by id',
  )
  for (const { id } of blocks.rows) await noting(() => reader.block(id))
  const attachments = await client.query<StoredAttachment & { sha256: Buffer }>(
    `select object_name, wrapped_key, sha256 from attachment
      where not exists (select from message_attachment where attachment_id = attachment.id) order by id`,
  )
  for (const attachment of attachments.rows)
    await noting(async () => {
      const { sha256 } = await digestOf(await openStored(parts, attachment))
      if (sha256 !== attachment.sha256.toString('hex'))
        throw new Error(
          `The attachment ${attachment.object_name} is not what was stored: its SHA-256 differs.`,
        )
    })
}

async function checkRows(
  client: Client,
  parts: ArchiveParts,
  reader: ContentReader,
  rows: readonly CheckedRow[],
  problems: ProblemList,
  decode: DecodeRecord,
): Promise<void> {
  const expected: { id: bigint; words: string[] }[] = []
  for (const row of rows) {
    const record = await readable(parts, reader, row, problems)
    const words = record && expectedWords(record, row, problems, decode)
    if (words) expected.push({ id: row.id, words })
  }
  for (const id of await differing(client, expected)) {
    problems.add('index-differs', `The index entry of message ${id} is not what its text gives; re-index it.`)
  }
}

/** The record of a message whose e-mail has its hash; null, with the problem noted, where it has not. */
async function readable(
  parts: ArchiveParts,
  reader: ContentReader,
  row: CheckedRow,
  problems: ProblemList,
): Promise<BlockRecord | null> {
  try {
    const record = await reader.record({ blockId: row.block_id, place: row.place })
    if (!Buffer.from(record.messageKey).equals(row.message_key)) {
      problems.add(
        'content-misplaced',
        `Block ${row.block_id} holds another message at the place of message ${row.id}.`,
      )
      return null
    }
    await digestOf((await openEmail(parts, reader, row.id)).stream)
    return record
  } catch (error) {
    problems.add('content-unreadable', error instanceof Error ? error.message : String(error))
    return null
  }
}

function expectedWords(
  record: BlockRecord,
  row: CheckedRow,
  problems: ProblemList,
  decode: DecodeRecord,
): string[] | null {
  const result = decode(record.source, record.raw)
  if (!result.decoded) {
    problems.add(
      'content-undecodable',
      `Message ${row.id} can no longer be decoded from its raw record: ${result.explanation}`,
    )
    return null
  }
  return messageWords(result.message, subjectTextLengthIn(row.subject, result.message))
}

/** Ids of the messages whose index entries are not the expected ones, our own lexemes included. */
async function differing(
  client: Client,
  expected: readonly { id: bigint; words: string[] }[],
): Promise<bigint[]> {
  const answer = await client.query<{ id: bigint }>(
    `select message.id
       from unnest($1::bigint[], $2::text[], $3::int[]) as expected (id, words, parts) join message using (id)
      where message.parts <> expected.parts
         or message.words <> (expected.words || ' =c' || conversation_id || coalesce(' =f' || sender_id, '')
              || case when kind <> 1 then ' =k' || kind else '' end || case when has_attachments then ' =a' else '' end
              || coalesce((select ' ' || string_agg('=m' || mailbox_id, ' ') from item where message_id = message.id), ''))::tsvector`,
    [
      expected.map(({ id }) => id),
      expected.map(({ words }) => words[0]),
      expected.map(({ words }) => words.length),
    ],
  )
  const long = expected.flatMap(({ id, words }) =>
    words.slice(1).map((part, place) => ({ id, part: place + 2, words: part })),
  )
  if (long.length === 0) return answer.rows.map(({ id }) => id)
  const parts = await client.query<{ id: bigint }>(
    `select distinct expected.id
       from unnest($1::bigint[], $2::smallint[], $3::text[]) as expected (id, part, words)
       left join long_text on message_id = expected.id and long_text.part = expected.part
      where long_text.words is distinct from expected.words::tsvector`,
    [long.map(({ id }) => id), long.map(({ part }) => part), long.map(({ words }) => words)],
  )
  return [...answer.rows, ...parts.rows].map(({ id }) => id)
}
