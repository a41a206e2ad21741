/** A bundle against itself and against the key one was given: no archive is needed. */
import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { commitmentOf } from '../content-block.ts'
import { bundleForm } from './bundle.ts'
import { openNote, readCheckpoint } from './checkpoint.ts'
import { isIncluded, leafHash } from './merkle.ts'

const manifestForm = z.object({
  form: z.literal(bundleForm),
  verifierKey: z.string(),
  stream: z.string(),
  mailbox: z.string(),
  lastSequence: z.int(),
  items: z.array(z.object({ file: z.string(), proof: z.string(), sequence: z.int(), salt: z.string() })),
  disposed: z.array(z.object({ sequence: z.int(), proof: z.string() })),
  files: z.record(z.string(), z.string()),
})

export interface BundleVerification {
  readonly ok: boolean
  readonly problems: readonly string[]
  readonly delivered: number
  readonly disposed: readonly number[]
  /** Numbers of the mailbox that are neither here nor disposed of: the producer chose not to produce them. */
  readonly notProduced: readonly number[]
  /** Entries in the log when its checkpoint was signed. */
  readonly logSize: string
}

/** @param verifierKey the key one was given by another way; null believes the one in the bundle. */
export async function verifyBundleFolder(
  folder: string,
  verifierKey: string | null,
): Promise<BundleVerification> {
  const problems: string[] = []
  const check = async (what: string, work: () => Promise<void>) => {
    await work().catch((error: unknown) =>
      problems.push(`${what}: ${error instanceof Error ? error.message : error}`),
    )
  }
  const read = (name: string) => readFile(join(folder, name))
  const text = (await read('manifest.json')).toString()
  const manifest = manifestForm.parse(JSON.parse(text))
  const key = verifierKey ?? manifest.verifierKey
  const delivered = new Set<number>()
  const disposed = new Set<number>()
  let logSize = 0n
  await check('manifest.json', async () => {
    const signed = openNote((await read('manifest.note')).toString(), key)
    require(signed === `${bundleForm}\n${hash('sha256', text, 'hex')}\n`, 'it is not the one that was signed')
    require(manifest.verifierKey === key, 'it names another key than the one given')
  })
  await check('files', () => checkFiles(folder, manifest.files))
  await check('checkpoint', async () => {
    logSize = readCheckpoint(openNote((await read('checkpoint')).toString(), key)).size
  })
  for (const { file, proof, sequence, salt } of manifest.items) {
    await check(file, async () => {
      const entry = await provenEntry((await read(proof)).toString(), key)
      const committed = commitmentOf(Buffer.from(salt, 'hex'), hash('sha256', await read(file), 'buffer'))
      require(entry.kind === 'import' && entry.stream === manifest.stream, 'its proof is of another mailbox')
      require(entry.n === sequence && !delivered.has(sequence), 'its number is not that of its entry')
      require(entry.c === committed.toString('base64'), 'it is not what the log committed to')
      delivered.add(sequence)
    })
  }
  for (const { proof, sequence } of manifest.disposed) {
    await check(proof, async () => {
      const entry = await provenEntry((await read(proof)).toString(), key)
      require(entry.kind === 'disposition' &&
        entry.stream === manifest.stream, 'it proves no disposal of this mailbox')
      require(entry.n === sequence, 'its number is not that of its entry')
      disposed.add(sequence)
    })
  }
  const all = Array.from({ length: manifest.lastSequence }, (_, place) => place + 1)
  return {
    ok: problems.length === 0,
    problems,
    delivered: delivered.size,
    disposed: [...disposed],
    notProduced: all.filter((number) => !delivered.has(number) && !disposed.has(number)),
    logSize: String(logSize),
  }
}

/** Every file is listed and as listed, and none is there beside them. */
async function checkFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const there = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
  const listed = new Set([...Object.keys(files), 'manifest.json', 'manifest.note'])
  const unknown = there.filter((name) => !listed.has(name))
  require(unknown.length === 0, `${unknown.join(', ')} does not belong to the bundle`)
  for (const [name, sha256] of Object.entries(files)) {
    require(there.includes(name), `${name} is missing`)
    require(hash('sha256', await readFile(join(folder, name)), 'hex') === sha256, `${name} was changed`)
  }
}

const entryForm = z.object({
  kind: z.string(),
  stream: z.string().optional(),
  n: z.int().optional(),
  c: z.string().optional(),
})

/** The entry whose leaf a proof leads to the signed root from. Throws where it does not, saying so. */
export async function provenEntry(proof: string, key: string): Promise<z.infer<typeof entryForm>> {
  const end = proof.indexOf('\n\n')
  const [form, extra, index, ...path] = proof.slice(0, end).split('\n')
  require(form === 'c2sp.org/tlog-proof@v1' &&
    !!extra?.startsWith('extra ') &&
    !!index?.startsWith('index '), 'its proof has another form')
  const bytes = Buffer.from(extra!.slice(6), 'base64')
  const { size, root } = readCheckpoint(openNote(proof.slice(end + 2), key))
  const steps = path.map((step) => Buffer.from(step, 'base64'))
  require(isIncluded(
    leafHash(bytes),
    BigInt(index!.slice(6)),
    size,
    steps,
    root,
  ), 'its proof does not lead to the signed root')
  return entryForm.parse(JSON.parse(bytes.toString()))
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}
