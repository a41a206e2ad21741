/** What a webhook says, or shows, that we did not get. */

import { isRaw, numberOf, objectOf, objectsOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { CapturedClosure, CapturedGap } from '../source.ts'
import type { Change } from './change.ts'
import { isUnsupported, sharedNameOf } from './identity.ts'
import type { RecordList } from './lists.ts'

type LedgerEntry = CapturedGap | CapturedClosure

/** Events of `account_update` after which the Business app mirrors nothing, and the one after which it does again. */
const disconnecting: ReadonlySet<string> = new Set([
  'PARTNER_REMOVED',
  'ACCOUNT_OFFBOARDED',
  'ACCOUNT_DELETED',
])

/** A disconnected account, a reconnected one, errors of the whole value. */
export function* gapsOfChange({ field, value, waba, time, business }: Change): Generator<LedgerEntry> {
  if (field !== 'account_update') return
  const event = textOf(value, 'event')
  const custodian = business === '' ? {} : { custodian: business }
  if (event === 'ACCOUNT_RECONNECTED') {
    yield {
      closed: { reason: 'disconnected', by: `Meta reported ${event} for account ${waba}.`, ...custodian },
    }
    return
  }
  if (!disconnecting.has(event)) return
  const why = textOf(objectOf(value, 'disconnection_info'), 'reason')
  yield {
    gap: {
      ...{ reason: 'disconnected', key: `${waba}/${time}/${event}`, ...custodian },
      explanation: `Meta reported ${event}${why === '' ? '' : ` (${why})`} for account ${waba}: nothing is mirrored until the phone is connected again.`,
    },
  }
}

/** Chunks below this far back are taken for lost one by one; a larger hole is one gap. */
const chunksNamedMax = 200

/**
 * History comes in chunks of three phases, in any order. Each chunk closes its own gap and opens those of the chunks
 * below it, which their own arrival closes (or closed: an entry of the ledger that was closed does not open again). The
 * whole is complete when Meta says 100.
 */
export function* gapsOfHistory({ business }: Change, chunk: Raw): Generator<LedgerEntry> {
  const custodian = business === '' ? {} : { custodian: business }
  for (const error of objectsOf(chunk, 'errors')) {
    yield {
      gap: {
        ...{ reason: 'history-refused', key: `${business}/${textOf(error, 'code')}`, ...custodian },
        explanation: `The history of ${business} is not handed over: ${textOf(error, 'title') || textOf(error, 'message')} (${textOf(error, 'code')}).`,
      },
    }
  }
  if (!isRaw(chunk.metadata)) return
  const phase = textOf(chunk.metadata, 'phase')
  const order = numberOf(chunk.metadata, 'chunk_order') ?? 0
  const keyOf = (number: number) => `${business}/${phase}/${number}`
  yield {
    closed: { reason: 'history-incomplete', key: keyOf(order), by: `Chunk ${order} of phase ${phase} came.` },
  }
  for (let before = Math.max(1, order - chunksNamedMax); before < order; before++) {
    const explanation = `Chunk ${before} of phase ${phase} of the history of ${business} has not come.`
    yield { gap: { reason: 'history-incomplete', key: keyOf(before), explanation, ...custodian } }
  }
  const whole = `${business}/whole`
  if (numberOf(chunk.metadata, 'progress') === 100)
    yield {
      closed: {
        reason: 'history-incomplete',
        key: whole,
        by: `Meta reported the history of ${business} as complete (progress 100).`,
      },
    }
  else
    yield {
      gap: {
        ...{ reason: 'history-incomplete', key: whole, ...custodian },
        explanation: `The history of ${business} has not come to its end.`,
      },
    }
}

/** A message whose body Meta does not hand over. */
export function* gapsOfElement(list: RecordList, { business }: Change, raw: Raw): Generator<LedgerEntry> {
  const id = textOf(raw, 'id')
  const custodian = business === '' ? {} : { custodian: business }
  const type = textOf(raw, 'type')
  if (list === 'history' && type === 'media_placeholder')
    yield {
      gap: {
        ...{ reason: 'media-lost', key: id, messageId: sharedNameOf(id, raw, business) ?? id, ...custodian },
        explanation: `Message ${id} of the history had a file, which has not come.`,
      },
    }
  if (!isUnsupported(type)) return
  // A backup of the phone has what Meta does not hand over, and closes the gap.
  const messageId = sharedNameOf(id, raw, business)
  const [error] = objectsOf(raw, 'errors')
  const code = error ? textOf(error, 'code') : 'no code'
  yield {
    gap: {
      ...{
        reason: 'unsupported-message',
        key: id,
        ...custodian,
        ...(messageId === null ? {} : { messageId }),
      },
      explanation: `Meta does not hand over message ${id}: ${error ? textOf(error, 'title') : 'no reason given'} (${code}).`,
    },
  }
}
