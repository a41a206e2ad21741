/**
 * What a newer log tells of the time between a backup and its restore, done again: holds are placed, what was disposed of is
 * disposed of. Entries hold no names and no queries, so a hold comes back wider than it was, and the rest is told to people.
 */
import { createDispositionRun, dispose } from '../archive/disposition/index.ts'
import {
  logKey,
  noteLogEntries,
  openTiles,
  readStoredLog,
  rootOf,
  type StoredLog,
} from '../archive/log/index.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { faultPoint } from '../platform/faults.ts'
import { createLocalObjectStore } from '../platform/object-store/local-object-store.ts'
import { createKysely, inTransaction } from '../platform/postgres/index.ts'
import { below } from './former-log.ts'
import { refused } from './manifest.ts'
import type { BackupParts } from './parts.ts'
import { dispositionSuspension, replayedName, type Suspension } from './restore.ts'
import { type LoggedHold, readSince, type Since } from './since-backup.ts'

export interface ReplayParts extends BackupParts {
  /** Places a hold over whole mailboxes; answers its number. */
  placeHold(hold: {
    readonly name: string
    readonly days: number | null
    readonly note: string
    readonly confidential: boolean
    readonly mailboxIds: readonly number[]
  }): Promise<number>
}

export interface ReplayOptions {
  /** A copy of a newer object store or the objects of a newer backup; absent: what the object store had before the restore. */
  readonly folder?: string | undefined
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean
  readonly onProgress?: (done: number, total: number) => void
}

export interface ReplayedHold {
  /** As the log numbers it. */
  readonly hold: number
  /** ISO time. */
  readonly at: string
  readonly kind: string
  /** Under which it is placed again; null: it is not. */
  readonly name: string | null
  readonly mailboxes: number
  /** Mailboxes that were made after the backup, by their numbers. */
  readonly unknownMailboxes: readonly number[]
}

export interface Replay {
  /** ISO time of the backup. */
  readonly backup: string
  /** Entries of the newer log after the backup, up to its last checkpoint. */
  readonly entries: number
  readonly holds: readonly ReplayedHold[]
  readonly releases: number
  readonly dispositions: {
    readonly logged: number
    /** Of these, items that the backup brought back. */
    readonly backAgain: number
    readonly disposed: number
    /** A hold or retention keeps them now. */
    readonly kept: number
    /** Items that came after the backup, and so are not here. */
    readonly notHere: number
  }
  /** Entries of other kinds, counted. */
  readonly others: Readonly<Record<string, number>>
  /** What people have to do before dispositions go on. */
  readonly forPeople: readonly string[]
}

const graceDays = 30
const dayMs = 86_400_000

/** Throws `backup-refused` where nothing is suspended, there is no newer log, or it is not the one of this archive. */
export async function replayLog(parts: ReplayParts, options: ReplayOptions = {}): Promise<Replay> {
  const suspension = await dispositionSuspension(parts)
  if (suspension === null) throw refused('Nothing was restored that waits for a replay.')
  const log = await newerLog(parts, suspension, options.folder)
  const since = await readSince(log, BigInt(suspension.entries))
  const holds = await replayHolds(parts, since, suspension.backup, options.dryRun ?? false)
  const dispositions = await replayDispositions(parts, since, options)
  const replay: Replay = {
    backup: suspension.backup,
    entries: since.entries,
    holds,
    releases: since.releases.length,
    dispositions,
    others: since.others,
    forPeople: forPeople(since, holds, dispositions),
  }
  if (!options.dryRun) await noteReplay(parts, log, replay)
  return replay
}

/** The newer log, once it is shown to go on from the one that was restored. */
async function newerLog(
  parts: BackupParts,
  { entries, former }: Suspension,
  folder: string | undefined,
): Promise<StoredLog> {
  if (folder === undefined && former === null)
    throw refused(
      'The object store had no newer log when this was restored: name a copy of it, or a newer backup, by --log.',
    )
  const objects =
    folder === undefined
      ? below(parts.objects, former!)
      : await createLocalObjectStore({ folder, readOnly: true })
  const log = await readStoredLog(objects, (await logKey(parts)).verifierKey)
  const base = BigInt(entries)
  if (log === null || log.size < base) throw refused('The log there is older than the backup.')
  const own = await openTiles(parts)
  const ends = log.root.equals(await rootOf(log.size, log.tiles.readNode))
  if (!ends || !(await rootOf(base, own.readNode)).equals(await rootOf(base, log.tiles.readNode)))
    throw refused('The log there does not go on from the one that was restored, or it was changed.')
  return log
}

async function replayHolds(
  parts: ReplayParts,
  since: Since,
  backup: string,
  dryRun: boolean,
): Promise<ReplayedHold[]> {
  const { rows } = await parts.pool.query<{ id: number }>('select id from mailbox')
  const there = new Set(rows.map(({ id }) => id))
  const held = await heldAtBackup(parts, backup)
  const done: ReplayedHold[] = []
  for (const hold of since.holds) {
    // What was noted before the backup and entered after it is here already.
    const fresh = hold.mailboxes.filter((id) => !held.has(`${hold.hold} ${id}`))
    if (fresh.length === 0) continue
    const known = fresh.filter((id) => there.has(id))
    const over = isOver(hold, since, parts.clock.now())
    const name = over || known.length === 0 ? null : `Hold ${hold.hold} of the log, placed again`
    if (name !== null && !dryRun && !(await isPlaced(parts, hold)))
      await parts.placeHold({
        ...{ name, days: hold.days, note: noteOf(hold), confidential: hold.confidential },
        mailboxIds: known,
      })
    faultPoint('replay.hold-placed')
    done.push({
      hold: hold.hold,
      at: new Date(hold.at).toISOString(),
      kind: hold.kind,
      name,
      mailboxes: known.length,
      unknownMailboxes: fresh.filter((id) => !there.has(id)),
    })
  }
  return done
}

/** `HOLD MAILBOX` of what the backup brought back; numbers that it gives out anew are not among them. */
async function heldAtBackup({ pool }: ReplayParts, backup: string): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ known: string }>(
    `select hold_id || ' ' || mailbox_id as known from hold_mailbox where added_at <= $1`,
    [backup],
  )
  return new Set(rows.map(({ known }) => known))
}

/** Whether all of it was released again, and the 30 days after that are over too. */
function isOver({ hold }: LoggedHold, { releases }: Since, now: number): boolean {
  return releases.some((one) => one.hold === hold && one.whole && one.at + graceDays * dayMs < now)
}

/** By its note: the name of a confidential hold may be given twice. */
async function isPlaced({ pool }: ReplayParts, hold: LoggedHold): Promise<boolean> {
  return (await pool.query('select 1 from hold where note = $1', [noteOf(hold)])).rowCount !== 0
}

function noteOf({ leaf, kind }: LoggedHold): string {
  const wider =
    kind === 'litigation' ? '' : ' It holds whole mailboxes: the log does not say what it was for.'
  return `Placed again after a restore, by entry ${leaf} of the integrity log.${wider}`
}

async function replayDispositions(
  parts: ReplayParts,
  { disposals }: Since,
  { dryRun, onProgress }: ReplayOptions,
): Promise<Replay['dispositions']> {
  const { rows } = await parts.pool.query<{ message_id: bigint; mailbox_id: number; entry: bigint }>(
    `select item.message_id, item.mailbox_id, told.entry
       from unnest($1::bigint[], $2::bigint[]) as told (leaf, entry)
       join log_leaf on log_leaf.leaf = told.leaf
       join item using (message_id, mailbox_id)`,
    [disposals.map(({ of }) => of), disposals.map(({ leaf }) => leaf)],
  )
  const { rows: known } = await parts.pool.query<{ leaves: bigint }>(
    'select count(*) as leaves from log_leaf where leaf = any($1)',
    [disposals.map(({ of }) => of)],
  )
  const counts = {
    logged: disposals.length,
    backAgain: rows.length,
    notHere: disposals.length - Number(known[0]!.leaves),
  }
  if (rows.length === 0 || dryRun) return { ...counts, disposed: 0, kept: 0 }
  const run = await inTransaction(parts.pool, async (client) => {
    const id = await createDispositionRun(client, {
      ...{ reason: 'purge', requestedBy: 'restore', asOf: parts.clock.now() },
    })
    await client.query(
      `insert into disposition_item (run_id, message_id, mailbox_id, basis)
       select $1, message_id, mailbox_id, jsonb_build_object('replays', entry)
         from unnest($2::bigint[], $3::int[], $4::bigint[]) as told (message_id, mailbox_id, entry) on conflict do nothing`,
      [
        id,
        rows.map(({ message_id }) => message_id),
        rows.map(({ mailbox_id }) => mailbox_id),
        rows.map(({ entry }) => entry),
      ],
    )
    return id
  })
  faultPoint('replay.run-filled')
  const { disposed, kept } = await dispose(parts, run, {
    replay: true,
    ...(onProgress ? { onProgress } : {}),
  })
  return { ...counts, disposed, kept }
}

function forPeople(
  since: Since,
  holds: readonly ReplayedHold[],
  { kept, notHere }: Replay['dispositions'],
): string[] {
  const told: string[] = []
  const other = holds.filter(({ kind, name }) => name !== null && kind !== 'litigation')
  if (other.length > 0)
    told.push(
      `${numbers(other)} had a query or a case, which the log does not tell: ${other.length === 1 ? 'it holds' : 'they hold'} whole mailboxes now. Place the right ones, then release these.`,
    )
  const unknown = holds.filter(({ unknownMailboxes }) => unknownMailboxes.length > 0)
  if (unknown.length > 0)
    told.push(
      `${numbers(unknown)} held mailboxes that were made after the backup: import the directory, then add them.`,
    )
  for (const { hold, at, whole } of since.releases)
    told.push(
      `Hold ${hold} was released${whole ? '' : ' from some mailboxes'} on ${new Date(at).toISOString().slice(0, 10)}: it holds again; release it again if that is right.`,
    )
  if (kept > 0)
    told.push(
      `${kept} items that had been disposed of are kept by a hold or a retention policy that applies now: look at them.`,
    )
  if (notHere > 0)
    told.push(
      `${notHere} items came and were disposed of after the backup: if a site feeds them again, they come back and have to go again.`,
    )
  for (const [kind, what] of Object.entries(byHand))
    if (since.others[kind]) told.push(`${since.others[kind]} ${what}`)
  return told
}

/** Kinds of entries that say that something was changed and not what to. */
const byHand: Readonly<Record<string, string>> = {
  label: 'times labels were set or changed: set them again.',
  policy: 'times policies were changed: make the same changes again before dispositions go on.',
  'role-change': 'times roles were changed: look through the role groups.',
  move: 'times items were moved or purged by users: what they deleted is back where it was.',
}

function numbers(holds: readonly ReplayedHold[]): string {
  return `Hold${holds.length === 1 ? '' : 's'} ${holds.map(({ hold }) => hold).join(', ')}`
}

async function noteReplay({ pool, clock }: BackupParts, log: StoredLog, replay: Replay): Promise<void> {
  await inTransaction(pool, async (client) => {
    const at = clock.now()
    const { entries, holds, dispositions } = replay
    await client.query(
      `insert into installation (name, value) values ($1, $2)
       on conflict (name) do update set value = excluded.value`,
      [replayedName, JSON.stringify({ entries, size: String(log.size), at: new Date(at).toISOString() })],
    )
    const placed = holds.filter(({ name }) => name !== null).length
    const facts = { act: 'replay', entries, holds: placed, disposed: dispositions.disposed }
    await appendAudit(createKysely(client), {
      ...{ at, operation: 'replay-log', outcome: 'succeeded' },
      details: { ...facts, kept: dispositions.kept, forPeople: replay.forPeople.length },
    })
    await noteLogEntries(client, [
      { at, kind: 'restore', facts: { ...facts, size: Number(log.size), root: log.root.toString('base64') } },
    ])
  })
}
