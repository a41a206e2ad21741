import type { z } from 'zod'
import type { fileProblem } from '../../api/values.ts'
import { type ArchiveParts, listMailboxes } from '../../archive/index.ts'
import { isAppError } from '../../domain/errors.ts'
import { type MappingRow, parseMapping } from '../../domain/mapping-file.ts'

export type FileProblem = z.infer<typeof fileProblem>

/** More than these nobody mends one by one. */
const problemsMax = 1_000

type Read<Taken> = ({ readonly taken: true } & Taken) | { taken: false; problems: FileProblem[] }

/** A custom mapping as it was sent, or what is wrong with it, row by row. */
export async function readMappingUpload(
  centre: ArchiveParts,
  body: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Read<{ readonly rows: readonly MappingRow[] }>> {
  const content = await contentOf(body)
  const mailboxes = await listMailboxes(centre)
  return problemsOf(() => ({
    rows: parseMapping(content, new Set(mailboxes.map(({ address }) => address)), name),
  }))
}

/** The whole of an upload; its size is bounded by the contract. */
export async function contentOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What reading a file gave, or the problems its refusal lists. Any other failure is thrown on. */
export function problemsOf<Taken extends object>(read: () => Taken): Read<Taken> {
  try {
    return { taken: true, ...read() }
  } catch (error) {
    const problems = isAppError(error) ? error.details.problems : undefined
    if (!Array.isArray(problems)) throw error
    return { taken: false, problems: problems.slice(0, problemsMax) as FileProblem[] }
  }
}
