/** Per person and day, what two ways in of an account both have, and what only one of them has. */
import { type ArchiveParts, itemIdOf } from '../../archive/index.ts'
import { AppError } from '../../domain/errors.ts'
import type { CoveredAccount } from '../accounts.ts'
import { isoDay } from '../days.ts'
import { dayMs } from '../rules.ts'
import { reconcileSightings } from './rules.ts'
import { readLinks, readSightings } from './sightings.ts'

export interface ReconciledRow {
  /** Name of the registered user, or whose identity the records name. */
  readonly person: string
  /** Day of sending, UTC. */
  readonly day: string
  /** Ways in. */
  readonly here: string
  readonly there: string
  readonly matched: number
  readonly probable: number
  readonly onlyHere: number
  readonly onlyThere: number
  /** The first of them, by ids of items or messages. */
  readonly examplesHere: readonly string[]
  readonly examplesThere: readonly string[]
}

export interface Reconciliation {
  /** Both days included, UTC. */
  readonly from: string
  readonly to: string
  readonly rows: readonly ReconciledRow[]
}

const daysDefault = 7
const daysMax = 92
const examplesMax = 20

/** Days are ISO dates; default: the last seven. Throws `bad-request` for a time that is too long or none. */
export async function reconcileRoutes(
  parts: ArchiveParts,
  account: CoveredAccount,
  days: { readonly from?: string | undefined; readonly to?: string | undefined } = {},
): Promise<Reconciliation> {
  const to = days.to ?? isoDay(parts.clock.now())
  const from = days.from ?? isoDay(Date.parse(to) - (daysDefault - 1) * dayMs)
  const [first, end] = [Date.parse(from), Date.parse(to) + dayMs]
  if (!(first < end) || end - first > daysMax * dayMs)
    throw new AppError(
      'bad-request',
      `Ask for 1 to ${daysMax} days, the first before the last: ${from} to ${to}.`,
    )
  const found = reconcileSightings(
    await readSightings(parts, account.id, first, end),
    await readLinks(parts, first, end),
  )
  const names = await namesOf(parts, account.id, [...new Set(found.map(({ personId }) => personId))])
  const examples = found.map(({ onlyHere, onlyThere }) => ({
    here: onlyHere.slice(0, examplesMax),
    there: onlyThere.slice(0, examplesMax),
  }))
  const reference = await referencesOf(
    parts,
    examples.flatMap(({ here, there }) => [...here, ...there]),
  )
  const rows = found.map(({ personId, day, here, there, matched, probable, onlyHere, onlyThere }, place) => ({
    ...{ person: names.get(personId) ?? '', day, here, there, matched, probable },
    ...{ onlyHere: onlyHere.length, onlyThere: onlyThere.length },
    examplesHere: examples[place]!.here.map(reference),
    examplesThere: examples[place]!.there.map(reference),
  }))
  return {
    from,
    to,
    rows: rows.sort((a, b) => b.day.localeCompare(a.day) || a.person.localeCompare(b.person)),
  }
}

/** Custodians as they are registered; else by the identity that their records name. */
async function namesOf(
  { queries }: Pick<ArchiveParts, 'queries'>,
  accountId: number,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await queries
    .selectFrom('participant')
    .leftJoin('registered_user', (join) =>
      join
        .on('registered_user.feed_account_id', '=', accountId)
        .onRef('registered_user.mobile', '=', 'participant.identity_value'),
    )
    .select(['participant.id', 'identity_value', 'registered_user.name', 'valid_from'])
    .where('participant.id', 'in', ids)
    .orderBy('valid_from')
    .execute()
  return new Map(rows.map(({ id, name, identity_value }) => [id, name ?? identity_value]))
}

/** Ids of items, by which people open them; those of the messages themselves where nobody has one any more. */
async function referencesOf(
  { queries }: Pick<ArchiveParts, 'queries'>,
  ids: readonly bigint[],
): Promise<(messageId: bigint) => string> {
  const rows =
    ids.length === 0
      ? []
      : await queries
          .selectFrom('item')
          .select(({ fn }) => ['message_id', fn.min('mailbox_id').as('first')])
          .where('message_id', 'in', ids)
          .groupBy('message_id')
          .execute()
  const first = new Map(rows.map((row) => [row.message_id, row.first]))
  return (id) => (first.has(id) ? itemIdOf(id, first.get(id)!) : `message ${id}`)
}
