/** One open capture: takes what a source finds and makes it durable in batches, each with its gaps in one transaction. */
import { sql } from 'kysely'
import type { Queries } from '../platform/postgres/index.ts'
import type { CapturedClosure, CapturedGap, CapturedRecord } from '../sources/source.ts'
import type { SiteAccount } from './accounts.ts'
import {
  type CaptureGate,
  createCaptureGate,
  markBroken,
  markSilent,
  noteCaptured,
  noteRefused,
} from './activation/index.ts'
import { noteActivity } from './activity.ts'
import { closeGap, type GapScope, openGap, settleReferences } from './gaps.ts'
import { writeBatch } from './journal.ts'
import type { AttachmentFailure } from './journal-attachments.ts'
import type { SiteParts } from './parts.ts'
import { createRecordKeyer } from './record-key.ts'
import { registeredUsers } from './registered-users.ts'

/** Counted in messages, but for attachments and gaps. */
export interface CaptureCounts {
  readonly captured: number
  readonly duplicates: number
  readonly attachments: number
  readonly gaps: number
}

export interface SessionRequest {
  readonly account: SiteAccount
  readonly source: string
  readonly captureId: bigint
  /** Null for files. */
  readonly routeId: number | null
  /** How many batches the capture has; the next one is numbered after them. */
  readonly batches: number
  /** Default: 5,000. */
  readonly recordsPerBatch?: number
  /** What becomes of a record whose attachment cannot be read; absent: the capture fails. */
  readonly onAttachmentFailure?: AttachmentFailure
  readonly onProgress?: (counts: CaptureCounts) => void
}

export interface CaptureSession {
  /**
   * Flushes by itself when enough has come together. `at` is when it came, ms since 1970 UTC (default: now): whoever
   * refused, or left, before that is not captured.
   */
  add(found: CapturedRecord | CapturedGap | CapturedClosure, at?: number): Promise<void>
  /** Commits what was added and, in the same transaction, what `alongside` writes. */
  flush(alongside?: (transaction: Queries) => Promise<void>): Promise<void>
  counts(): CaptureCounts
  /** Whether a flush failed: nothing more can be added then. */
  hasFailed(): boolean
}

const recordsPerBatchDefault = 5_000
const gapsPerBatch = 500
const bytesPerBatch = 16 * 1024 * 1024

export async function openSession(parts: SiteParts, request: SessionRequest): Promise<CaptureSession> {
  const { account, source, routeId, captureId, recordsPerBatch = recordsPerBatchDefault } = request
  const keyer = createRecordKeyer(await parts.vault.derive(`record-keys/${account.id}`), source)
  const users = (await registeredUsers(parts, account)).filter((user) => user.validTo === null)
  const scope: GapScope = { account, source, routeId, keyer, users }
  const counts = { captured: 0, duplicates: 0, attachments: 0, gaps: 0 }
  let batches = request.batches
  let records: Came[] = []
  let ledger: (CapturedGap | CapturedClosure)[] = []
  let bytes = 0
  let failed = false

  const flush: CaptureSession['flush'] = async (alongside) => {
    if (records.length + ledger.length === 0 && !alongside) return
    failed = true
    const [came, batchLedger] = [records, ledger]
    records = []
    ledger = []
    bytes = 0
    batches += 1
    const gate = await createCaptureGate(parts, account)
    const batchRecords = allowed(gate, came)
    const onAttachmentFailure: AttachmentFailure | undefined =
      request.onAttachmentFailure &&
      ((...failed) => {
        const answer = request.onAttachmentFailure!(...failed)
        if (answer.gap) batchLedger.push(answer.gap)
        return answer
      })
    let gaps = 0
    const written = await writeBatch(parts, {
      ...{ account, captureId, batchNumber: batches, source, keyer, records: batchRecords },
      ...(onAttachmentFailure ? { onAttachmentFailure } : {}),
      also: async (transaction, fresh, settled) => {
        gaps = await settleLedger(parts, transaction, scope, batchLedger)
        gaps += await settleReferences(parts, transaction, scope, settled)
        await noteActivity(parts, transaction, scope, fresh)
        await noteCaptured(transaction, scope, custodiansOf(fresh), parts.clock.now())
        await markSilent(transaction, scope, fellAway(batchLedger, 'phone-silent'), parts.clock.now())
        await markBroken(transaction, scope, fellAway(batchLedger, 'disconnected'), parts.clock.now())
        await noteRefused(parts, transaction, account, gate.refused())
        await transaction
          .updateTable('site_capture')
          .set({ batches: sql<number>`greatest(batches, ${batches})` })
          .where('id', '=', captureId)
          .execute()
        await alongside?.(transaction)
      },
    })
    counts.captured += written.captured
    counts.duplicates += written.duplicates
    counts.attachments += written.attachments
    counts.gaps += gaps
    failed = false
    request.onProgress?.({ ...counts })
  }

  return {
    flush,
    counts: () => ({ ...counts }),
    hasFailed: () => failed,
    async add(found, at = parts.clock.now()) {
      if ('gap' in found || 'closed' in found) ledger.push(found)
      else {
        records.push({ record: found, at })
        bytes += found.bytes.byteLength
      }
      if (records.length >= recordsPerBatch || ledger.length >= gapsPerBatch || bytes >= bytesPerBatch)
        await flush()
    },
  }
}

interface Came {
  readonly record: CapturedRecord
  readonly at: number
}

/** Those that may be captured; the gate counts the others, of which nothing else is kept. */
function allowed(gate: CaptureGate, came: readonly Came[]): CapturedRecord[] {
  return came.flatMap(({ record, at }) => {
    const conversation =
      record.conversation ?? (record.identity.type === 'content' ? record.identity.chat : undefined)
    return gate.ask({ custodian: record.custodian, at, conversation }) === 'capture' ? [record] : []
  })
}

/** Whose device fell away in this batch, or whose phone is not seen any more, and did not come back within it. */
function fellAway(
  ledger: readonly (CapturedGap | CapturedClosure)[],
  why: 'disconnected' | 'phone-silent',
): Set<string | undefined> {
  const away = new Set<string | undefined>()
  for (const entry of ledger) {
    const { reason, custodian } = 'gap' in entry ? entry.gap : entry.closed
    if (reason !== why || custodian === undefined) continue
    if ('gap' in entry) away.add(custodian)
    else away.delete(custodian)
  }
  return away
}

function custodiansOf(records: readonly CapturedRecord[]): Set<string | undefined> {
  return new Set(records.map(({ custodian }) => custodian))
}

/** In the order the source told them; answers how many gaps are new. */
async function settleLedger(
  parts: SiteParts,
  transaction: Queries,
  scope: GapScope,
  ledger: readonly (CapturedGap | CapturedClosure)[],
): Promise<number> {
  let opened = 0
  for (const entry of ledger) {
    if ('closed' in entry) await closeGap(parts, transaction, scope, entry)
    else if (await openGap(parts, transaction, scope, entry)) opened += 1
  }
  return opened
}
