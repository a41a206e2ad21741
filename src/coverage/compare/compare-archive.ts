/** A parallel run beside another archive: what both have, and what each has missed, signed as an attestation is. */
import type { ArchiveParts } from '../../archive/index.ts'
import type { ConnectorParts } from '../../connector/index.ts'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { CoveredAccount } from '../accounts.ts'
import { signStatement, statementKey } from '../signed.ts'
import { matchMessages } from './match.ts'
import type { OtherMessage } from './other-message.ts'
import { type DecodeRecord, ownMessages } from './own-messages.ts'
import { readOtherList } from './read-list.ts'

export const comparisonForm = 'holdfast-archive-comparison/1'

export interface CompareRequest {
  /** The other archive's export: a CSV file, a zip or a folder of e-mails. */
  readonly path: string
  /** How its name stands in the result. */
  readonly name: string
  readonly toleranceSeconds: number
  /** Ms since 1970 UTC; absent: from the first to the last message of the other archive. */
  readonly from?: number
  readonly to?: number
  readonly decode: DecodeRecord
}

export interface Comparison {
  readonly form: typeof comparisonForm
  readonly account: string
  readonly other: string
  readonly from: string
  readonly to: string
  readonly madeAt: string
  readonly toleranceSeconds: number
  readonly counts: {
    readonly here: number
    readonly there: number
    readonly matched: number
    readonly onlyHere: number
    readonly onlyThere: number
    readonly undecodableHere: number
    readonly unreadableThere: number
  }
  /** By ids, rows or file names: the first ten thousand of each. */
  readonly onlyHere: readonly Missed[]
  readonly onlyThere: readonly Missed[]
  readonly unreadableThere: readonly string[]
}

interface Missed {
  readonly reference: string
  readonly at: string
}

const listedMax = 10_000

/** Answers the result and its signed document. Throws what reading throws, and `bad-request` for an empty export. */
export async function compareArchive(
  parts: ConnectorParts & ArchiveParts,
  account: CoveredAccount,
  request: CompareRequest,
): Promise<{ readonly comparison: Comparison; readonly document: string }> {
  const { path, toleranceSeconds, decode } = request
  const list = await readOtherList(path)
  const { from, to } = timeOf(request, list.messages)
  const others = list.messages.filter(({ at }) => at >= from && at <= to)
  const toleranceMs = toleranceSeconds * 1_000
  const read = { from: from - toleranceMs, to: to + toleranceMs }
  const { messages, undecodable } = await ownMessages(parts, account.id, read, decode)
  const matching = matchMessages(messages, others, toleranceMs)
  // At the edges ours are read a little further, only to be matched.
  const onlyHere = matching.onlyHere.filter(({ at, latest }) => latest >= from && at <= to)
  const comparison: Comparison = {
    form: comparisonForm,
    ...{ account: account.name, other: request.name },
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    ...{ madeAt: new Date(parts.clock.now()).toISOString(), toleranceSeconds },
    counts: {
      ...{ here: matching.matched + onlyHere.length, there: others.length, matched: matching.matched },
      ...{ onlyHere: onlyHere.length, onlyThere: matching.onlyThere.length },
      ...{ undecodableHere: undecodable, unreadableThere: list.unreadable.length },
    },
    onlyHere: missed(onlyHere),
    onlyThere: missed(matching.onlyThere),
    unreadableThere: list.unreadable.slice(0, listedMax),
  }
  await appendAudit(parts.queries, {
    ...{ at: parts.clock.now(), operation: 'compare-archive', target: account.name, outcome: 'succeeded' },
    details: { other: request.name, from: comparison.from, to: comparison.to, ...comparison.counts },
  })
  return { comparison, document: signStatement(await statementKey(parts), comparison) }
}

function timeOf(
  { from, to, name }: CompareRequest,
  others: readonly OtherMessage[],
): { from: number; to: number } {
  if (others.length === 0 && (from === undefined || to === undefined))
    throw new AppError(
      'bad-request',
      `${name} tells of no message: give --from and --to, or look at the file.`,
    )
  // A million arguments are too many for Math.min.
  const first = others.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
  const last = others.reduce((most, { at }) => Math.max(most, at), Number.NEGATIVE_INFINITY)
  return { from: from ?? first, to: to ?? last }
}

function missed(messages: readonly OtherMessage[]): Missed[] {
  return messages
    .toSorted((a, b) => a.at - b.at)
    .slice(0, listedMax)
    .map(({ reference, at }) => ({ reference, at: new Date(at).toISOString() }))
}
