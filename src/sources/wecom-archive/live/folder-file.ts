/** A small JSON file in the route's folder: a memory that may be lost, and is then asked for anew. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'

/** What the file says, or `absent` where there is none that can be read. */
export async function readFolderFile<Value>(
  folder: string,
  name: string,
  schema: z.ZodType<Value>,
  absent: Value,
): Promise<Value> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '')
  if (text === '') return absent
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return absent
  }
}

/** Whole or not at all. */
export async function writeFolderFile(folder: string, name: string, value: unknown): Promise<void> {
  const path = join(folder, name)
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
}
