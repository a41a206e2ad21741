/** What records cost: an import under holds, retention, log and supervision; a back-test; a hold; disposition; a proof. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { listMailboxes, parseItemId } from '../src/archive/index.ts'
import { integrate, proveItem, signCheckpoint } from '../src/archive/log/index.ts'
import { inclusionPath } from '../src/archive/log/merkle.ts'
import { createTileReader, writeTiles } from '../src/archive/log/tiles.ts'
import { placeHold } from '../src/compliance/holds/index.ts'
import {
  approvePolicy,
  askForPolicy,
  createRetentionPolicy,
  type NewRetentionPolicy,
  simulatePolicy,
} from '../src/compliance/retention/index.ts'
import { createLocalObjectStore } from '../src/platform/object-store/local-object-store.ts'
import { parseQuery, searchItems } from '../src/search/index.ts'
import { type DispositionFigures, measureDisposition } from './disposition.ts'
import type { Firm } from './firm.ts'
import { type HoldFigures, measureHolds } from './holds.ts'
import type { ImportFigures } from './import.ts'
import {
  type BackTestFigures,
  measureBackTest,
  measureTemplates,
  superviseBench,
  type TemplateFigures,
} from './supervision.ts'

export interface RecordFigures {
  /** Nothing but the archive itself, and under everything that `recordsOn` switches on, in one run. */
  readonly plain: ImportFigures
  readonly recorded: ImportFigures
  readonly backTest: BackTestFigures
  readonly templates: TemplateFigures
  readonly hold: HoldFigures
  readonly disposition: DispositionFigures
  /** Milliseconds, median of many: an item of this archive, entry and content read; and the path alone in a long log. */
  readonly proofMilliseconds: number
  readonly longProof: { readonly entries: number; readonly milliseconds: number }
}

/** A litigation hold on every mailbox, three retention policies, a thousand terms in two languages. */
export async function recordsOn(firm: Firm): Promise<void> {
  const { centre } = firm
  const mailboxIds = (await listMailboxes(centre)).map(({ id }) => id)
  const hold = {
    ...{ name: 'Everybody', query: null, days: null, caseName: null, note: null, owner: null, url: null },
    ...{ confidential: false, readers: [] },
  }
  await placeHold(centre, hold, mailboxIds, { username: 'bench' })
  const policy: NewRetentionPolicy = {
    ...{ name: '', action: 'retain', period: { count: 6, unit: 'years' }, starts: 'created', scope: 'all' },
    ...{ mailboxIds: [], early: false, basis: '' },
  }
  for (const wanted of [
    { ...policy, name: 'Six years' },
    { ...policy, name: 'Then gone', action: 'retain-then-delete', starts: 'modified' } as const,
    {
      ...policy,
      name: 'Some longer',
      period: { count: 10, unit: 'years' },
      scope: 'static',
      mailboxIds: mailboxIds.slice(0, 5),
    } as const,
  ]) {
    await createRetentionPolicy(centre, wanted, 'bench')
    await simulatePolicy(centre, wanted.name)
    await askForPolicy(centre, wanted.name, 'bench')
    await approvePolicy(centre, wanted.name, 'second')
  }
  await superviseBench(firm)
}

/** Enters into the log while something else goes on, as a worker does. */
export function enterMeanwhile({ centre }: Firm): { stop(): Promise<void> } {
  let going = true
  const entering = (async () => {
    while (going) {
      await integrate(centre)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  })()
  return {
    stop: async () => {
      going = false
      await entering
    },
  }
}

export async function measureRecords(
  firm: Firm,
  items: number,
): Promise<Omit<RecordFigures, 'plain' | 'recorded' | 'templates' | 'longProof' | 'disposition'>> {
  const { centre } = firm
  await integrate(centre)
  const backTest = await measureBackTest(firm)
  const query = 'kind:text'
  const { items: found } = await searchItems(centre.pool, parseQuery(query, { now: centre.clock.now() }), {
    limit: 50,
  })
  await signCheckpoint(centre)
  const times: number[] = []
  for (const { id } of found) {
    const start = performance.now()
    await proveItem(centre, id)
    times.push(performance.now() - start)
  }
  const { messageId, mailboxId } = parseItemId(found[0]!.id)
  const hold = await measureHolds(centre, { messageId, mailboxId, query }, items)
  return { backTest, proofMilliseconds: medianOf(times), hold }
}

const entriesAtOnce = 51_200

/** Paths to the root in a log of so many entries, tiles read from the disk. */
export async function measureLongProof(entries: number): Promise<RecordFigures['longProof']> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-log-'))
  try {
    const objects = await createLocalObjectStore({ folder })
    const unsynced = {
      ...objects,
      put: (name: string, bytes: Uint8Array) => putUnsynced(folder, name, bytes),
    }
    for (let size = 0; size < entries; size += entriesAtOnce) {
      const count = Math.min(entriesAtOnce, entries - size)
      const batch = Array.from({ length: count }, (_, place) => Buffer.from(`{"n":${size + place}}`))
      await writeTiles(unsynced, BigInt(size), batch)
    }
    const times: number[] = []
    for (let turn = 0; turn < 101; turn += 1) {
      const { readNode, entry } = createTileReader(objects, BigInt(entries))
      const index = BigInt(Math.floor((entries * turn) / 101))
      const start = performance.now()
      await Promise.all([entry(index), inclusionPath(index, BigInt(entries), readNode)])
      times.push(performance.now() - start)
    }
    return { entries, milliseconds: medianOf(times) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Where the store would put it, without waiting for the disk: 10,000,000 entries are 78,000 files. */
async function putUnsynced(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
}

export { measureDisposition, measureTemplates }

function medianOf(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Math.round(sorted[Math.floor(sorted.length / 2)]! * 10) / 10
}
