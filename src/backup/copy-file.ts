/** Files of a backup: written with their hash, and read back with it. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeNewFile } from '../platform/durable-file.ts'
import type { RandomSource } from '../platform/random.ts'

export interface CopiedFile {
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

/** Durable, and there whole or not at all. */
export async function copyToFile(
  path: string,
  content: AsyncIterable<Uint8Array>,
  random: RandomSource,
): Promise<CopiedFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const unfinished = `${path}.${random.bytes(6).toString('hex')}.unfinished`
  const digest = createHash('sha256')
  const watched = async function* () {
    for await (const chunk of content) {
      digest.update(chunk)
      yield chunk
    }
  }
  try {
    const bytes = await writeNewFile(unfinished, watched())
    await rename(unfinished, path)
    return { bytes, sha256: digest.digest('hex') }
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/** The file's bytes; ends with an error where they are not the ones that were copied. */
export async function* readCopied(path: string, expected: CopiedFile): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    digest.update(chunk)
    bytes += chunk.length
    yield chunk
  }
  if (bytes !== expected.bytes || digest.digest('hex') !== expected.sha256)
    throw new Error(`${path} is not what was copied`)
}
