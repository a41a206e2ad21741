/** A file of any size for the feed, with bytes that no compression makes smaller. */
import { createHash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { LargeFile } from './corpus.ts'
import { createNumbers } from './numbers.ts'

const pieceBytes = 4 * 1024 * 1024
const sdkfileid = 'benchLargeFile'

/** Makes the folder with the file, named as the media folder of a capture wants it. */
export async function makeLargeFile(folder: string, bytes: number): Promise<LargeFile> {
  await mkdir(folder, { recursive: true })
  const file = await open(join(folder, sdkfileid), 'w')
  const digest = createHash('md5')
  const numbers = createNumbers(1)
  const piece = new Uint32Array(pieceBytes / 4).map(() => numbers.integer())
  for (let written = 0; written < bytes; ) {
    piece[0] = written
    const part = Buffer.from(piece.buffer, 0, Math.min(pieceBytes, bytes - written))
    digest.update(part)
    await file.write(part)
    written += part.byteLength
  }
  await file.close()
  return { sdkfileid, md5: digest.digest('hex'), name: 'large.bin', bytes }
}
