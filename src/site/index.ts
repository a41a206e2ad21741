export {
  type AccountSummary,
  accountByName,
  accountOfToken,
  createAccount,
  listAccounts,
  type SiteAccount,
  type SiteSession,
  signIn,
} from './accounts.ts'
export { type CaptureCounts, type CaptureRequest, capture } from './capture.ts'
export { acknowledge, type FeedPage, openAttachment, readPage } from './feed.ts'
export { type JournalStatus, journalStatus } from './journal.ts'
export type { SiteParts } from './parts.ts'
export { importRegisteredUsers, type RegisteredUser, registeredUsers } from './registered-users.ts'
