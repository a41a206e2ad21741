export {
  type AccountFacts,
  accountFacts,
  type CaptureRecord,
  type GapCount,
  listAccountFacts,
  listCaptures,
  listGaps,
} from './account-facts.ts'
export {
  type AccountSummary,
  accountById,
  accountByName,
  accountOfToken,
  createAccount,
  listAccounts,
  type SiteAccount,
  type SiteSession,
  signIn,
} from './accounts.ts'
export { type CaptureRequest, capture } from './capture.ts'
export type { CaptureCounts } from './capture-session.ts'
export { parseUploadSettings, uploadSettingsSchema } from './capture-settings.ts'
export { addUser, changeUser, endUser, type UserInput } from './change-user.ts'
export { readActivity, readGaps } from './coverage-feed.ts'
export { acknowledge, type FeedPage, openAttachment, readPage } from './feed.ts'
export { type JournalStatus, journalStatus } from './journal.ts'
export { type JournalSweep, keepJournalSwept, sweepJournal } from './journal-retention.ts'
export type { SiteParts } from './parts.ts'
export { importRegisteredUsers, type RegisteredUser, registeredUsers } from './registered-users.ts'
