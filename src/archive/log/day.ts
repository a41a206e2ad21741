/** The checkpoint of a day (UTC): timestamped by a third party and copied to where the operator cannot change it. */
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { sql } from 'kysely'
import { writeNewFile } from '../../platform/durable-file.ts'
import { type Checkpoint, logKey, signCheckpoint } from './checkpoint.ts'
import type { LogParts } from './parts.ts'
import { requestTimestamp } from './timestamp.ts'

export interface DayCheckpoint extends Checkpoint {
  readonly timestamped: boolean
  /** Why the third party's word is missing; it is asked again at the next round. */
  readonly problem: string | null
}

/** Signs the day's checkpoint where there is none, and asks for its timestamp where that is missing. */
export async function signDay(parts: LogParts): Promise<DayCheckpoint> {
  const day = new Date(parts.clock.now()).toISOString().slice(0, 10)
  const checkpoint = (await dayRow(parts, day)) ?? (await signToday(parts, day))
  await copyToWitness(parts, checkpoint)
  const url = parts.log?.timestampUrl ?? null
  if (url === null || checkpoint.timestamped) return { ...checkpoint, problem: null }
  const problem = await timestamp(parts, url, checkpoint)
  return { ...checkpoint, timestamped: problem === null, problem }
}

type DayRow = Omit<DayCheckpoint, 'problem'>

const columns = ['size', 'root', 'note', 'at', 'timestamp_token'] as const

interface StoredRow extends Omit<Checkpoint, 'at'> {
  readonly at: Date
  readonly timestamp_token: Buffer | null
}

function dayRowOf({ timestamp_token, at, ...checkpoint }: StoredRow): DayRow {
  return { ...checkpoint, at: at.toISOString(), timestamped: timestamp_token !== null }
}

async function dayRow({ queries }: LogParts, day: string): Promise<DayRow | null> {
  const row = await queries
    .selectFrom('log_checkpoint')
    .select(columns)
    .where('day', '=', day)
    .executeTakeFirst()
  return row ? dayRowOf(row) : null
}

/** Where nothing came since the checkpoint of a day before, that one stays the last. */
async function signToday(parts: LogParts, day: string): Promise<DayRow> {
  const { size } = await signCheckpoint(parts)
  const row = await parts.queries
    .updateTable('log_checkpoint')
    .set(({ fn, val }) => ({ day: fn.coalesce('day', val(day)) }))
    .where('size', '=', size)
    .returning(columns)
    .executeTakeFirstOrThrow()
  return dayRowOf(row)
}

export interface SignedDay {
  /** As `2026-03-17`, UTC. */
  readonly day: string
  readonly size: number
  readonly at: string
  readonly timestamped: boolean
  /** Why the third party's word is missing where one is asked for. */
  readonly problem: string | null
}

/** The last day that has a checkpoint of its own; a day without a new entry has none. */
export async function lastSignedDay({ queries }: Pick<LogParts, 'queries'>): Promise<SignedDay | null> {
  const row = await lastDayRow({ queries })
  if (!row) return null
  return {
    day: row.day,
    size: Number(row.size),
    at: row.at.toISOString(),
    timestamped: row.timestamp_token !== null,
    problem: row.timestamp_problem,
  }
}

/** What a third party says of the last day's checkpoint (RFC 3161, DER), with the note it says it of; null: nothing. */
export async function lastTimestamp({
  queries,
}: Pick<LogParts, 'queries'>): Promise<{ day: string; note: string; token: Buffer } | null> {
  const row = await lastDayRow({ queries })
  return row?.timestamp_token ? { day: row.day, note: row.note, token: row.timestamp_token } : null
}

function lastDayRow({ queries }: Pick<LogParts, 'queries'>) {
  return queries
    .selectFrom('log_checkpoint')
    .select([...columns, 'timestamp_problem', sql<string>`to_char(day, 'YYYY-MM-DD')`.as('day')])
    .where('day', 'is not', null)
    .orderBy('log_checkpoint.day', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Null, or the sentence of what went wrong, which is kept with the checkpoint. */
async function timestamp(
  { queries }: LogParts,
  url: string,
  { size, note }: Checkpoint,
): Promise<string | null> {
  const found = await requestTimestamp(url, hash('sha256', note, 'buffer')).catch((error: Error) => error)
  const problem = found instanceof Error ? found.message : null
  await queries
    .updateTable('log_checkpoint')
    .set({ timestamp_token: found instanceof Error ? null : found, timestamp_problem: problem })
    .where('size', '=', size)
    .execute()
  return problem
}

async function copyToWitness(parts: LogParts, { size, note }: Checkpoint): Promise<void> {
  const folder = parts.log?.witnessFolder
  if (!folder) return
  const { origin } = await logKey(parts)
  const path = join(folder, `${origin.slice(origin.lastIndexOf('/') + 1)}-${size}`)
  await writeNewFile(path, Buffer.from(note)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
}
