/** What a policy would find in the whole archive, before it is switched on: counts, and some items to look into. */
import { type ContentReader, createContentReader, itemIdOf } from '../../archive/index.ts'
import { sentAtOfMessageId } from '../../domain/codes.ts'
import type { Severity } from '../../domain/supervision-policy.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { createKysely, inTransaction } from '../../platform/postgres/index.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import type { RandomSource } from '../../platform/random.ts'
import { compilePolicies, type PolicyVersion } from './compile.ts'
import { createLooker, type Finding } from './look.ts'
import { lookAt } from './match.ts'
import type { SupervisionParts } from './parts.ts'
import { createPatternRunner } from './patterns.ts'
import { resolvePeople } from './people.ts'
import { type LookedRow, messageColumns, readMessages } from './read-messages.ts'
import { readPolicy } from './stored-policies.ts'

export interface BackTestResult {
  /** Messages in the archive. */
  readonly messages: number
  /** Of the supervised people, in the policy's channels and directions. */
  readonly inScope: number
  /** In which something was found. */
  readonly matched: number
  /** Per 1,000 messages in scope. */
  readonly matchedPerThousand: number
  readonly unreadable: number
  readonly byRule: readonly RuleResult[]
  readonly bySeverity: Readonly<Record<Severity, number>>
  /** By month (UTC) in which they were sent, oldest first. */
  readonly byMonth: readonly { readonly month: string; readonly inScope: number; readonly matched: number }[]
  /** Patterns that did not come to an end in time. */
  readonly slowPatterns: readonly string[]
  readonly seconds: number
}

export interface RuleResult {
  readonly rule: string
  readonly matched: number
  /** Item ids, drawn at random; who may read items may open them. */
  readonly sample: readonly string[]
}

export interface BackTestFacts {
  readonly id: bigint
  readonly version: number
  readonly requestedBy: string
  readonly startedAt: string
  readonly result: BackTestResult
}

export interface BackTestOptions {
  readonly name: string
  /** The newest unless told. */
  readonly version?: number
  readonly by: string
  readonly random: RandomSource
  readonly signal?: AbortSignal
  readonly onProgress?: (looked: number) => void
}

const rowsPerFetch = 2_000
const sampleMax = 20

/**
 * Reads every message once, in the order the content lies in, under one snapshot. Writes nothing but its result.
 * Throws `supervision-policy-not-found`; an aborted one throws the signal's reason.
 */
export async function backTest(parts: SupervisionParts, options: BackTestOptions): Promise<BackTestFacts> {
  const version = await readPolicy(parts.pool, options.name, options.version)
  const startedAt = parts.clock.now()
  const counts = await countMatches(parts, version, options)
  const finishedAt = parts.clock.now()
  const result = { ...counts, seconds: Math.round((finishedAt - startedAt) / 100) / 10 }
  return inTransaction(parts.pool, async (client) => {
    const { rows } = await client.query<{ id: bigint }>(
      `insert into supervision_back_test (policy_id, version, requested_by, started_at, finished_at, result)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [
        ...[version.policyId, version.version, options.by],
        ...[new Date(startedAt), new Date(finishedAt), JSON.stringify(result)],
      ],
    )
    await appendAudit(createKysely(client), {
      at: finishedAt,
      operation: 'test-supervision-policy',
      target: options.name,
      outcome: 'succeeded',
      details: { version: version.version, messages: result.messages, matched: result.matched },
    })
    const started = new Date(startedAt).toISOString()
    return { id: rows[0]!.id, version: version.version, requestedBy: options.by, startedAt: started, result }
  })
}

/** Newest first. */
export async function listBackTests(db: Queryable, policyId: number, limit = 20): Promise<BackTestFacts[]> {
  const { rows } = await db.query<{
    id: bigint
    version: number
    requested_by: string
    started_at: Date
    result: BackTestResult
  }>(
    `select id, version, requested_by, started_at, result from supervision_back_test
      where policy_id = $1 order by id desc limit $2`,
    [policyId, limit],
  )
  return rows.map(({ id, version, requested_by, started_at, result }) => ({
    ...{ id, version, requestedBy: requested_by, startedAt: started_at.toISOString(), result },
  }))
}

async function countMatches(
  parts: SupervisionParts,
  version: PolicyVersion,
  { random, signal, onProgress }: BackTestOptions,
): Promise<Omit<BackTestResult, 'seconds'>> {
  const compiled = compilePolicies([version])
  const people = await resolvePeople(parts.pool, compiled.people)
  const looker = createLooker(compiled, people, { fingerprints: false })
  const patterns = createPatternRunner(compiled.patterns)
  const reader = createContentReader(parts)
  const tally = createTally(version, random)
  try {
    for await (const rows of archiveRows(parts)) {
      signal?.throwIfAborted()
      await prefetch(reader, rows)
      const { messages, unreadable } = await readMessages(parts, parts.pool, reader, rows)
      const answers = await lookAt(parts.pool, looker, patterns, messages)
      for (const [place, answer] of answers.entries()) {
        if (answer.inScope.length > 0) tally.add(messages[place]!.id, answer.findings)
      }
      tally.count(rows.length, unreadable.length)
      onProgress?.(tally.messages())
    }
  } finally {
    await patterns.close()
  }
  return {
    ...tally.result(),
    slowPatterns: [...patterns.unfinished].map((place) => compiled.patterns[place]!),
  }
}

/** Opens the next blocks side by side; what cannot be opened is found out when it is read. */
async function prefetch(reader: ContentReader, rows: readonly LookedRow[]): Promise<void> {
  const blocks = [...new Set(rows.map(({ block_id }) => block_id))].slice(0, 32)
  await Promise.allSettled(blocks.map((blockId) => reader.block(blockId)))
}

async function* archiveRows({ pool }: SupervisionParts): AsyncGenerator<LookedRow[]> {
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(
      `declare looked_message no scroll cursor for
       select ${messageColumns} from message m order by block_id, place`,
    )
    const fetch = () => client.query<LookedRow>(`fetch ${rowsPerFetch} from looked_message`)
    // The database fetches while the rows before are looked at.
    for (let next = fetch(); ; ) {
      const { rows } = await next
      if (rows.length === 0) return
      next = fetch()
      next.catch(() => {})
      yield rows
    }
  } finally {
    await client.query('rollback')
    client.release()
  }
}

function createTally({ policy }: PolicyVersion, random: RandomSource) {
  const months = new Map<string, { inScope: number; matched: number }>()
  const rules = new Map(policy.rules.map(({ id }) => [id, { matched: 0, sample: [] as string[] }]))
  const bySeverity: Record<Severity, number> = { low: 0, medium: 0, high: 0 }
  let [messages, inScope, matched, unreadable] = [0, 0, 0, 0]
  return {
    messages: () => messages,
    count(looked: number, notRead: number) {
      messages += looked
      unreadable += notRead
    },
    add(messageId: bigint, findings: readonly Finding[]) {
      const name = new Date(sentAtOfMessageId(messageId)).toISOString().slice(0, 7)
      const month = months.get(name) ?? { inScope: 0, matched: 0 }
      months.set(name, month)
      inScope++
      month.inScope++
      if (findings.length === 0) return
      matched++
      month.matched++
      for (const { rule, severity, mailboxIds } of findings) {
        const counted = rules.get(rule)!
        counted.matched++
        bySeverity[severity]++
        draw(counted.sample, counted.matched, itemIdOf(messageId, mailboxIds[0]!), random)
      }
    },
    result: () => ({
      ...{ messages, inScope, matched, unreadable, bySeverity },
      matchedPerThousand: inScope === 0 ? 0 : Math.round((matched / inScope) * 1e6) / 1e3,
      byRule: Array.from(rules, ([rule, counted]) => ({ rule, ...counted })),
      byMonth: [...months]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([month, counted]) => ({ month, ...counted })),
    }),
  }
}

/** Reservoir sampling (Vitter's algorithm R): each of the first `seen` is in the sample with the same chance. */
function draw(sample: string[], seen: number, itemId: string, random: RandomSource): void {
  if (sample.length < sampleMax) {
    sample.push(itemId)
    return
  }
  const place = Math.floor((random.bytes(4).readUInt32BE(0) / 2 ** 32) * seen)
  if (place < sampleMax) sample[place] = itemId
}
