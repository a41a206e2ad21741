/** The year of a policy in one document: what was looked for, by whom it was reviewed, what was decided, what was drawn. */
import { hash } from 'node:crypto'
import { canonicalJson } from '../../domain/canonical-json.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { createKysely } from '../../platform/postgres/index.ts'
import { policyVersions, readPolicy } from '../supervision/index.ts'
import type { ReviewParts } from './parts.ts'
import { type ReviewReport, reviewReport } from './report.ts'
import { listSamples, type Sample } from './sample.ts'

export interface EvidencePack {
  readonly form: 'holdfast-supervision-evidence/1'
  readonly policy: string
  readonly year: number
  readonly madeAt: string
  readonly report: ReviewReport
  readonly versions: readonly {
    readonly version: number
    readonly madeBy: string
    readonly madeAt: string
    readonly document: unknown
  }[]
  readonly samples: readonly Sample[]
  /** By alert: no word of a message, no name of who wrote it. */
  readonly decisions: readonly {
    readonly alert: string
    readonly at: string
    readonly by: string
    readonly act: string
    readonly tag: string | null
    readonly comment: string
  }[]
  /** SHA-256 (hex) of the canonical JSON of everything above. */
  readonly sha256: string
}

/** Throws `supervision-policy-not-found`. */
export async function evidencePack(parts: ReviewParts, name: string, year: number): Promise<EvidencePack> {
  const { pool, clock } = parts
  const [from, to] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)]
  const { rows: found } = await pool.query<{ id: number }>(
    'select id from supervision_policy where name = $1',
    [name],
  )
  const versions = await policyVersions(pool, name)
  const documents = []
  for (const { version, madeBy, madeAt } of versions)
    documents.push({ version, madeBy, madeAt, document: (await readPolicy(pool, name, version)).policy })
  const policyId = found[0]!.id
  const { rows } = await pool.query<
    Omit<EvidencePack['decisions'][number], 'at' | 'alert'> & { at: Date; alert: bigint }
  >(
    `select alert_id as alert, at, by, act, decision.tag, comment from supervision_decision as decision
       join supervision_alert as alert on alert.id = alert_id
      where policy_id = $1 and at >= $2 and at < $3 order by decision.id`,
    [policyId, new Date(from), new Date(to)],
  )
  const samples = (await listSamples(pool, policyId)).filter(
    ({ committedAt }) => Date.parse(committedAt) >= from && Date.parse(committedAt) < to,
  )
  const now = clock.now()
  const pack = {
    form: 'holdfast-supervision-evidence/1' as const,
    policy: name,
    year,
    madeAt: new Date(now).toISOString(),
    report: await reviewReport(pool, policyId, from, to, now),
    versions: documents,
    samples,
    decisions: rows.map((row) => ({ ...row, alert: String(row.alert), at: row.at.toISOString() })),
  }
  const sha256 = hash('sha256', canonicalJson(JSON.parse(JSON.stringify(pack))), 'hex')
  await appendAudit(createKysely(pool), {
    ...{
      at: now,
      operation: 'export-evidence-pack',
      target: name,
      outcome: 'succeeded',
      details: { year, sha256 },
    },
  })
  return { ...pack, sha256 }
}
