/** Import exceptions: every message that did not reach everyone it should, with its reason, kept until it does. */
import { contentFrameBytesMax } from '../archive/index.ts'
import { faultPoint } from '../platform/faults.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import type { Client, Queries } from '../platform/postgres/index.ts'
import { compress, decompress } from '../platform/sealing/index.ts'
import type { Connector } from './connectors.ts'
import type { StagedCatalogue, StagedMessage } from './staged-catalogue.ts'

/** The closed list of reasons; the table's check constraint is the same. */
export const exceptionReasons = [
  'undecodable',
  'participant-unmapped',
  'participant-partly-unmapped',
  'attachment-too-large',
  'attachment-damaged',
] as const
export type ExceptionReason = (typeof exceptionReasons)[number]

export interface FoundException {
  /** Place of the message in its page's catalogue; null where there is none to import later. */
  readonly catalogueIndex: number | null
  readonly sequence: number
  readonly reason: ExceptionReason
  readonly explanation: string
  readonly channel: number
  readonly sentAt: number | null
  readonly capturedAt: number
  readonly block: number
  readonly place: number
}

export interface ExceptionOrigin {
  readonly connectorId: number
  readonly runId: bigint
  readonly firstBlockId: bigint
  readonly now: Date
  /** The kept catalogue these messages come from, when they were tried again. */
  readonly keptIn?: bigint
}

/**
 * Records a page's exceptions. The entries that could be imported later are kept, sealed, as a catalogue of
 * their own. A message that is excepted again keeps its first row, with today's explanation. Answers how many
 * are new: only those need the page's content.
 */
export async function recordExceptions(
  client: Client,
  vault: KeyVault,
  origin: ExceptionOrigin,
  found: readonly FoundException[],
  catalogue: StagedCatalogue,
  lateSha256: Readonly<Record<string, string>>,
): Promise<number> {
  if (found.length === 0) return 0
  const fresh = await unknownOf(client, origin, found)
  const catalogueId = await keepCatalogue(client, vault, origin, fresh, catalogue, lateSha256)
  await client.query(
    `insert into import_exception (connector_id, run_id, catalogue_id, sequence, reason, explanation, channel, sent_at,
                                   captured_at, block_id, place, found_at)
     select $1, $2, case when importable then $3::bigint end, sequence, reason, explanation, channel, sent_at, captured_at,
            block_id, place, $4
       from unnest($5::boolean[], $6::bigint[], $7::text[], $8::text[], $9::smallint[], $10::timestamptz[],
                   $11::timestamptz[], $12::bigint[], $13::smallint[])
         as found (importable, sequence, reason, explanation, channel, sent_at, captured_at, block_id, place)
     on conflict (connector_id, sequence, reason) do update
       set explanation = excluded.explanation, resolved_at = null, resolved_by_run_id = null`,
    [
      origin.connectorId,
      origin.runId,
      catalogueId,
      origin.now,
      found.map(({ catalogueIndex }) => catalogueIndex !== null),
      found.map(({ sequence }) => sequence),
      found.map(({ reason }) => reason),
      found.map(({ explanation }) => explanation),
      found.map(({ channel }) => channel),
      found.map(({ sentAt }) => (sentAt === null ? null : new Date(sentAt))),
      found.map(({ capturedAt }) => new Date(capturedAt)),
      found.map(({ block }) => origin.firstBlockId + BigInt(block)),
      found.map(({ place }) => place),
    ],
  )
  faultPoint('exceptions.recorded')
  return fresh.length
}

/** Those that this connector has no row of yet, open or resolved. */
async function unknownOf(
  client: Client,
  { connectorId }: ExceptionOrigin,
  found: readonly FoundException[],
): Promise<FoundException[]> {
  const answer = await client.query<{ sequence: bigint; reason: string }>(
    'select sequence, reason from import_exception where connector_id = $1 and sequence = any($2::bigint[])',
    [connectorId, found.map(({ sequence }) => sequence)],
  )
  const known = new Set(answer.rows.map(({ sequence, reason }) => `${sequence} ${reason}`))
  return found.filter(({ sequence, reason }) => !known.has(`${sequence} ${reason}`))
}

/** Ends the exceptions of `settled` messages, and those of `found` messages that have another reason now. */
export async function resolveExceptions(
  client: Client,
  origin: Pick<ExceptionOrigin, 'connectorId' | 'runId' | 'now'>,
  settled: readonly number[],
  found: readonly Pick<FoundException, 'sequence' | 'reason'>[],
): Promise<void> {
  const open = await client.query(
    'select 1 from import_exception where connector_id = $1 and resolved_at is null limit 1',
    [origin.connectorId],
  )
  if (open.rowCount === 0) return
  await client.query(
    `update import_exception set resolved_at = $3, resolved_by_run_id = $2
       from (select sequence, null as reason from unnest($4::bigint[]) as settled (sequence)
             union all select * from unnest($5::bigint[], $6::text[])) as today (sequence, reason)
      where connector_id = $1 and resolved_at is null and import_exception.sequence = today.sequence
        and import_exception.reason is distinct from today.reason`,
    [
      origin.connectorId,
      origin.runId,
      origin.now,
      settled,
      found.map(({ sequence }) => sequence),
      found.map(({ reason }) => reason),
    ],
  )
}

const catalogueSeal = 'exception-catalogue'

async function keepCatalogue(
  client: Client,
  vault: KeyVault,
  { firstBlockId, keptIn }: ExceptionOrigin,
  found: readonly FoundException[],
  catalogue: StagedCatalogue,
  lateSha256: Readonly<Record<string, string>>,
): Promise<bigint | null> {
  if (keptIn !== undefined) return keptIn
  const indexes = found.flatMap(({ catalogueIndex }) => (catalogueIndex === null ? [] : [catalogueIndex]))
  if (indexes.length === 0) return null
  const messages = indexes.map((index) => withSha256(catalogue.messages[index]!, lateSha256[index]))
  await keepAttachments(client, messages)
  const kept: StagedCatalogue = { ...catalogue, messages, refusals: [] }
  const sealed = await vault.seal(catalogueSeal, compress(Buffer.from(JSON.stringify(kept))))
  const answer = await client.query<{ id: bigint }>(
    'insert into exception_catalogue (first_block_id, sealed_catalogue) values ($1, $2) returning id',
    [firstBlockId, sealed],
  )
  return answer.rows[0]!.id
}

/**
 * Large attachments of kept messages are taken out of the staging area, whose sweep would delete them: they wait,
 * with no message that refers to them yet, as long as the exception does.
 */
async function keepAttachments(client: Client, messages: readonly StagedMessage[]): Promise<void> {
  const large = messages.flatMap(({ attachments }) => attachments.filter(({ remote }) => remote))
  if (large.length === 0) return
  await client.query('update attachment set staged_page_id = null where sha256 = any($1::bytea[])', [
    large.map(({ sha256 }) => Buffer.from(sha256, 'hex')),
  ])
}

function withSha256(message: StagedMessage, late: string | undefined): StagedMessage {
  return late === undefined ? message : { ...message, sha256: late }
}

/** A kept catalogue, reduced to the messages whose exceptions are still open. */
export interface KeptCatalogue {
  readonly id: bigint
  readonly firstBlockId: bigint
  readonly catalogue: StagedCatalogue
}

/** Kept catalogues with open exceptions, oldest first, one at a time. */
export async function* keptCatalogues(
  queries: Queries,
  vault: KeyVault,
  connector: Connector,
): AsyncGenerator<KeptCatalogue> {
  let after = 0n
  for (;;) {
    const row = await queries
      .selectFrom('exception_catalogue')
      .innerJoin('import_exception', 'import_exception.catalogue_id', 'exception_catalogue.id')
      .select(['exception_catalogue.id', 'first_block_id', 'sealed_catalogue'])
      .where('connector_id', '=', connector.id)
      .where('resolved_at', 'is', null)
      .where('exception_catalogue.id', '>', after)
      .orderBy('exception_catalogue.id')
      .limit(1)
      .executeTakeFirst()
    if (!row) return
    after = row.id
    const open = await queries
      .selectFrom('import_exception')
      .select('sequence')
      .where('catalogue_id', '=', row.id)
      .where('resolved_at', 'is', null)
      .execute()
    const sequences = new Set(open.map(({ sequence }) => Number(sequence)))
    const opened = await vault.open(catalogueSeal, row.sealed_catalogue)
    const kept = JSON.parse(
      decompress(opened, {
        bytesMax: contentFrameBytesMax,
        name: `exception catalogue ${row.id}`,
      }).toString(),
    ) as StagedCatalogue
    const messages = kept.messages.filter(({ sequence }) => sequences.has(sequence))
    yield { id: row.id, firstBlockId: row.first_block_id, catalogue: { ...kept, messages } }
  }
}
