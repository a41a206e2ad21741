/**
 * Looks at what imports have noted, a page at a time: matches, tallies and the end of the note in one transaction. A
 * process that dies leaves the note, and the next one looks.
 */
import { createContentReader } from '../../archive/index.ts'
import { directions, severities } from '../../domain/supervision-policy.ts'
import { faultPoint } from '../../platform/faults.ts'
import { type Client, inTransaction } from '../../platform/postgres/index.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { captureFacts } from './capture-gaps.ts'
import { type CompiledPolicies, compilePolicies } from './compile.ts'
import { createLooker, type Finding, type LookAnswer, type Looker } from './look.ts'
import { withMadeUpQuotes } from './made-up-quotes.ts'
import type { LookedMessage } from './message.ts'
import type { SupervisionParts } from './parts.ts'
import { createPatternRunner, type PatternRunner } from './patterns.ts'
import { resolvePeople } from './people.ts'
import { messageRows, readMessages } from './read-messages.ts'
import { type LookingPolicy, lookingPolicies, versionsOf } from './stored-policies.ts'

export interface MatchCounts {
  readonly pages: number
  /** Messages that some policy looked at. */
  readonly looked: number
  readonly matches: number
  readonly unreadable: number
}

export interface Matcher {
  /** Looks at everything that waits, or at one policy's. Several processes may: each page has one looker. */
  matchPending(options?: { readonly signal?: AbortSignal }): Promise<MatchCounts>
  close(): Promise<void>
}

/** Keeps the compiled policies and the pattern thread between calls; close it in the end. */
export function createMatcher(parts: SupervisionParts): Matcher {
  let compiled: {
    readonly key: string
    readonly policies: CompiledPolicies
    readonly patterns: PatternRunner
  } | null = null
  const reader = createContentReader(parts)
  const compiledFor = async (client: Client, looking: readonly LookingPolicy[]) => {
    const key = looking.map(({ id, version }) => `${id}.${version}`).join()
    if (compiled?.key === key) return compiled
    const policies = compilePolicies(await versionsOf(client, looking))
    await compiled?.patterns.close()
    compiled = { key, policies, patterns: createPatternRunner(policies.patterns) }
    return compiled
  }
  const matchPage = (): Promise<MatchCounts | null> =>
    inTransaction(parts.pool, async (client) => {
      // The locks keep every policy as it is until this page is done: none is paused or resumed between note and look.
      await client.query('select from supervision_policy order by id for share')
      const page = await takePage(client)
      if (!page) return null
      await keepForPaused(client, page)
      const looking = await lookingPolicies(client, page.policyId)
      if (looking.length === 0) return { pages: 1, looked: 0, matches: 0, unreadable: 0 }
      const { policies, patterns } = await compiledFor(client, looking)
      const looker = createLooker(policies, await resolvePeople(client, policies.people))
      const { messages, unreadable } = await readMessages(
        parts,
        client,
        reader,
        await messageRows(client, page.messageIds),
      )
      const answers = await lookAt(client, looker, patterns, messages)
      const at = new Date(parts.clock.now())
      const findings = answers.flatMap((answer) => answer.findings)
      await writeMatches(client, findings, at)
      await tally(client, policies, answers, unreadable.length, at)
      await noteUnfinished(client, policies, patterns)
      faultPoint('supervision.before-commit')
      const looked = answers.filter(({ inScope }) => inScope.length > 0).length
      return { pages: 1, looked, matches: findings.length, unreadable: unreadable.length }
    })
  const matchAll = async (signal?: AbortSignal): Promise<MatchCounts> => {
    const total = { pages: 0, looked: 0, matches: 0, unreadable: 0 }
    while (!signal?.aborted) {
      const page = await matchPage()
      if (!page) break
      faultPoint('supervision.committed')
      total.pages += page.pages
      total.looked += page.looked
      total.matches += page.matches
      total.unreadable += page.unreadable
    }
    return total
  }
  // One at a time: the compiled policies and their thread are shared.
  let last: Promise<unknown> = Promise.resolve()
  return {
    matchPending({ signal } = {}) {
      const matched = last.then(() => matchAll(signal))
      last = matched.catch(() => {})
      return matched
    },
    close: async () => {
      await last
      await compiled?.patterns.close()
    },
  }
}

/** Asks patterns where a policy has some, then everything else; quotes that were made up are looked at as well. */
export async function lookAt(
  db: Queryable,
  looker: Looker,
  patterns: PatternRunner,
  messages: readonly LookedMessage[],
): Promise<LookAnswer[]> {
  const look = async (looked: readonly LookedMessage[]) => {
    const asked = looker.compiled.patterns.length > 0 ? looked.filter((one) => looker.wantsPatterns(one)) : []
    const hits = await patterns.run(asked.map(({ texts }) => texts))
    const hitsOf = new Map(asked.map((message, place) => [message, hits[place]!]))
    return looked.map((message) => looker.look(message, hitsOf.get(message) ?? []))
  }
  return withMadeUpQuotes(db, messages, await look(messages), look)
}

interface PendingPage {
  readonly policyId: number | null
  readonly messageIds: readonly bigint[]
}

/** A note of a paused policy waits until it is resumed. */
async function takePage(client: Client): Promise<PendingPage | null> {
  const { rows } = await client.query<{ policy_id: number | null; message_ids: bigint[] }>(
    `delete from supervision_pending where id = (
       select id from supervision_pending
        where policy_id is null or policy_id in (select id from supervision_policy where state = 'active')
        order by id limit 1 for update skip locked)
     returning policy_id, message_ids`,
  )
  const row = rows[0]
  return row ? { policyId: row.policy_id, messageIds: row.message_ids } : null
}

async function keepForPaused(client: Client, { policyId, messageIds }: PendingPage): Promise<void> {
  if (policyId !== null) return
  await client.query(
    `insert into supervision_pending (policy_id, message_ids, noted_at)
     select id, $1::bigint[], now() from supervision_policy where state = 'paused'`,
    [messageIds],
  )
}

/** Matches, and which of their messages an alert is to be raised of. */
async function writeMatches(client: Client, findings: readonly Finding[], at: Date): Promise<void> {
  if (findings.length === 0) return
  const captures = await captureFacts(client, findings)
  await client.query(
    `with written as (
     insert into supervision_match
       (message_id, policy_id, version, rule, severity, directions, mailbox_ids, spans, facts, fingerprint, matched_at)
     select message_id, policy_id, version, rule, severity, directions, array(select jsonb_array_elements_text(mailbox_ids)::int),
            spans, facts, fingerprint, $11
       from unnest($1::bigint[], $2::int[], $3::int[], $4::text[], $5::smallint[], $6::smallint[], $7::jsonb[],
                   $8::jsonb[], $9::jsonb[], $10::bigint[])
         as found (message_id, policy_id, version, rule, severity, directions, mailbox_ids, spans, facts, fingerprint)
     on conflict (message_id, policy_id, rule)
       do update set mailbox_ids = excluded.mailbox_ids, directions = excluded.directions
     returning policy_id, message_id, rule)
     insert into supervision_unraised (policy_id, message_id)
     select distinct policy_id, message_id from written
      where not exists (select from supervision_alert as alert
                         where (alert.policy_id, alert.message_id) = (written.policy_id, written.message_id)
                           and written.rule = any(alert.rules))
      order by policy_id, message_id
     on conflict do nothing`,
    [
      findings.map(({ messageId }) => messageId),
      findings.map(({ policyId }) => policyId),
      findings.map(({ version }) => version),
      findings.map(({ rule }) => rule),
      findings.map(({ severity }) => severities.indexOf(severity) + 1),
      findings.map((finding) =>
        finding.directions.reduce((bits, one) => bits | (1 << directions.indexOf(one)), 0),
      ),
      findings.map(({ mailboxIds }) => JSON.stringify(mailboxIds)),
      findings.map(({ spans }) => JSON.stringify(spans)),
      findings.map(({ messageId, facts }) => JSON.stringify({ ...facts, ...captures.get(messageId) })),
      findings.map(({ fingerprint }) => fingerprint),
      at,
    ],
  )
}

async function tally(
  client: Client,
  { policies }: CompiledPolicies,
  answers: readonly LookAnswer[],
  unreadable: number,
  at: Date,
): Promise<void> {
  const looked = policies.map(() => 0)
  const matched = new Map<number, number>()
  for (const { inScope, findings } of answers) {
    for (const place of inScope) looked[place]! += 1
    for (const policyId of new Set(findings.map((finding) => finding.policyId)))
      matched.set(policyId, (matched.get(policyId) ?? 0) + 1)
  }
  await client.query(
    `insert into supervision_tally (policy_id, day, looked, matched, unreadable)
     select policy_id, ($4::timestamptz at time zone 'UTC')::date, looked, matched, $5
       from unnest($1::int[], $2::bigint[], $3::bigint[]) as counted (policy_id, looked, matched)
     on conflict (policy_id, day) do update set looked = supervision_tally.looked + excluded.looked,
       matched = supervision_tally.matched + excluded.matched,
       unreadable = supervision_tally.unreadable + excluded.unreadable`,
    [
      policies.map(({ policyId }) => policyId),
      looked,
      policies.map(({ policyId }) => matched.get(policyId) ?? 0),
      at,
      unreadable,
    ],
  )
}

/** A pattern that could not be looked for is told with its policy. */
async function noteUnfinished(
  client: Client,
  { policies, patterns: known }: CompiledPolicies,
  { unfinished }: PatternRunner,
): Promise<void> {
  if (unfinished.size === 0) return
  const slow = [...unfinished].map((place) => known[place]!)
  const ids = policies
    .filter(({ policy }) =>
      slow.some((pattern) => JSON.stringify(policy.rules).includes(JSON.stringify(pattern))),
    )
    .map(({ policyId }) => policyId)
  await client.query(
    `update supervision_policy set problem = 'pattern-too-slow' where id = any($1::int[]) and problem is null`,
    [ids],
  )
}
