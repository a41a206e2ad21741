/** What is done for coverage without anybody asking: sites are asked, probes looked for, days attested, alerts told. */
import type { ConnectorParts } from '../connector/index.ts'
import { coveredAccount, coveredAccounts } from './accounts.ts'
import { keepAlerts } from './alerts.ts'
import { attestDay, dueDays } from './attestations.ts'
import { type FindWord, findHeartbeats } from './heartbeats.ts'
import { refreshCoverage } from './refresh.ts'
import { type SendAlertMail, tellAlerts } from './tell-alerts.ts'

export interface CoverageKeeping {
  readonly findWord: FindWord
  readonly sendMail?: SendAlertMail
  readonly signal: AbortSignal
  /** Told of each account that could not be looked after; the others are all the same. */
  readonly onFailure: (accountId: number, error: unknown) => void
}

/** Answers what was done, in counts. */
export async function keepCoverage(
  parts: ConnectorParts,
  { findWord, sendMail, signal, onFailure }: CoverageKeeping,
): Promise<{ accounts: number; attested: number; told: number }> {
  const accounts = await coveredAccounts(parts)
  let attested = 0
  for (const { id } of accounts) {
    if (signal.aborted) break
    try {
      attested += await keepAccount(parts, id, findWord, onFailure)
    } catch (error) {
      onFailure(id, error)
    }
  }
  const { told } = await tellAlerts({ ...parts, ...(sendMail ? { sendMail } : {}) })
  return { accounts: accounts.length, attested, told }
}

async function keepAccount(
  parts: ConnectorParts,
  id: number,
  findWord: FindWord,
  onFailure: CoverageKeeping['onFailure'],
): Promise<number> {
  // A site that is away is noted with the account, and what is known already is looked at all the same.
  await refreshCoverage(parts, await coveredAccount(parts, id)).catch((error) => onFailure(id, error))
  await findHeartbeats(parts, findWord)
  const account = await coveredAccount(parts, id)
  const due = await dueDays(parts, account)
  for (const day of due) await attestDay(parts, account, day, 'schedule')
  await keepAlerts(parts, account)
  return due.length
}
