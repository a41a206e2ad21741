export {
  type ContentPlace,
  type ContentReader,
  createContentReader,
  openAttachment,
  openEmail,
  type StoredEmail,
} from './content.ts'
export {
  type BlockRecord,
  type ContentBlock,
  commitmentOf,
  commitmentSalt,
  contentFrameBytesMax,
  contentSealContext,
  decodeContentBlock,
  type EmailHole,
  encodeContentBlock,
  firstBlockIdOf,
} from './content-block.ts'
export { type ItemKey, itemIdOf, parseItemId } from './item-id.ts'
export {
  type FolderCount,
  type FolderPlace,
  foldersOf,
  type MonthCount,
  monthsOf,
} from './item-tally.ts'
export { type ItemFacts, itemFacts, openRawRecord } from './items.ts'
export { type ItemListPlace, listItems } from './list-items.ts'
export {
  changeMailbox,
  createMailbox,
  type DirectoryMailbox,
  directoryMailbox,
  findMailboxes,
  mailboxNames,
  type ReadableMailboxes,
} from './mailbox-directory.ts'
export {
  importMailboxes,
  listMailboxes,
  type Mailbox,
  type MailboxFolders,
  mailboxByAddress,
  mailboxFolders,
} from './mailboxes.ts'
export { messagePlaces } from './message-places.ts'
export type { ArchiveParts } from './parts.ts'
export { flagReported, type PersonalReport } from './personal.ts'
export type { Problem } from './problem.ts'
export * from './reading/index.ts'
export { type Verification, type VerifyOptions, verifyArchive } from './verify.ts'
