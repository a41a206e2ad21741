/** What the journal and coverage tell of users' ways in: a record came, none came for long, the device fell away. */
import type { Queries } from '../../platform/postgres/index.ts'
import { type GapScope, isIdentityOf } from '../gaps.ts'
import type { ActivationEvent } from './rules.ts'
import { moveStates } from './states.ts'

type Scope = Pick<GapScope, 'account' | 'source' | 'users'>

/** Records of these custodians were captured by the scope's source. To be called in the batch's transaction. */
export function noteCaptured(
  transaction: Queries,
  scope: Scope,
  custodians: Iterable<string | undefined>,
  at: number,
): Promise<number> {
  return move(transaction, scope, custodians, 'capture', at)
}

/** The phone of a linked device was not seen for ten days; after fourteen WhatsApp unlinks the device. */
export function markSilent(
  transaction: Queries,
  scope: Scope,
  custodians: Iterable<string | undefined>,
  at: number,
): Promise<number> {
  return move(transaction, scope, custodians, 'fall-silent', at)
}

/** The device was logged out, the licence ended: the user has to connect again. */
export function markBroken(
  transaction: Queries,
  scope: Scope,
  custodians: Iterable<string | undefined>,
  at: number,
): Promise<number> {
  return move(transaction, scope, custodians, 'break', at)
}

function move(
  transaction: Queries,
  { account, source, users }: Scope,
  custodians: Iterable<string | undefined>,
  event: ActivationEvent,
  at: number,
): Promise<number> {
  const ids = new Set(
    [...new Set(custodians)].flatMap(
      (custodian) => users.find((user) => isIdentityOf(user, custodian))?.id ?? [],
    ),
  )
  const ways = [...ids].map((userId) => ({ userId, source }))
  return moveStates(transaction, account, ways, event, at)
}
