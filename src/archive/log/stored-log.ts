/** The integrity log out of its objects alone: no database says where it ends. */
import type { ObjectStore } from '../../platform/object-store/object-store.ts'
import { openNote, readCheckpoint } from './checkpoint.ts'
import { createTileReader, decodeBundle, logFolder, type TileReader, tileName, tileWidth } from './tiles.ts'

export interface StoredLog {
  readonly size: bigint
  /** The signed note. */
  readonly note: string
  readonly root: Buffer
  readonly tiles: TileReader
  /** Every entry from `from` up to the checkpoint, with its number. */
  entries(from?: bigint): AsyncGenerator<{ readonly leaf: bigint; readonly bytes: Buffer }>
}

type Reading = Pick<ObjectStore, 'get' | 'list'>

/**
 * The log under its last checkpoint that all entries are there of; null where there is none. Throws `verification-failed`
 * for a checkpoint that the key did not sign.
 */
export async function readStoredLog(objects: Reading, verifierKey: string): Promise<StoredLog | null> {
  const written = await entriesThere(objects)
  const sizes: bigint[] = []
  for await (const { name } of objects.list(`${logFolder}checkpoints/`))
    sizes.push(BigInt(name.slice(name.lastIndexOf('/') + 1)))
  sizes.sort((one, other) => (one < other ? 1 : -1))
  for (const size of sizes) {
    if (size > written) continue
    const note = Buffer.from(await objects.get(`${logFolder}checkpoints/${size}`)).toString()
    const checkpoint = readCheckpoint(openNote(note, verifierKey))
    const tiles = createTileReader(objects, written)
    return {
      size,
      note,
      root: checkpoint.root,
      tiles,
      entries: (from = 0n) => entriesOf(objects, from, size, written),
    }
  }
  return null
}

async function* entriesOf(objects: Reading, from: bigint, size: bigint, written: bigint) {
  const width = BigInt(tileWidth)
  for (let index = from / width; index * width < size; index += 1n) {
    const there = written - index * width
    const name = tileName('entries', index, there >= width ? tileWidth : Number(there))
    const entries = decodeBundle(Buffer.from(await objects.get(name)))
    for (const [place, bytes] of entries.entries()) {
      const leaf = index * width + BigInt(place)
      if (leaf >= from && leaf < size) yield { leaf, bytes }
    }
  }
}

/** By the names of the bundles: `…/<N>` is full, `…/<N>.p/<W>` has W entries; a backup may have narrower ones too. */
async function entriesThere(objects: Reading): Promise<bigint> {
  let there = 0n
  const folder = `${logFolder}tile/entries/`
  for await (const { name } of objects.list(folder)) {
    const [path, width] = name.slice(folder.length).split('.p/')
    const index = BigInt(path!.replaceAll(/[x/]/g, ''))
    const end = index * BigInt(tileWidth) + BigInt(width ?? tileWidth)
    if (end > there) there = end
  }
  return there
}
