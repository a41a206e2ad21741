/** Why an item is kept, and until when: every rule, its end, and the one that decides. */
import type { ItemKey } from '../../archive/index.ts'
import type { Pool } from '../../platform/postgres/index.ts'
import { explainHolds, type HoldOverItem } from '../holds/index.ts'
import { retentionOf, type Setting } from './rules.ts'

export interface ExplainedSetting {
  readonly kind: 'policy' | 'label'
  readonly name: string
  /** ISO time; `forever`; null where it retains nothing. */
  readonly retainUntil: string | null
  /** ISO time; null where it deletes nothing. */
  readonly deleteAt: string | null
  readonly specific: boolean
}

export interface ItemRetention {
  readonly holds: readonly HoldOverItem[]
  readonly settings: readonly ExplainedSetting[]
  /** What retains it longest; null: nothing does. */
  readonly retainedBy: string | null
  readonly retainUntil: string | null
  /** Whose deletion decides; null: nothing deletes it. */
  readonly deletedBy: string | null
  /** When it may go: never before it is no longer retained; null: by no rule. */
  readonly deleteAt: string | null
  readonly kept: 'held' | 'retained' | 'due' | 'no-rule'
  /** It was imported less than 90 days ago, and no rule may dispose of it yet. */
  readonly earliestDisposal: string | null
}

interface SettingRow {
  readonly kind: 'policy' | 'label'
  readonly name: string
  readonly retain_until: number | null
  readonly delete_at: number | null
  readonly specific: boolean
  readonly early: boolean
  readonly received_at: Date
}

const dayMs = 86_400_000
const daysBeforeDisposal = 90

/** @param viewer whose knowledge of confidential holds counts; null: the public ones. */
export async function explainRetention(
  { pool }: { readonly pool: Pool },
  key: ItemKey,
  now: number,
  viewer: { readonly username: string } | null,
): Promise<ItemRetention> {
  const [holds, { rows }] = await Promise.all([
    explainHolds({ pool }, key, viewer),
    pool.query<SettingRow>(
      `select setting.kind, case setting.kind when 'policy' then policy.name else label.name end as name, specific, setting.early, received_at,
              (extract(epoch from setting.retain_until) * 1000)::float8 as retain_until,
              (extract(epoch from setting.delete_at) * 1000)::float8 as delete_at
         from retention_settings(array[$1::bigint], $3) as setting join message on message.id = setting.message_id
         left join retention_policy as policy on setting.kind = 'policy' and policy.id = setting_id
         left join retention_label as label on setting.kind = 'label' and label.id = setting_id
        where setting.mailbox_id = $2 and message.id = $1 order by 1, 2`,
      [key.messageId, key.mailboxId, new Date(now)],
    ),
  ])
  const settings = rows.map((row): Setting & { readonly name: string; readonly early: boolean } => ({
    ...{ kind: row.kind, name: row.name, early: row.early, specific: row.specific },
    ...{ retainUntil: row.retain_until, deleteAt: row.delete_at },
  }))
  const { retainUntil, deleteAt, deletedBy } = retentionOf(settings)
  const retaining = settings.find((one) => one.retainUntil !== null && one.retainUntil === retainUntil)
  const deleting = settings.find((one) => one === deletedBy)
  const imported = rows[0]?.received_at.getTime()
  const isYoung =
    deleting && !deleting.early && imported !== undefined && imported + daysBeforeDisposal * dayMs > now
  return {
    holds,
    settings: settings.map((one) => ({
      ...{ kind: one.kind, name: one.name, specific: one.specific },
      ...{ retainUntil: shown(one.retainUntil), deleteAt: shown(one.deleteAt) },
    })),
    retainedBy: retaining?.name ?? null,
    retainUntil: shown(retainUntil),
    deletedBy: deleting?.name ?? null,
    deleteAt: deleteAt === Infinity ? null : shown(deleteAt),
    kept: keptBy(holds.length > 0, retainUntil, deleteAt, now),
    earliestDisposal: isYoung ? new Date(imported! + daysBeforeDisposal * dayMs).toISOString() : null,
  }
}

function keptBy(
  isHeld: boolean,
  retainUntil: number | null,
  deleteAt: number | null,
  now: number,
): ItemRetention['kept'] {
  if (isHeld) return 'held'
  if (retainUntil !== null && retainUntil > now) return 'retained'
  return deleteAt !== null && deleteAt <= now ? 'due' : 'no-rule'
}

function shown(ms: number | null): string | null {
  if (ms === null) return null
  return ms === Infinity ? 'forever' : new Date(ms).toISOString()
}
