/**
 * Draws from the messages in which a policy found nothing, to estimate what it misses. The seed is committed to the
 * integrity log before the draw and told afterwards, so that nobody can have chosen what was drawn: a message's place in
 * the draw is SHA-256(seed ‖ message id as eight bytes, big end first), lowest first, within each stratum.
 */
import { createHash, hash } from 'node:crypto'
import { noteLogEntries } from '../../archive/log/index.ts'
import { channelCodes, firstMessageIdAt } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, createKysely, inTransaction, type Pool } from '../../platform/postgres/index.ts'
import { policyNameOf, readPolicy, type SupervisionPolicy } from '../supervision/index.ts'
import type { ReviewParts } from './parts.ts'

export const strataNames = ['channel', 'department', 'direction'] as const
export type Stratum = (typeof strataNames)[number]

export interface SampleResult {
  readonly stratum: string
  /** Messages in which nothing was found. */
  readonly messages: number
  readonly drawn: number
}

export interface Sample {
  readonly id: string
  readonly policyId: number
  readonly sentFrom: string
  readonly sentTo: string
  readonly percent: number
  readonly strata: readonly Stratum[]
  /** Hex, SHA-256 of the seed. */
  readonly seedSha256: string
  /** Hex; null until the draw. */
  readonly seed: string | null
  readonly committedBy: string
  readonly committedAt: string
  readonly drawnAt: string | null
  readonly result: readonly SampleResult[] | null
}

export interface NewSample {
  readonly policyId: number
  /** Milliseconds since 1970 UTC of sent times; from inclusive, to exclusive. */
  readonly from: number
  readonly to: number
  /** Default: what the policy says. */
  readonly percent?: number | undefined
  readonly strata?: readonly Stratum[] | undefined
}

const sealPurpose = 'supervision-sample-seed'

/** Commits to a seed; nothing is drawn yet. Throws `sample-refused`. */
export async function commitSample(parts: ReviewParts, wanted: NewSample, by: string): Promise<Sample> {
  const { pool, clock, vault, random } = parts
  const { policy } = await readPolicy(pool, await policyNameOf(pool, wanted.policyId))
  const percent = wanted.percent ?? policy.review.unflaggedPercent
  if (!(percent > 0 && percent <= 100)) throw refused('Say how much to draw: over 0 and up to 100 percent.')
  if (wanted.from >= wanted.to) throw refused('The time of a sample ends after it begins.')
  if (wanted.to > clock.now())
    throw refused('The time of a sample lies in the past: what is still to come cannot be drawn.')
  const seed = random.bytes(32)
  const seedSha256 = hash('sha256', seed, 'buffer')
  const sealed = await vault.seal(sealPurpose, seed)
  return inTransaction(pool, async (client) => {
    const at = clock.now()
    const { rows } = await client.query<SampleRow>(
      `insert into supervision_sample (policy_id, sent_from, sent_to, percent, strata, seed_sha256, sealed_seed, committed_by, committed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *`,
      [
        ...[wanted.policyId, new Date(wanted.from), new Date(wanted.to), percent],
        ...[wanted.strata ?? policy.review.strata, seedSha256, Buffer.from(sealed), by, new Date(at)],
      ],
    )
    const sample = sampleOf(rows[0]!)
    await tell(client, at, by, 'commit-sample', sample, { seedSha256: sample.seedSha256 })
    return sample
  })
}

/** Draws, puts what was drawn into the queue, and reveals the seed. Throws `sample-refused`. */
export async function drawSample(parts: ReviewParts, id: bigint, by: string): Promise<Sample> {
  const { pool, clock, vault } = parts
  const before = await readSample(pool, id)
  if (before.sealed_seed === null) throw refused(`Sample ${id} was drawn already.`)
  const seed = await vault.open(sealPurpose, before.sealed_seed)
  const { policy } = await readPolicy(pool, await policyNameOf(pool, before.policy_id))
  return inTransaction(pool, async (client) => {
    const { rows: locked } = await client.query<SampleRow>(
      'select * from supervision_sample where id = $1 for update',
      [id],
    )
    if (locked[0]!.drawn_at !== null) throw refused(`Sample ${id} was drawn already.`)
    const at = clock.now()
    const strata = await unflagged(client, locked[0]!, policy)
    const result: SampleResult[] = []
    for (const [stratum, messages] of strata) {
      const drawn = drawFrom(messages, seed, Number(locked[0]!.percent))
      await client.query(
        `insert into supervision_alert (policy_id, message_id, origin, sample_id, state, raised_at)
         select $1, unnest($2::bigint[]), 'sample', $3, 'pending', $4 on conflict do nothing`,
        [locked[0]!.policy_id, drawn, id, new Date(at)],
      )
      result.push({ stratum, messages: messages.length, drawn: drawn.length })
    }
    faultPoint('supervision.sample-drawn')
    result.sort((a, b) => (a.stratum < b.stratum ? -1 : 1))
    const { rows } = await client.query<SampleRow>(
      'update supervision_sample set drawn_at = $2, seed = $3, sealed_seed = null, result = $4 where id = $1 returning *',
      [id, new Date(at), Buffer.from(seed), JSON.stringify(result)],
    )
    const sample = sampleOf(rows[0]!)
    await tell(client, at, by, 'draw-sample', sample, { seed: sample.seed, result })
    return sample
  })
}

/** The part of `percent` with the lowest places, rounded up: at least one of a stratum that has any. */
export function drawFrom(messageIds: readonly bigint[], seed: Uint8Array, percent: number): bigint[] {
  const count = Math.ceil((messageIds.length * percent) / 100)
  const placed = messageIds.map((id) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(id)
    return { id, place: createHash('sha256').update(seed).update(bytes).digest() }
  })
  return placed
    .sort((a, b) => Buffer.compare(a.place, b.place))
    .slice(0, count)
    .map(({ id }) => id)
}

/** Messages of supervised people in the time, in which the policy found nothing, by stratum. */
async function unflagged(
  client: Client,
  { policy_id, sent_from, sent_to, strata }: SampleRow,
  policy: SupervisionPolicy,
): Promise<Map<string, bigint[]>> {
  const { everyone = false, mailboxes = [], departments = [], except } = policy.supervised
  const { rows } = await client.query<{ id: bigint; channel: number; department: string; direction: string }>(
    `select message.id, message.channel,
            min(coalesce(mailbox.department, '')) as department,
            case when bool_or(item.participant_id = message.sender_id) then 'outbound' else 'inbound' end as direction
       from message join item on item.message_id = message.id join mailbox on mailbox.id = item.mailbox_id
      where message.id >= $1 and message.id < $2 and item.message_id >= $1 and item.message_id < $2
        and ($3 or mailbox.address = any($4::text[]) or mailbox.department = any($5::text[]))
        and not (mailbox.address = any($6::text[]) or coalesce(mailbox.department = any($7::text[]), false))
        and not exists (select from supervision_match as found where found.policy_id = $8 and found.message_id = message.id)
        and not exists (select from supervision_alert as alert where alert.policy_id = $8 and alert.message_id = message.id)
      group by message.id`,
    [
      ...[firstMessageIdAt(sent_from.getTime()), firstMessageIdAt(sent_to.getTime())],
      ...[everyone, mailboxes, departments, except?.mailboxes ?? [], except?.departments ?? [], policy_id],
    ],
  )
  const named = rows.map(({ channel, ...row }) => ({ ...row, channel: channelCodes.wordOf(channel) }))
  return new Map(
    Map.groupBy(
      named,
      (row) => strata.map((stratum) => `${stratum} ${row[stratum] || 'none'}`).join(', ') || 'all',
    )
      .entries()
      .map(([stratum, found]) => [stratum, found.map(({ id }) => id)]),
  )
}

/** Samples of a policy, the newest first. */
export async function listSamples(db: Pick<Pool, 'query'>, policyId: number): Promise<Sample[]> {
  const { rows } = await db.query<SampleRow>(
    'select * from supervision_sample where policy_id = $1 order by id desc limit 500',
    [policyId],
  )
  return rows.map(sampleOf)
}

interface SampleRow {
  readonly id: bigint
  readonly policy_id: number
  readonly sent_from: Date
  readonly sent_to: Date
  readonly percent: string
  readonly strata: Stratum[]
  readonly seed_sha256: Buffer
  readonly sealed_seed: Buffer | null
  readonly seed: Buffer | null
  readonly committed_by: string
  readonly committed_at: Date
  readonly drawn_at: Date | null
  readonly result: SampleResult[] | null
}

async function readSample(db: Pick<Pool, 'query'>, id: bigint): Promise<SampleRow> {
  const { rows } = await db.query<SampleRow>('select * from supervision_sample where id = $1', [id])
  if (!rows[0]) throw refused(`There is no sample ${id}.`)
  return rows[0]
}

function sampleOf(row: SampleRow): Sample {
  return {
    id: String(row.id),
    policyId: row.policy_id,
    sentFrom: row.sent_from.toISOString(),
    sentTo: row.sent_to.toISOString(),
    percent: Number(row.percent),
    strata: row.strata,
    seedSha256: row.seed_sha256.toString('hex'),
    seed: row.seed?.toString('hex') ?? null,
    committedBy: row.committed_by,
    committedAt: row.committed_at.toISOString(),
    drawnAt: row.drawn_at?.toISOString() ?? null,
    result: row.result,
  }
}

async function tell(
  client: Client,
  at: number,
  by: string,
  operation: 'commit-sample' | 'draw-sample',
  { id, policyId }: Sample,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const details = { policy: policyId, ...facts }
  await appendAudit(createKysely(client), {
    at,
    actor: by,
    operation,
    target: id,
    outcome: 'succeeded',
    details,
  })
  await noteLogEntries(client, [
    { at, kind: 'policy', facts: { of: operation, sample: Number(id), ...details } },
  ])
}

function refused(message: string): AppError {
  return new AppError('sample-refused', message)
}
