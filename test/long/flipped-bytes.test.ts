/**
 * One byte changed anywhere in a segment, an attachment, the log or a checkpoint is found by `verify`: every byte of whole
 * objects is flipped, one after the other, as it comes out of the object store. The bundle has a test of its own.
 */
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContentReader, type StoredAttachment } from '../../src/archive/content.ts'
import { verifyArchive } from '../../src/archive/index.ts'
import { lastCheckpoint, signCheckpoint } from '../../src/archive/log/checkpoint.ts'
import { openTiles } from '../../src/archive/log/integrate.ts'
import { rootOf } from '../../src/archive/log/merkle.ts'
import { verifyLog } from '../../src/archive/log/verify-log.ts'
import { verifyContent } from '../../src/archive/verify-content.ts'
import { decodeRecord } from '../../src/pipeline-sources.ts'
import type { ObjectStore } from '../../src/platform/object-store/object-store.ts'
import { createChunkOpener } from '../../src/platform/sealing/index.ts'
import { captureFile, run } from '../crash/story.ts'
import { type Centre, openWorld, type Process, type World } from '../crash/world.ts'

let world: World
let process: Process

beforeAll(async () => {
  world = await openWorld()
  process = await world.open()
  for (const file of world.corpus) await captureFile(process, file)
  for (const type of ['whatsapp', 'wechat']) await run(process.centre, type)
  await signCheckpoint(process.centre)
}, 120_000)
afterAll(async () => {
  await process?.close()
  await world?.close()
})

/** An object in memory, one byte of which may be another one. */
interface Held {
  readonly name: string
  readonly bytes: Buffer
}

async function held(name: string): Promise<Held> {
  return { name, bytes: Buffer.from(await world.objects.get(name)) }
}

/** The centre over a store that answers what is held for its name. */
function over({ name, bytes }: Held): Centre {
  const part = (range: { offset: number; length?: number } = { offset: 0 }) =>
    bytes.subarray(range.offset, range.length === undefined ? undefined : range.offset + range.length)
  const objects: ObjectStore = {
    ...world.objects,
    get: async (asked, range) =>
      asked === name ? Buffer.from(part(range)) : world.objects.get(asked, range),
    getStream: async (asked, range) =>
      asked === name ? Readable.from([Buffer.from(part(range))]) : world.objects.getStream(asked, range),
  }
  return { ...process.centre, objects }
}

/** Flips a bit of each of these bytes in turn; answers the places where `isFound` says no. */
async function missed(
  of: Held,
  places: Iterable<number>,
  isFound: (centre: Centre) => Promise<boolean>,
): Promise<number[]> {
  const centre = over(of)
  expect(await isFound(centre), `${of.name} as it is`).toBe(false)
  const unseen: number[] = []
  for (const place of places) {
    of.bytes[place]! ^= 1 << (place % 8)
    if (!(await isFound(centre))) unseen.push(place)
    of.bytes[place]! ^= 1 << (place % 8)
    if (place % 1_000 === 0) await setImmediate()
  }
  return unseen
}

const everyByte = ({ bytes }: Held) => bytes.keys()
/** So many places, the first and the last among them. */
const some = ({ bytes }: Held, count: number) =>
  Array.from({ length: count }, (_, place) => Math.floor(((bytes.byteLength - 1) * place) / (count - 1)))
const found = (check: (centre: Centre, add: () => void) => Promise<unknown>) => async (centre: Centre) => {
  let problems = 0
  await check(centre, () => {
    problems += 1
  })
  return problems > 0
}
/** As `verify --full` does each; the whole of it takes longer. */
const content = found((centre, add) =>
  verifyContent(centre, { add }, { decode: decodeRecord, sample: null, onProgress: () => {} }),
)
const log = found((centre, add) => verifyLog(centre, { add }, true))
const whole = async (centre: Centre) =>
  !(await verifyArchive(centre, { full: true, decode: decodeRecord })).ok

async function rows<Row>(statement: string): Promise<Row[]> {
  return (await process.centre.pool.query(statement)).rows as Row[]
}
async function names(prefix: string): Promise<string[]> {
  return (await Array.fromAsync(world.objects.list(prefix))).map(({ name }) => name)
}

describe('a flipped byte', () => {
  it('is found wherever it is in a segment', async () => {
    const [smallest] = await rows<{ name: string; blocks: bigint[] }>(
      `select object_name as name, array(select id from block where segment_id = segment.id) as blocks from segment
        where id in (select segment_id from block join message on block_id = block.id) order by bytes limit 1`,
    )
    const segment = await held(smallest!.name)
    expect(segment.bytes.byteLength).toBeGreaterThan(300)
    // Every byte as verification opens it, and some through the whole of it.
    const opened = async (centre: Centre) =>
      Promise.all(smallest!.blocks.map((block) => createContentReader(centre).block(block))).then(
        () => false,
        () => true,
      )
    expect(await missed(segment, everyByte(segment), opened)).toEqual([])
    expect(await missed(segment, some(segment, 20), content)).toEqual([])
    expect(await missed(segment, some(segment, 3), whole)).toEqual([])
  })

  it('is found in a segment in which no message lies, only what was not imported', async () => {
    const [other] = await rows<{ name: string }>(
      `select object_name as name from segment where not exists (
         select from block join message on block_id = block.id where segment_id = segment.id) order by bytes limit 1`,
    )
    const segment = await held(other!.name)
    const places = Array.from({ length: 40 }, (_, place) =>
      Math.floor((segment.bytes.byteLength * place) / 40),
    )
    expect(await missed(segment, places, content)).toEqual([])
  })

  it('is found wherever it is in a large attachment', async () => {
    const [stored] = await rows<StoredAttachment>(
      'select object_name, wrapped_key from attachment where reference_count > 0 order by bytes limit 1',
    )
    const attachment = await held(stored!.object_name)
    // Every byte as verification opens it, and some through the whole of it.
    const [key] = await process.centre.vault.unwrap([stored!.wrapped_key])
    const opened = async (centre: Centre) => {
      const opener = createChunkOpener({ key: key!, name: attachment.name })
      try {
        opener.update(await centre.objects.get(attachment.name))
        opener.final()
        return false
      } catch {
        return true
      }
    }
    expect(await missed(attachment, everyByte(attachment), opened)).toEqual([])
    expect(await missed(attachment, some(attachment, 20), content)).toEqual([])
  })

  it('is found wherever it is in a tile of the log', async () => {
    const tile = await held((await names('log/tile/0/'))[0]!)
    const { size, root } = (await lastCheckpoint(process.centre))!
    // Every byte as verification holds the log against what was signed, and some through the whole of it.
    const differs = async (centre: Centre) =>
      !(await rootOf(size, (await openTiles(centre)).readNode)).equals(root)
    expect(tile.bytes.byteLength).toBe(32 * Number(size))
    expect(await missed(tile, everyByte(tile), differs)).toEqual([])
    expect(await missed(tile, some(tile, 30), log)).toEqual([])
  })

  it('is found wherever it is in the copy of a checkpoint', async () => {
    const copy = await held((await names('log/checkpoints/'))[0]!)
    expect(await missed(copy, everyByte(copy), log)).toEqual([])
  })

  it('is found in the entries of the log', async () => {
    const entries = await held((await names('log/tile/entries/'))[0]!)
    expect(await missed(entries, some(entries, 100), log)).toEqual([])
  })

  it('is found wherever it is in a checkpoint of the database', async () => {
    const [kept] = await rows<{ note: string }>('select note from log_checkpoint')
    const bytes = Buffer.from(kept!.note)
    const unseen: number[] = []
    for (const place of bytes.keys()) {
      const changed = Buffer.from(bytes)
      changed[place]! ^= 1
      await process.centre.pool.query('update log_checkpoint set note = $1', [changed.toString()])
      if (!(await log(process.centre))) unseen.push(place)
    }
    await process.centre.pool.query('update log_checkpoint set note = $1', [kept!.note])
    expect(unseen).toEqual([])
    expect(await whole(process.centre)).toBe(false)
  })
})
