/** Proof of disposition: what went, when, by which rule, who approved. Kept with the archive, without an end. */
import { itemIdOf, parseItemId } from '../../archive/index.ts'
import { type DisposalProof, type LogParts, proveDisposal } from '../../archive/log/index.ts'
import { sentAtOfMessageId } from '../../domain/codes.ts'
import { AppError } from '../../domain/errors.ts'
import { csvByteOrderMark, csvLine } from '../../domain/spreadsheet-safe.ts'
import type { Pool } from '../../platform/postgres/index.ts'
import { type DecisionRecord, listDispositionDecisions } from './review.ts'

export const disposedStates = ['disposed', 'kept-by-hold', 'kept-by-retention', 'absent', 'waiting'] as const
export type DisposedState = (typeof disposedStates)[number]

export const basisKinds = ['label', 'policy', 'purge'] as const
export type BasisKind = (typeof basisKinds)[number]

export interface DisposedItem {
  readonly run: string
  readonly item: string
  readonly mailbox: string
  readonly sentAt: string
  readonly state: DisposedState
  readonly disposedAt: string | null
  /** When no byte of it is left in any file of ours either; null: "holdfast compact" was not run since. */
  readonly finalAt: string | null
  readonly basisKind: BasisKind
  /** Name of the label or policy, or `purge`. */
  readonly basis: string
  readonly approvers: readonly string[]
  /** Its entry in the integrity log; null: it waits to be entered. */
  readonly leaf: string | null
}

export interface DisposedFilter {
  /** All that the run looked at; without a run only what was disposed of. */
  readonly run?: bigint | undefined
  readonly state?: DisposedState | undefined
  readonly item?: string | undefined
  /** ISO times of disposal. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Address. */
  readonly mailbox?: string | undefined
  readonly basisKind?: BasisKind | undefined
  /** Name of a label or policy. */
  readonly basis?: string | undefined
  /** Mailboxes that whoever asks may know of; null or absent: all. */
  readonly mailboxIds?: readonly number[] | null
  /** `next` of the page before. */
  readonly cursor?: string | undefined
  readonly limit: number
}

const basisKind = `case when item.basis ? 'label' then 'label' when item.basis ? 'policy' then 'policy' else 'purge' end`
const basisName = `coalesce(label.name, policy.name, 'purge')`

/** The latest run first, and in it the latest message. */
export async function listDisposed(
  db: Pick<Pool, 'query'>,
  filter: DisposedFilter,
): Promise<{ items: DisposedItem[]; next: string | null }> {
  const [run, after] = filter.cursor?.split('.') ?? []
  const before = after === undefined ? null : parseItemId(after)
  const only = filter.item === undefined ? null : parseItemId(filter.item)
  const { rows } = await db.query<DisposedRow>(
    `select run_id, item.message_id, item.mailbox_id, coalesce(mailbox.address, '') as mailbox, item.state, disposed_at,
            final_at, ${basisKind} as "basisKind", ${basisName} as basis, approvers, leaf
       from disposition_item as item join disposition_run as run on run.id = run_id
       left join mailbox on mailbox.id = item.mailbox_id
       left join retention_label as label on label.id = (item.basis ->> 'label')::int
       left join retention_policy as policy on policy.id = (item.basis ->> 'policy')::int
       left join log_disposal using (message_id, mailbox_id)
      where ($1::bigint is null or run_id = $1) and item.state = coalesce($2, case when $1 is null then 'disposed' else item.state end)
        and ($3::timestamptz is null or disposed_at >= $3) and ($4::timestamptz is null or disposed_at < $4)
        and ($5::text is null or mailbox.address = lower($5)) and ($6::text is null or ${basisKind} = $6)
        and ($7::text is null or ${basisName} = $7) and ($8::int[] is null or item.mailbox_id = any($8))
        and ($9::bigint is null or (item.message_id, item.mailbox_id) = ($9, $10::int))
        and ($11::bigint is null or (run_id, item.message_id, item.mailbox_id) < ($11, $12::bigint, $13::int))
      order by run_id desc, item.message_id desc, item.mailbox_id desc limit $14`,
    [
      ...[filter.run ?? null, filter.state ?? null, filter.from ?? null, filter.to ?? null],
      ...[filter.mailbox ?? null, filter.basisKind ?? null, filter.basis ?? null, filter.mailboxIds ?? null],
      ...[only?.messageId ?? null, only?.mailboxId ?? null],
      ...[before && BigInt(run!), before?.messageId ?? null, before?.mailboxId ?? null, filter.limit + 1],
    ],
  )
  const items = rows.slice(0, filter.limit).map(disposedOf)
  const last = rows.length > filter.limit ? items.at(-1)! : null
  return { items, next: last && `${last.run}.${last.item}` }
}

interface DisposedRow
  extends Omit<DisposedItem, 'run' | 'item' | 'sentAt' | 'disposedAt' | 'finalAt' | 'leaf'> {
  readonly run_id: bigint
  readonly message_id: bigint
  readonly mailbox_id: number
  readonly disposed_at: Date | null
  readonly final_at: Date | null
  readonly leaf: bigint | null
}

function disposedOf({
  run_id,
  message_id,
  mailbox_id,
  disposed_at,
  final_at,
  leaf,
  ...row
}: DisposedRow): DisposedItem {
  return {
    ...row,
    run: String(run_id),
    item: itemIdOf(message_id, mailbox_id),
    sentAt: new Date(sentAtOfMessageId(message_id)).toISOString(),
    disposedAt: disposed_at?.toISOString() ?? null,
    finalAt: final_at?.toISOString() ?? null,
    leaf: leaf === null ? null : String(leaf),
  }
}

const exportedAtOnce = 1_000
const columns = [
  ...[
    'Item',
    'Mailbox',
    'Sent (UTC)',
    'Disposed (UTC)',
    'Final (UTC)',
    'Basis',
    'Name',
    'Approved by',
    'Run',
    'Log entry',
  ],
] as const

/** The same as a CSV file, all pages of it; a spreadsheet that opens it calculates nothing. */
export async function* exportDisposed(
  db: Pick<Pool, 'query'>,
  filter: Omit<DisposedFilter, 'cursor' | 'limit'>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(csvByteOrderMark + csvLine(columns, true))
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listDisposed(db, { ...filter, cursor: cursor ?? undefined, limit: exportedAtOnce })
    const lines = page.items.map((one) =>
      csvLine(
        [
          ...[one.item, one.mailbox, one.sentAt, one.disposedAt, one.finalAt, one.basisKind, one.basis],
          ...[one.approvers.join('; '), one.run, one.leaf],
        ],
        true,
      ),
    )
    yield Buffer.from(lines.join(''))
    cursor = page.next
  }
}

/** What went by, for whoever looks for it. */
export async function listBases(
  db: Pick<Pool, 'query'>,
): Promise<{ kind: 'label' | 'policy'; name: string }[]> {
  const { rows } = await db.query<{ kind: 'label' | 'policy'; name: string }>(
    `select 'policy' as kind, name from retention_policy where action <> 'retain'
     union all select 'label', name from retention_label where action <> 'retain' order by kind desc, name`,
  )
  return rows
}

export interface DisposalCertificate {
  readonly form: 'holdfast-disposal/1'
  readonly madeAt: string
  readonly item: string
  readonly mailbox: string
  readonly sentAt: string
  readonly disposedAt: string
  readonly finalAt: string | null
  readonly basis: { readonly kind: BasisKind; readonly name: string }
  readonly run: {
    readonly id: string
    readonly reason: string
    readonly requestedBy: string
    readonly asOf: string
  }
  readonly approvers: readonly string[]
  /** Every decision of its review, the first one first. */
  readonly decisions: readonly Omit<DecisionRecord, 'id' | 'item' | 'mailbox'>[]
  /** Its entries in the integrity log, each with a proof that leads to a root we signed. */
  readonly log: DisposalProof
}

const decisionsMax = 1_000

/**
 * The proof that an item was disposed of, for whoever asks for it. What waits for the log is entered and signed at once.
 * Throws `item-not-found`.
 */
export async function certifyDisposal(
  parts: LogParts,
  item: string,
  mailboxIds: readonly number[] | null,
): Promise<DisposalCertificate> {
  const {
    items: [gone],
  } = await listDisposed(parts.pool, { item, mailboxIds, limit: 1 })
  if (!gone?.disposedAt) throw new AppError('item-not-found', `No item "${item}" was disposed of here.`)
  const run = await parts.queries
    .selectFrom('disposition_run')
    .select(['reason', 'requested_by', 'as_of'])
    .where('id', '=', BigInt(gone.run))
    .executeTakeFirstOrThrow()
  const { items: decisions } = await listDispositionDecisions(parts.pool, { item, limit: decisionsMax })
  return {
    form: 'holdfast-disposal/1',
    madeAt: new Date(parts.clock.now()).toISOString(),
    ...{ item, mailbox: gone.mailbox, sentAt: gone.sentAt },
    ...{ disposedAt: gone.disposedAt, finalAt: gone.finalAt },
    basis: { kind: gone.basisKind, name: gone.basis },
    run: {
      ...{ id: gone.run, reason: run.reason, requestedBy: run.requested_by },
      asOf: run.as_of.toISOString(),
    },
    approvers: gone.approvers,
    decisions: decisions.toReversed().map(({ id: _id, item: _item, mailbox: _mailbox, ...one }) => one),
    log: await proveDisposal(parts, item),
  }
}
