/** Rewrites the tables that something was disposed of in, and the write-ahead log, so that no file has it any more. */
import { faultPoint } from '../../platform/faults.ts'
import type { Pool } from '../../platform/postgres/index.ts'

/** What tells of single items, or of where they lie. The months' partitions come besides. */
const rewritten = [
  ...['block', 'segment', 'attachment', 'message_attachment', 'long_text', 'observation', 'message_link'],
  ...[
    'item_tally',
    'dead_object',
    'leftover_block',
    'log_pending',
    'log_batch',
    'hold_item',
    'staged_page',
    'delivery',
    'item_label',
    'disposition_review',
    'item_archive_tag',
  ],
  // The keys of a journal that was destroyed, where the site has the same database.
  ...['site_segment', 'site_attachment'],
]

/** The months (1 each, such as 2026_03) in which something was disposed of since the last time all was made final. */
export async function touchedMonths(owner: Pool): Promise<string[]> {
  const { rows } = await owner.query<{ month: string }>(
    `select distinct to_char(month_of_message(message_id), 'YYYY_MM') as month
       from disposition_item where state = 'disposed'
        and run_id in (select id from disposition_run where final_at is null) order by 1`,
  )
  return rows.map(({ month }) => month)
}

/**
 * Each table is locked while it is rewritten: imports and searches of that month wait for it. PostgreSQL's statistics
 * keep common words of a column; they are made anew and, where `admin` may, their table is rewritten as well.
 */
export async function rewriteTables(
  owner: Pool,
  admin: Pool | null,
  months: readonly string[],
  signal?: AbortSignal,
): Promise<number> {
  const partitions = months.flatMap((month) => [`message_${month}`, `item_${month}`])
  let count = 0
  for (const table of [...partitions, ...rewritten]) {
    signal?.throwIfAborted()
    const { rowCount } = await owner.query('select 1 where to_regclass($1) is not null', [`public.${table}`])
    if (rowCount === 0) continue
    await owner.query(`vacuum (full, analyze) public."${table}"`)
    faultPoint('compact.table-rewritten')
    count += 1
  }
  await owner.query('analyze message')
  if (admin) {
    for (const table of ['pg_statistic', 'pg_statistic_ext_data']) await admin.query(`vacuum (full) ${table}`)
  }
  return count
}

/**
 * Writes through every file of the write-ahead log, twice: a checkpoint keeps the files before it under later names, with
 * all that is in them, and the second round overwrites those of the first. Answers false where the role may not: then
 * the server's administrator has to.
 */
export async function overwriteLog(admin: Pool): Promise<boolean> {
  try {
    for (let round = 1; round <= 2; round += 1) await writeThrough(admin)
    await admin.query('checkpoint')
    faultPoint('compact.log-overwritten')
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return false
    throw error
  }
}

/** A switch fills the file at hand with zeros to its end. */
async function writeThrough(admin: Pool): Promise<void> {
  await admin.query('checkpoint')
  const { rows } = await admin.query<{ files: bigint }>('select count(*) as files from pg_ls_waldir()')
  for (let file = 0n; file <= rows[0]!.files; file += 1n) {
    await admin.query(`select pg_logical_emit_message(false, 'holdfast', 'compact')`)
    await admin.query('select pg_switch_wal()')
  }
}
