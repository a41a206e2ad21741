import type { Client } from '../../platform/postgres/index.ts'
import { holdRow } from './change.ts'
import { type HoldParts, type HoldViewer, visibleTo } from './parts.ts'
import { delayDays } from './release-hold.ts'
import type { HoldKind } from './rules.ts'

export interface HoldFacts {
  readonly id: number
  readonly name: string
  readonly kind: HoldKind
  readonly caseName: string | null
  readonly query: string | null
  readonly days: number | null
  readonly note: string | null
  readonly owner: string | null
  readonly url: string | null
  readonly confidential: boolean
  readonly readers: readonly string[]
  readonly placedBy: string
  readonly placedAt: string
  readonly releasedAt: string | null
  readonly releasedBy: string | null
  readonly releaseReason: string | null
  /** Mailboxes it holds now. */
  readonly mailboxes: number
  /** Of these, mailboxes whose query has not been gone through; they are held whole. */
  readonly evaluating: number
  /** As last calculated. */
  readonly statistics: { readonly items: number; readonly bytes: number; readonly at: string } | null
}

export interface HeldMailbox {
  readonly id: number
  readonly address: string
  readonly name: string
  readonly addedBy: string
  readonly addedAt: string
  readonly removedAt: string | null
}

export interface Delay {
  readonly id: number
  readonly hold: { readonly id: number; readonly name: string }
  readonly mailbox: { readonly id: number; readonly address: string }
  readonly beganAt: string
  readonly endsAt: string
}

/** Those in force first, then by name. */
export async function listHolds({ pool }: Pick<HoldParts, 'pool'>, viewer: HoldViewer): Promise<HoldFacts[]> {
  const { rows } = await pool.query<FactsRow>(
    `${factsSql} where ${visibleTo(1)} order by h.released_at is not null, lower(h.name), h.id`,
    [viewer.username],
  )
  return rows.map(factsOf)
}

/** By number or name. Throws `hold-not-found`. */
export async function readHold(
  { pool }: Pick<HoldParts, 'pool'>,
  viewer: HoldViewer,
  hold: number | string,
): Promise<HoldFacts & { readonly heldMailboxes: readonly HeldMailbox[] }> {
  const { id } = await holdRow(pool as Pick<Client, 'query'>, viewer, hold)
  const facts = await pool.query<FactsRow>(`${factsSql} where h.id = $1`, [id])
  const { rows } = await pool.query<MailboxRow>(
    `select m.mailbox_id, b.address, b.name, m.added_by, m.added_at, m.removed_at
       from hold_mailbox as m join mailbox as b on b.id = m.mailbox_id
      where m.hold_id = $1 order by m.removed_at is not null, b.address, m.added_at`,
    [id],
  )
  const heldMailboxes = rows.map((row) => ({
    ...{ id: row.mailbox_id, address: row.address, name: row.name, addedBy: row.added_by },
    addedAt: row.added_at.toISOString(),
    removedAt: row.removed_at?.toISOString() ?? null,
  }))
  return { ...factsOf(facts.rows[0]!), heldMailboxes }
}

/** The 30 days after releases that run now, the first to end first. */
export async function listDelays({ pool }: Pick<HoldParts, 'pool'>, viewer: HoldViewer): Promise<Delay[]> {
  const { rows } = await pool.query<DelayRow>(
    `select d.id, d.hold_id, h.name, d.mailbox_id, b.address, d.began_at,
            d.began_at + interval '${delayDays} days' as ends_at
       from delay_hold as d join hold as h on h.id = d.hold_id join mailbox as b on b.id = d.mailbox_id
      where d.ended_at is null and d.began_at + interval '${delayDays} days' > now() and ${visibleTo(1)}
      order by d.began_at, d.id`,
    [viewer.username],
  )
  return rows.map((row) => ({
    id: row.id,
    hold: { id: row.hold_id, name: row.name },
    mailbox: { id: row.mailbox_id, address: row.address },
    beganAt: row.began_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
  }))
}

const factsSql = `select h.*, current.mailboxes::int, current.evaluating::int
  from hold as h
  cross join lateral (
    select count(*) as mailboxes, count(*) filter (where m.evaluated_at is null and h.query is not null) as evaluating
      from hold_mailbox as m where m.hold_id = h.id and m.removed_at is null
  ) as current`

interface FactsRow {
  readonly id: number
  readonly name: string
  readonly kind: HoldKind
  readonly case_name: string | null
  readonly query: string | null
  readonly days: number | null
  readonly note: string | null
  readonly owner: string | null
  readonly url: string | null
  readonly confidential: boolean
  readonly readers: string[]
  readonly placed_by: string
  readonly placed_at: Date
  readonly released_at: Date | null
  readonly released_by: string | null
  readonly release_reason: string | null
  readonly counted_items: bigint | null
  readonly counted_bytes: bigint | null
  readonly counted_at: Date | null
  readonly mailboxes: number
  readonly evaluating: number
}

interface MailboxRow {
  readonly mailbox_id: number
  readonly address: string
  readonly name: string
  readonly added_by: string
  readonly added_at: Date
  readonly removed_at: Date | null
}

interface DelayRow {
  readonly id: number
  readonly hold_id: number
  readonly name: string
  readonly mailbox_id: number
  readonly address: string
  readonly began_at: Date
  readonly ends_at: Date
}

function factsOf(row: FactsRow): HoldFacts {
  const { id, name, kind, query, days, note, owner, url, confidential, readers, mailboxes, evaluating } = row
  return {
    ...{ id, name, kind, caseName: row.case_name, query, days, note, owner, url, confidential, readers },
    placedBy: row.placed_by,
    placedAt: row.placed_at.toISOString(),
    releasedAt: row.released_at?.toISOString() ?? null,
    releasedBy: row.released_by,
    releaseReason: row.release_reason,
    ...{ mailboxes, evaluating },
    statistics:
      row.counted_at === null
        ? null
        : {
            items: Number(row.counted_items),
            bytes: Number(row.counted_bytes),
            at: row.counted_at.toISOString(),
          },
  }
}
