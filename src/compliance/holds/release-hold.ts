import { askSecondPerson, type HoldOutcome } from './ask-second-person.ts'
import { changeHolds, holdRow } from './change.ts'
import type { HoldParts, HoldViewer } from './parts.ts'
import { refused } from './rules.ts'

/** After a release a mailbox stays held so many days, by the database's clock. */
export const delayDays = 30

export interface Release {
  readonly hold: number | string
  /** Only these mailboxes of it (ids); null for all. */
  readonly mailboxIds: readonly number[] | null
  readonly reason: string
}

/**
 * Releases a hold, or asks for the second person who does. Its mailboxes stay held for 30 days. Throws
 * `hold-not-found`, `hold-refused`.
 */
export async function releaseHold(
  parts: HoldParts,
  release: Release,
  by: HoldViewer,
  { secondPerson }: { readonly secondPerson: boolean },
): Promise<HoldOutcome> {
  const row = await holdRow(parts.pool, by, release.hold)
  if (row.released_at !== null) throw refused(`The hold "${row.name}" is released already.`)
  if (release.reason.trim() === '') throw refused('A release needs a reason.')
  const input = { mailboxIds: release.mailboxIds }
  if (secondPerson)
    return askSecondPerson(parts, { act: 'release-hold', holdId: row.id, input, reason: release.reason }, by)
  await doRelease(parts, row.id, release, by)
  return { state: 'done' }
}

export async function doRelease(
  parts: HoldParts,
  holdId: number,
  { mailboxIds, reason }: Pick<Release, 'mailboxIds' | 'reason'>,
  by: HoldViewer,
  askedBy?: string,
): Promise<void> {
  await changeHolds(parts, async (client) => {
    const row = await holdRow(client, by, holdId)
    const { rows } = await client.query<{ released: number }>(
      'select release_hold($1, $2, $3, $4) as released',
      [holdId, mailboxIds === null ? null : [...mailboxIds], by.username, reason],
    )
    const { released } = rows[0]!
    if (released === 0) throw refused(`The hold "${row.name}" holds none of these mailboxes any more.`)
    return {
      result: undefined,
      change: {
        operation: 'release-hold',
        target: row.confidential ? `hold ${holdId}` : row.name,
        by: by.username,
        details: { hold: holdId, mailboxes: released, reason, ...(askedBy === undefined ? {} : { askedBy }) },
        log: { kind: 'release', facts: { hold: holdId, mailboxes: released, only: mailboxIds } },
      },
    }
  })
}

/** Asks for the early end of a mailbox's 30 days; always another person does it (`decideHoldRequest`). */
export async function endDelay(
  parts: HoldParts,
  delayId: number,
  reason: string,
  by: HoldViewer,
): Promise<HoldOutcome> {
  if (reason.trim() === '') throw refused('Ending a delay needs a reason.')
  const { rows } = await parts.pool.query<{ hold_id: number }>(
    'select hold_id from delay_hold where id = $1 and ended_at is null',
    [delayId],
  )
  if (!rows[0]) throw refused(`There is no delay with the number ${delayId} that could be ended.`)
  await holdRow(parts.pool, by, rows[0].hold_id)
  return askSecondPerson(parts, { act: 'end-delay', holdId: rows[0].hold_id, input: { delayId }, reason }, by)
}

/** Does it: two names, audit record and log entry are the database's own. */
export async function doEndDelay(
  { pool }: HoldParts,
  delayId: number,
  { askedBy, reason }: { readonly askedBy: string; readonly reason: string },
  by: HoldViewer,
): Promise<void> {
  const { rows } = await pool.query<{ ended: boolean }>('select end_delay_hold($1, $2, $3, $4) as ended', [
    ...[delayId, askedBy, by.username, reason],
  ])
  if (!rows[0]!.ended) throw refused(`The delay ${delayId} has ended already.`)
}
