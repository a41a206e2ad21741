/**
 * What lives on in a block whose key is to be destroyed is sealed again, in a new segment under new keys. The object is
 * written before the transaction that needs it; one that no row names in the end is swept by the next run.
 */
import { faultPoint } from '../../platform/faults.ts'
import type { Client } from '../../platform/postgres/index.ts'
import { compress, sealBlock } from '../../platform/sealing/index.ts'
import { createContentReader } from '../content.ts'
import { type BlockRecord, contentSealContext, encodeContentBlock, firstBlockIdOf } from '../content-block.ts'
import type { DispositionParts } from './parts.ts'

/** A block that something in it leaves, and the places in it that live on. */
export interface TouchedBlock {
  readonly id: bigint
  readonly connectorId: number
  readonly living: readonly number[]
}

interface Place {
  readonly block: bigint
  readonly place: number
}

interface SealedBlock {
  readonly offset: number
  readonly bytes: number
  readonly key: Uint8Array
  readonly from: readonly Place[]
}

/** A segment in the object store that no row names yet. */
export interface NewSegment {
  readonly connectorId: number
  readonly name: string
  readonly bytes: number
  readonly blocks: readonly (Omit<SealedBlock, 'key'> & { readonly wrappedKey: Uint8Array })[]
}

const recordsPerBlock = 100
const blockBytesMax = 8 * 1024 * 1024

export function dispositionFolder(runId: bigint): string {
  return `segments/disposition/${runId}/`
}

/** Seals what lives in these blocks anew: one segment for each connector. */
export async function resealLiving(
  parts: DispositionParts,
  runId: bigint,
  blocks: readonly TouchedBlock[],
): Promise<NewSegment[]> {
  const segments: NewSegment[] = []
  const mixed = blocks.filter(({ living }) => living.length > 0)
  for (const [connectorId, of] of Map.groupBy(mixed, (block) => block.connectorId)) {
    const name = `${dispositionFolder(runId)}${parts.random.bytes(12).toString('hex')}`
    const sealed = await sealSegment(parts, name, of)
    await parts.objects.put(name, Buffer.concat(sealed.bodies))
    faultPoint('disposition.resealed')
    const keys = await parts.vault.wrap(sealed.blocks.map(({ key }) => key))
    const bytes = sealed.bodies.reduce((sum, body) => sum + body.byteLength, 0)
    const wrapped = sealed.blocks.map(({ offset, bytes, from }, place) => ({
      ...{ offset, bytes, from },
      wrappedKey: keys[place]!,
    }))
    segments.push({ connectorId, name, bytes, blocks: wrapped })
  }
  return segments
}

async function sealSegment(parts: DispositionParts, name: string, touched: readonly TouchedBlock[]) {
  const reader = createContentReader(parts)
  const bodies: Buffer[] = []
  const blocks: SealedBlock[] = []
  let records: BlockRecord[] = []
  let from: Place[] = []
  let [openBytes, offset] = [0, 0]
  const seal = () => {
    if (records.length === 0) return
    const key = parts.random.bytes(32)
    const frame = encodeContentBlock(records, parts.random.bytes(32))
    const body = sealBlock(key, compress(frame), contentSealContext(name, offset), parts.random)
    bodies.push(body)
    blocks.push({ offset, bytes: body.byteLength, key, from })
    offset += body.byteLength
    ;[records, from, openBytes] = [[], [], 0]
  }
  for (const { id, living } of touched) {
    const block = await reader.block(id)
    for (const place of living) {
      const record = await reader.record({ blockId: id, place })
      // The log committed to the e-mail with this salt: it goes along.
      records.push({ ...record, salt: block.salt(place) })
      from.push({ block: id, place })
      openBytes += record.raw.bytes.byteLength + (record.email?.skeleton.byteLength ?? 0)
      if (records.length >= recordsPerBlock || openBytes >= blockBytesMax) seal()
    }
  }
  seal()
  return { bodies, blocks }
}

/** Four arrays in step: from which place of which block to which. */
export interface Moves {
  readonly block: readonly bigint[]
  readonly place: readonly number[]
  readonly toBlock: readonly bigint[]
  readonly toPlace: readonly number[]
}

/**
 * Enters new segments and their keys in the caller's transaction; answers where each record is now. In-place archiving
 * looks at each: what lives on of a cold segment goes cold again.
 */
export async function insertSegments(
  client: Client,
  segments: readonly NewSegment[],
  now: Date,
): Promise<Moves> {
  const moves = {
    ...{ block: [] as bigint[], place: [] as number[], toBlock: [] as bigint[], toPlace: [] as number[] },
  }
  for (const { connectorId, name, bytes, blocks } of segments) {
    const { rows } = await client.query<{ id: bigint }>(
      `insert into segment (connector_id, object_name, bytes, adopted_at, created_at)
       values ($1, $2, $3, $4, $4) returning id`,
      [connectorId, name, bytes, now],
    )
    const first = firstBlockIdOf(rows[0]!.id)
    await client.query(
      `insert into block (id, segment_id, byte_offset, bytes, records, wrapped_key)
       select $1 + place - 1, $2, byte_offset, bytes, records, wrapped_key
         from unnest($3::bigint[], $4::int[], $5::smallint[], $6::bytea[]) with ordinality
           as new_block (byte_offset, bytes, records, wrapped_key, place)`,
      [
        ...[first, rows[0]!.id, blocks.map(({ offset }) => offset), blocks.map((one) => one.bytes)],
        ...[blocks.map(({ from }) => from.length), blocks.map(({ wrappedKey }) => Buffer.from(wrappedKey))],
      ],
    )
    await client.query(
      `insert into archive_candidate (kind, id) values ('segment', $1) on conflict do nothing`,
      [rows[0]!.id],
    )
    for (const [number, { from }] of blocks.entries()) {
      for (const [place, old] of from.entries()) {
        moves.block.push(old.block)
        moves.place.push(old.place)
        moves.toBlock.push(first + BigInt(number))
        moves.toPlace.push(place)
      }
    }
  }
  return moves
}

/** Deletes what cut-off tries of this run wrote and no row names. */
export async function sweepResealed({ objects, queries }: DispositionParts, runId: bigint): Promise<void> {
  for await (const { name } of objects.list(dispositionFolder(runId))) {
    const row = await queries
      .selectFrom('segment')
      .select('id')
      .where('object_name', '=', name)
      .executeTakeFirst()
    if (!row) await objects.delete(name)
  }
}
