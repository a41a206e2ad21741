/**
 * The log as objects in the form of C2SP tlog-tiles: tiles of up to 256 hashes and bundles of up to 256 entries. A tile
 * that is not full bears its width in its name; the next, wider one takes its place.
 */
import type { ObjectStore } from '../../platform/object-store/object-store.ts'
import { hashBytes, leafHash, nodeHash, type ReadNode } from './merkle.ts'

export const tileWidth = 256
const tileHeight = 8

/** Where the log lies in the object store. */
export const logFolder = 'log/'

/** tlog-tiles: `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last with an `x` before. */
export function tileName(level: number | 'entries', index: bigint, width: number): string {
  const digits = index.toString()
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g)!
  const path = groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join('/')
  return `${logFolder}tile/${level}/${path}${width < tileWidth ? `.p/${width}` : ''}`
}

/** How many hashes, or entries at level 0, the tile has when the log has `size` leaves. */
export function widthOf(level: number, index: bigint, size: bigint): number {
  const hashes = size >> BigInt(level * tileHeight)
  const inTile = hashes - index * BigInt(tileWidth)
  return inTile >= tileWidth ? tileWidth : Number(inTile < 0n ? 0n : inTile)
}

/** A bundle: each entry after its length in two bytes. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + 2 + entry.byteLength, 0))
  let offset = 0
  for (const entry of entries) {
    offset = bytes.writeUInt16BE(entry.byteLength, offset)
    bytes.set(entry, offset)
    offset += entry.byteLength
  }
  return bytes
}

/** Throws a RangeError where the bytes end within an entry. */
export function decodeBundle(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = []
  for (let offset = 0; offset < bytes.byteLength; ) {
    const length = bytes.readUInt16BE(offset)
    const end = offset + 2 + length
    if (end > bytes.byteLength) throw new RangeError('a bundle of the log ends within an entry')
    entries.push(bytes.subarray(offset + 2, end))
    offset = end
  }
  return entries
}

/**
 * Writes the entries that follow the first `size` leaves: bundles, and the tiles of all levels that grow by them.
 * Writing the same entries again writes the same bytes. Answers the names of narrower tiles that these replace.
 */
export async function writeTiles(
  objects: ObjectStore,
  size: bigint,
  entries: readonly Buffer[],
): Promise<string[]> {
  const replaced: string[] = []
  const grow = async (level: number | 'entries', pieces: readonly Buffer[], from: bigint) => {
    const full: Buffer[] = []
    let index = from / BigInt(tileWidth)
    const before = Number(from % BigInt(tileWidth))
    let open: Buffer[] = before === 0 ? [] : await readPieces(objects, level, index, before)
    if (before > 0) replaced.push(tileName(level, index, before))
    for (let place = 0; place < pieces.length; index += 1n) {
      const added = pieces.slice(place, place + tileWidth - open.length)
      place += added.length
      const tile = [...open, ...added]
      const bytes = level === 'entries' ? encodeBundle(tile) : Buffer.concat(tile)
      await objects.put(tileName(level, index, tile.length), bytes)
      if (tile.length === tileWidth) full.push(level === 'entries' ? bytes : subtreeHash(tile))
      open = []
    }
    return full
  }
  await grow('entries', entries, size)
  let hashes: Buffer[] = entries.map(leafHash)
  for (let level = 0; hashes.length > 0; level += 1) {
    hashes = await grow(level, hashes, size >> BigInt(level * tileHeight))
  }
  return replaced
}

async function readPieces(
  objects: ObjectStore,
  level: number | 'entries',
  index: bigint,
  width: number,
): Promise<Buffer[]> {
  const bytes = Buffer.from(await objects.get(tileName(level, index, width)))
  return level === 'entries' ? decodeBundle(bytes) : hashesOf(bytes)
}

export function hashesOf(tile: Buffer): Buffer[] {
  const count = Math.floor(tile.byteLength / hashBytes)
  return Array.from({ length: count }, (_, place) =>
    tile.subarray(place * hashBytes, (place + 1) * hashBytes),
  )
}

/** Of 2^n hashes. */
function subtreeHash(hashes: readonly Buffer[]): Buffer {
  let row = hashes
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, pair) => nodeHash(row[2 * pair]!, row[2 * pair + 1]!))
  }
  return row[0]!
}

const tilesRemembered = 2_000

/** Reads nodes out of the tiles of a log that has `written` leaves in the object store, the last tiles kept in memory. */
export function createTileReader(objects: Pick<ObjectStore, 'get'>, written: bigint) {
  const tiles = new Map<string, Promise<Buffer>>()
  const tile = (level: number | 'entries', index: bigint) => {
    const name = tileName(level, index, widthOf(level === 'entries' ? 0 : level, index, written))
    let bytes = tiles.get(name)
    if (bytes === undefined) {
      bytes = objects.get(name).then((got) => Buffer.from(got))
      bytes.catch(() => tiles.delete(name))
      if (tiles.size >= tilesRemembered) tiles.delete(tiles.keys().next().value!)
      tiles.set(name, bytes)
    }
    return bytes
  }
  const readNode: ReadNode = async (height, index) => {
    const level = Math.floor(height / tileHeight)
    const above = height - level * tileHeight
    const first = index << BigInt(above)
    const hashes = hashesOf(await tile(level, first / BigInt(tileWidth)))
    const place = Number(first % BigInt(tileWidth))
    return subtreeHash(hashes.slice(place, place + (1 << above)))
  }
  return {
    readNode,
    /** The bytes of a leaf. */
    async entry(index: bigint): Promise<Buffer> {
      const entries = decodeBundle(await tile('entries', index / BigInt(tileWidth)))
      const entry = entries[Number(index % BigInt(tileWidth))]
      if (!entry) throw new RangeError(`the log's bundle lacks entry ${index}`)
      return entry
    },
  }
}

export type TileReader = ReturnType<typeof createTileReader>
