/** The entries of a log after a backup, by what they tell. */
import { z } from 'zod'
import { leafHash, type StoredLog } from '../archive/log/index.ts'
import { refused } from './manifest.ts'

export interface LoggedHold {
  /** Its first entry. */
  readonly leaf: bigint
  readonly hold: number
  readonly at: number
  readonly kind: string
  readonly days: number | null
  /** True also where an older entry does not say. */
  readonly confidential: boolean
  readonly mailboxes: readonly number[]
}

export interface LoggedRelease {
  readonly hold: number
  readonly at: number
  /** False: from some of its mailboxes. */
  readonly whole: boolean
}

export interface Since {
  readonly entries: number
  readonly holds: readonly LoggedHold[]
  readonly releases: readonly LoggedRelease[]
  /** Entries of disposals, and the entries of the imports that they undo. */
  readonly disposals: readonly { readonly leaf: bigint; readonly of: bigint }[]
  readonly others: Readonly<Record<string, number>>
}

const entryForm = z.object({
  at: z.int(),
  kind: z.string(),
  of: z.int().optional(),
  facts: z.unknown().optional(),
})
const placedForm = z.object({
  hold: z.int(),
  kind: z.string(),
  days: z.int().nullable(),
  confidential: z.boolean().default(true),
  mailboxes: z.array(z.int()),
})
const addedForm = z.object({ hold: z.int(), added: z.array(z.int()) })
const releasedForm = z.object({ hold: z.int(), only: z.array(z.int()).nullable() })

/** Throws `backup-refused` where an entry is not the one that the log's hashes are of. */
export async function readSince(log: StoredLog, from: bigint): Promise<Since> {
  const holds = new Map<number, LoggedHold>()
  const releases: LoggedRelease[] = []
  const disposals: { leaf: bigint; of: bigint }[] = []
  const others: Record<string, number> = {}
  let entries = 0
  for await (const { leaf, bytes } of log.entries(from)) {
    if (!leafHash(bytes).equals(await log.tiles.readNode(0, leaf)))
      throw refused(`Entry ${leaf} of the newer log was changed: take another copy of it.`)
    entries += 1
    const { at, kind, of, facts } = entryForm.parse(JSON.parse(bytes.toString()))
    const placed = kind === 'hold' ? placedForm.safeParse(facts) : null
    const added = kind === 'hold' ? addedForm.safeParse(facts) : null
    const released = kind === 'release' ? releasedForm.safeParse(facts) : null
    if (placed?.success) holds.set(placed.data.hold, { leaf, at, ...placed.data })
    else if (added?.success) holds.set(added.data.hold, withAdded(holds, leaf, at, added.data))
    else if (released?.success)
      releases.push({ hold: released.data.hold, at, whole: released.data.only === null })
    else if (kind === 'disposition' && of !== undefined) disposals.push({ leaf, of: BigInt(of) })
    else others[kind] = (others[kind] ?? 0) + 1
  }
  return { entries, holds: [...holds.values()], releases, disposals, others }
}

/** Of a hold that is older than the backup only the mailboxes are known that it got since: without an end, as the widest. */
function withAdded(
  holds: ReadonlyMap<number, LoggedHold>,
  leaf: bigint,
  at: number,
  { hold, added }: z.infer<typeof addedForm>,
): LoggedHold {
  const known = holds.get(hold)
  if (known) return { ...known, mailboxes: [...new Set([...known.mailboxes, ...added])] }
  return { leaf, hold, at, kind: 'added', days: null, confidential: true, mailboxes: added }
}
