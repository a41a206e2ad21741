/** WeCom numbers the messages of a company, and keeps them for five days: numbers that are missing are lost messages. */
import type { CapturedClosure, CapturedGap } from '../../source.ts'
import type { ChatRow } from './chat-page.ts'
import type { PullCursor } from './cursor.ts'

const dayMs = 24 * 60 * 60 * 1000
/** Asked for a number that is older, WeCom silently goes on with the oldest message it still has. */
export const keptMs = 5 * dayMs
/** Whoever looks after the route has two days left. */
export const lagAlarmMs = 3 * dayMs
/** Nearly five days: clocks differ, and WeCom may count in days. */
const nearlyKeptMs = 4.5 * dayMs

/** The gap for the numbers that a page passed over, if any. Nothing is missing before the very first page. */
export function sequenceGap(
  cursor: PullCursor,
  rows: readonly ChatRow[],
  now: number,
  oldestMs: number | undefined,
): CapturedGap | undefined {
  const before = BigInt(cursor.seq)
  const missing = missingAfter(before, rows)
  if (before === 0n || missing === undefined) return undefined
  const lastPull = cursor.reachedEndAt
  const expired =
    (lastPull !== undefined && now - lastPull >= nearlyKeptMs) ||
    (oldestMs !== undefined && now - oldestMs >= nearlyKeptMs)
  const why = expired
    ? 'WeCom keeps messages for five days, and they were not pulled in time'
    : 'WeCom passed them over without saying why'
  const { from, to, count } = missing
  return {
    gap: {
      reason: 'sequence-jump',
      key: `${from}-${to}`,
      explanation: `${count} messages between seq ${from} and seq ${to} were never handed out: ${why}.`,
    },
  }
}

function missingAfter(
  before: bigint,
  rows: readonly ChatRow[],
): { readonly from: bigint; readonly to: bigint; readonly count: bigint } | undefined {
  const known = rows.flatMap(({ seq }) => (seq !== undefined && seq > before ? [seq] : []))
  const holes: { readonly from: bigint; readonly to: bigint }[] = []
  let last = before
  for (const seq of known.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))) {
    if (seq > last + 1n) holes.push({ from: last + 1n, to: seq - 1n })
    last = seq
  }
  const first = holes[0]
  if (first === undefined) return undefined
  // Rows that are damaged have lost their number, but not their message.
  const unnumbered = BigInt(rows.filter(({ seq }) => seq === undefined).length)
  const count = holes.reduce((sum, { from, to }) => sum + (to - from + 1n), 0n) - unnumbered
  return count <= 0n ? undefined : { from: first.from, to: holes.at(-1)!.to, count }
}

/**
 * Opens the gap where what is pulled is three days old, and closes it when it no longer is; `cursor.lagging` is the key
 * of the open one. A first pull begins with old messages and lags behind nothing.
 */
export function lagOf(
  cursor: PullCursor,
  now: number,
  oldestMs: number | undefined,
): { readonly found?: CapturedGap | CapturedClosure; readonly lagging: string | undefined } {
  const begunBefore = cursor.reachedEndAt !== undefined
  const since = Math.min(oldestMs ?? now, cursor.reachedEndAt ?? now)
  const isBehind = begunBefore && now - since >= lagAlarmMs
  if (isBehind && cursor.lagging === undefined) {
    const key = `seq ${cursor.seq}`
    const days = ((now - since) / dayMs).toFixed(1)
    const explanation = `The pull is ${days} days behind at seq ${cursor.seq}; WeCom keeps messages for five days. Look at the problem of the route.`
    return { found: { gap: { reason: 'lagging', key, explanation } }, lagging: key }
  }
  if (isBehind || cursor.lagging === undefined) return { lagging: cursor.lagging }
  const by = `The pull caught up at seq ${cursor.seq}.`
  return { found: { closed: { reason: 'lagging', key: cursor.lagging, by } }, lagging: undefined }
}
