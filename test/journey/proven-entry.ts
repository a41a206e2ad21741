/** A proof of the integrity log, checked as an outsider does. */
import { openNote, readCheckpoint } from '../../src/archive/log/index.ts'
import { isIncluded, leafHash } from '../../src/archive/log/merkle.ts'

/** What a proof's leaf says, where it leads to the root that the key's holder signed. */
export function provenEntry(proof: string, verifierKey: string): Record<string, unknown> {
  const end = proof.indexOf('\n\n')
  const [, extra, index, ...steps] = proof.slice(0, end).split('\n')
  const leaf = Buffer.from(extra!.slice('extra '.length), 'base64')
  const { size, root } = readCheckpoint(openNote(proof.slice(end + 2), verifierKey))
  const path = steps.map((step) => Buffer.from(step, 'base64'))
  if (!isIncluded(leafHash(leaf), BigInt(index!.slice('index '.length)), size, path, root))
    throw new Error('The proof does not lead to the signed root.')
  return JSON.parse(leaf.toString())
}
