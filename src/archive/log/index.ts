export { lastLoggedAuditId } from './audit-batches.ts'
export { type LogKind, type LogNote, logKinds, noteLogEntries } from './note.ts'
