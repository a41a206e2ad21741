/** Which way in saw which message for whom: told by the records themselves, which name their source. */
import { sql } from 'kysely'
import { type ArchiveParts, createContentReader } from '../../archive/index.ts'
import { eventCodes, firstMessageIdAt, sentAtOfMessageId } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import { isoDay } from '../days.ts'
import type { Sighting } from './rules.ts'

interface Row {
  readonly id: bigint
  readonly custodian_id: number
  readonly block_id: bigint
  readonly place: number
}

const rowsPerPage = 5_000
const sightingsMax = 1_000_000

/**
 * Of messages sent in the time (ms since 1970 UTC, `to` not included), further observations included. Edits, receipts and
 * what the system says are left out: each way in tells them in its own manner. Throws `bad-request` for too many.
 */
export async function readSightings(
  parts: ArchiveParts,
  accountId: number,
  from: number,
  to: number,
): Promise<Sighting[]> {
  const reader = createContentReader(parts)
  const sightings: Sighting[] = []
  let after: Pick<Row, 'block_id' | 'place'> = { block_id: 0n, place: -1 }
  for (;;) {
    const { rows } = await sql<Row>`
      with seen as (
        select id, custodian_id, block_id, place from message
         where feed_account_id = ${accountId} and event = ${eventCodes.codeOf('sent')}
           and id >= ${firstMessageIdAt(from)} and id < ${firstMessageIdAt(to)}
        union all
        select message.id, observation.custodian_id, observation.block_id, observation.place
          from observation join message on message.id = message_id
         where observation.feed_account_id = ${accountId} and event = ${eventCodes.codeOf('sent')}
           and message.id >= ${firstMessageIdAt(from)} and message.id < ${firstMessageIdAt(to)}
      )
      select * from seen
       where custodian_id is not null and (block_id, place) > (${after.block_id}, ${after.place})
       order by block_id, place limit ${rowsPerPage}`.execute(parts.queries)
    for (const { id, custodian_id, block_id, place } of rows) {
      const { source } = await reader.record({ blockId: block_id, place })
      const day = isoDay(sentAtOfMessageId(id))
      sightings.push({ messageId: id, personId: custodian_id, source, day })
    }
    if (sightings.length > sightingsMax)
      throw new AppError(
        'bad-request',
        'There are more than a million messages in that time; ask for fewer days.',
      )
    if (rows.length < rowsPerPage) return sightings
    after = rows.at(-1)!
  }
}

/** Probable matches among the messages of the time, each way round. */
export async function readLinks(
  { queries }: Pick<ArchiveParts, 'queries'>,
  from: number,
  to: number,
): Promise<Map<bigint, Set<bigint>>> {
  const rows = await queries
    .selectFrom('message_link')
    .select(['message_id', 'other_message_id'])
    .where('message_id', '>=', firstMessageIdAt(from))
    .where('message_id', '<', firstMessageIdAt(to))
    .execute()
  const links = new Map<bigint, Set<bigint>>()
  const add = (id: bigint, other: bigint) => links.set(id, (links.get(id) ?? new Set()).add(other))
  for (const { message_id, other_message_id } of rows) {
    add(message_id, other_message_id)
    add(other_message_id, message_id)
  }
  return links
}
