/** What an officer recovered, against the log's key: neither archive nor escrow is needed. */
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { commitmentOf } from '../content-block.ts'
import { provenEntry } from '../log/verify-bundle.ts'
import { recoveryForm } from './recover.ts'

const manifestForm = z.object({
  form: z.literal(recoveryForm),
  verifierKey: z.string(),
  items: z.array(
    z.object({
      file: z.string(),
      sha256: z.string(),
      salt: z.string(),
      proofs: z.array(z.object({ file: z.string() })),
    }),
  ),
})

export interface RecoveryVerification {
  readonly ok: boolean
  readonly items: number
  /** Items that the log entered just so; one that came after the last checkpoint has no proof. */
  readonly proven: number
  readonly problems: readonly string[]
}

export async function isRecovery(folder: string): Promise<boolean> {
  return manifestForm.safeParse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).success
}

/** @param verifierKey the key one was given by another way; null believes the one in the folder. */
export async function verifyRecovery(
  folder: string,
  verifierKey: string | null,
): Promise<RecoveryVerification> {
  const read = (name: string) => readFile(join(folder, name))
  const manifest = manifestForm.parse(JSON.parse((await read('manifest.json')).toString()))
  const key = verifierKey ?? manifest.verifierKey
  const problems: string[] = []
  let proven = 0
  for (const { file, sha256, salt, proofs } of manifest.items) {
    try {
      const digest = hash('sha256', await read(file), 'buffer')
      if (digest.toString('hex') !== sha256) throw new Error('it was changed')
      const committed = commitmentOf(Buffer.from(salt, 'hex'), digest).toString('base64')
      for (const proof of proofs) {
        const { kind, c } = await provenEntry((await read(proof.file)).toString(), key)
        if (kind !== 'import' || c !== committed) throw new Error('it is not what the log committed to')
      }
      if (proofs.length > 0) proven += 1
    } catch (error) {
      problems.push(`${file}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return { ok: problems.length === 0, items: manifest.items.length, proven, problems }
}
